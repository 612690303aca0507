"""Dyno: a running process of an app."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku.endpoint import DELETE, GET, POST, Resource
from aioheroku.paging import FULL, Pages, Range
from aioheroku.unset import UNSET, Unset
from aioheroku.wire import OneOf, Timestamp, optional_secret

__all__ = ["Dyno", "DynoRelease", "Dynos"]


@frozen(kw_only=True)
class DynoRelease:
    """The release that a dyno runs."""

    id: UUID
    """The id of the release."""
    version: int
    """The version of the release, as in `v11`."""


@frozen(kw_only=True)
class Dyno:
    """A running process of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#dyno>.
    """

    attach_url: str | None = optional_secret()
    """Where to attach to it, if it was started for that; who knows the address may use it."""
    command: str
    """What it runs."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    name: str
    """Its name in the app: type, dot, number."""
    release: DynoRelease
    """The release it runs."""
    size: str
    """How large it is."""
    state: Annotated[str, OneOf("crashed", "down", "idle", "starting", "up")]
    """How it is."""
    type: str
    """The process type it belongs to."""
    updated_at: Timestamp
    """When its state last changed."""


class Dynos(Resource):
    """Operations on the dynos of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#dyno>.
    """

    @POST("/apps/{app}/dynos")
    async def create(
        self,
        app: str | UUID,
        /,
        *,
        command: str,
        attach: bool | Unset = UNSET,
        env: Mapping[str, str] | Unset = UNSET,
        size: str | Unset = UNSET,
        type: str | Unset = UNSET,
        time_to_live: int | Unset = UNSET,
        force_no_tty: bool | Unset | None = UNSET,
    ) -> Dyno:
        """Run a one-off dyno; returns the dyno while it starts.

        Right after the app was created this can raise `Conflict`.

        Args:
            app: Id or name of the app.
            command: The command to run.
            attach: Whether to open a terminal at the dyno's `attach_url` instead of logging its output.
            env: Environment variables of the dyno, besides the app's config vars; for a terminal `TERM`, `COLUMNS`
                and `LINES`.
            size: Dyno size, such as `standard-1X`.
            type: Process type of the dyno; `run` by default.
            time_to_live: Seconds after which the dyno is stopped.
            force_no_tty: Whether an attached dyno gets no terminal.
        """
        ...

    @DELETE("/apps/{app}/dynos/{dyno}", idempotent=False)
    async def restart(self, app: str | UUID, dyno: str | UUID, /) -> None:
        """Restart a dyno, or stop it if it is a one-off dyno; returns nothing.

        Args:
            app: Id or name of the app.
            dyno: Id or name of the dyno, such as `web.1`.
        """
        ...

    @DELETE("/apps/{app}/dynos", idempotent=False)
    async def restart_all(self, app: str | UUID, /) -> None:
        """Restart all dynos of an app; returns nothing.

        Args:
            app: Id or name of the app.
        """
        ...

    @GET("/apps/{app}/dynos/{dyno}")
    async def info(self, app: str | UUID, dyno: str | UUID, /) -> Dyno:
        """One dyno of an app.

        Args:
            app: Id or name of the app.
            dyno: Id or name of the dyno, such as `web.1`.
        """
        ...

    @GET("/apps/{app}/dynos", orders=("id", "name"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Dyno]:
        """The app's dynos.

        Args:
            app: Id or name of the app.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
