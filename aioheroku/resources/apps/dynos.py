"""Dyno: a running process of an app."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen, optional_secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["Dyno", "DynoRelease", "Dynos"]


@frozen(kw_only=True)
class DynoRelease(Model):
    """Release that a dyno runs."""

    id: UUID
    """Id of the release."""
    version: int
    """Version of the release: 11 for `v11`."""


@frozen(kw_only=True)
class Dyno(Model):
    """A running process of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#dyno>.
    """

    app: Identity | None = None
    """The app. Always there today."""
    attach_url: str | None = optional_secret()
    """URL of the terminal of an attached dyno; anyone who knows it may use it."""
    command: str
    """Command of the dyno."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the dyno."""
    name: str
    """Name of the dyno, such as `web.1`."""
    release: DynoRelease
    """Release that the dyno runs."""
    size: str
    """Dyno size, such as `standard-1X`."""
    state: Annotated[str, OneOf("crashed", "down", "idle", "starting", "up")]
    """Current state."""
    type: str
    """Process type, such as `web`."""
    updated_at: Timestamp
    """Time when the state last changed."""


class Dynos(Resource):
    """Operations on the dynos of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#dyno>.
    """

    @POST("/apps/{app}/dynos")
    async def create(
        self,
        app: Ref,
        /,
        *,
        command: str,
        attach: bool | Unset = UNSET,
        env: Annotated[Mapping[str, str], Secret()] | Unset = UNSET,
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
            env: Environment variables of the dyno in addition to the app's config vars; for a terminal also `TERM`,
                `COLUMNS` and `LINES`.
            size: Dyno size, such as `standard-1X`.
            type: Process type of the dyno; `run` by default.
            time_to_live: Seconds after which the dyno is stopped.
            force_no_tty: Whether an attached dyno runs without a terminal.
        """
        ...

    @DELETE("/apps/{app}/dynos/{dyno}", idempotent=False)
    async def restart(self, app: Ref, dyno: Ref, /) -> None:
        """Restart a dyno, or stop it if it is a one-off dyno; returns nothing.

        Args:
            app: Id or name of the app.
            dyno: Id or name of the dyno, such as `web.1`.
        """
        ...

    @DELETE("/apps/{app}/dynos", idempotent=False)
    async def restart_all(self, app: Ref, /) -> None:
        """Restart all dynos of an app; returns nothing.

        Args:
            app: Id or name of the app.
        """
        ...

    @DELETE("/apps/{app}/formations/{type}", idempotent=False)
    async def restart_formation(self, app: Ref, type: Ref, /) -> None:
        """Restart all dynos of a process type; returns nothing.

        Args:
            app: Id or name of the app.
            type: Name of the process type, such as `web`.
        """
        ...

    @POST("/apps/{app}/dynos/{dyno}/actions/stop")
    async def stop(self, app: Ref, dyno: Ref, /) -> None:
        """Stop a dyno; returns nothing.

        Args:
            app: Id or name of the app.
            dyno: Id or name of the dyno, such as `run.1`.
        """
        ...

    @POST("/apps/{app}/formations/{type}/actions/stop")
    async def stop_formation(self, app: Ref, type: Ref, /) -> None:
        """Stop all dynos of a process type; returns nothing.

        Args:
            app: Id or name of the app.
            type: Name of the process type, such as `web`.
        """
        ...

    @GET("/apps/{app}/dynos/{dyno}")
    async def info(self, app: Ref, dyno: Ref, /) -> Dyno:
        """One dyno of an app.

        Args:
            app: Id or name of the app.
            dyno: Id or name of the dyno, such as `web.1`.
        """
        ...

    @GET("/apps/{app}/dynos", order_fields=("id", "name"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Dyno]:
        """The app's dynos.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
