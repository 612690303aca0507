"""Dyno: a running process of an app."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import OneOf, Timestamp, optional_secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

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
        """Run a one-off dyno; it comes back as it starts, and is stopped after `time_to_live` seconds.

        With `attach=True` its `attach_url` leads to its terminal, which `env` describes: `TERM`, `COLUMNS`, `LINES`.
        Directly after the creation of the app `Conflict` is possible.
        """
        ...

    @DELETE("/apps/{app}/dynos/{dyno}", idempotent=False)
    async def restart(self, app: str | UUID, dyno: str | UUID, /) -> None:
        """Restart one dyno, by its id or name; a one-off dyno ends. The answer is empty."""
        ...

    @DELETE("/apps/{app}/dynos", idempotent=False)
    async def restart_all(self, app: str | UUID, /) -> None:
        """Restart every dyno of the app. The answer is empty."""
        ...

    @GET("/apps/{app}/dynos/{dyno}")
    async def info(self, app: str | UUID, dyno: str | UUID, /) -> Dyno:
        """One dyno, by its id or name."""
        ...

    @GET("/apps/{app}/dynos", order_fields=("id", "name"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Dyno]:
        """The app's dynos."""
        ...
