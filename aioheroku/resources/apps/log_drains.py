"""Log Drain: an address that receives the logs of an app."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, PUT, Ref, Resource, Secret
from aioheroku._codec import Model, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity, Reference

__all__ = ["LogDrain", "LogDrainAddon", "LogDrains"]


@frozen(kw_only=True)
class LogDrainAddon(Reference):
    """The add-on of a log drain."""

    app: Identity | None = None
    """The app that the add-on is billed to. Always there today."""
    name: str | None = None
    """Name of the add-on, unique on Heroku. Always there today."""


@frozen(kw_only=True)
class LogDrain(Model):
    """An address that receives the logs of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-drain>.
    """

    addon: LogDrainAddon | str | None = None
    """The add-on that added the drain, or null; in some responses its name alone."""
    app: Identity | None = None
    """The app whose logs are sent."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the log drain."""
    token: str = secret()
    """Token that marks the log lines of the app."""
    updated_at: Timestamp
    """Time of the last change."""
    url: str = secret()
    """URL that receives the logs; it may contain a password."""


class LogDrains(Resource):
    """Operations on the log drains of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-drain>.
    """

    @POST("/apps/{app}/log-drains")
    async def create(self, app: Ref, /, *, url: Annotated[str, Secret()]) -> LogDrain:
        """Add a log drain to an app; returns the new drain.

        Args:
            app: Id or name of the app.
            url: Address that receives the logs, such as `https://...` or `syslog+tls://...`.
        """
        ...

    @DELETE("/apps/{app}/log-drains/{log_drain}")
    async def delete(self, app: Ref, log_drain: Ref, /) -> LogDrain | None:
        """Remove a log drain.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            log_drain: Id or URL of the log drain.
        """
        ...

    @GET("/apps/{app}/log-drains/{log_drain}")
    async def info(self, app: Ref, log_drain: Ref, /) -> LogDrain:
        """One log drain of an app.

        Args:
            app: Id or name of the app.
            log_drain: Id or URL of the log drain.
        """
        ...

    @GET("/apps/{app}/log-drains", order_fields=("id", "url"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[LogDrain]:
        """The app's log drains, including those of add-ons.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/addons/{addon}/log-drains")
    def list_by_addon(self, addon: Ref, /, *, range: Range = FULL) -> Pages[LogDrain]:
        """The log drains of an add-on.

        Args:
            addon: Id or name of the add-on.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PUT("/addons/{addon}/log-drains/{log_drain}")
    async def update_by_addon(self, addon: Ref, log_drain: Ref, /, *, url: Annotated[str, Secret()]) -> LogDrain:
        """Send the logs that an add-on receives to another URL; returns the updated drain.

        Args:
            addon: Id or name of the add-on.
            log_drain: Id, URL or token of the log drain.
            url: Address that receives the logs, such as `https://...` or `syslog+tls://...`.
        """
        ...
