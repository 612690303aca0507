"""Log Drain: where the logs of an app are sent."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import Timestamp, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Reference

__all__ = ["LogDrain", "LogDrains"]


@frozen(kw_only=True)
class LogDrain:
    """Where the logs of an app are sent.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-drain>.
    """

    addon: Reference | str | None = None
    """The add-on that added it, if one did; some answers show a name in its place."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    token: str = secret()
    """The token that marks its log lines."""
    updated_at: Timestamp
    """When it was last changed."""
    url: str = secret()
    """Where it leads; it may hold a password."""


class LogDrains(Resource):
    """Operations on the log drains of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-drain>.
    """

    @POST("/apps/{app}/log-drains")
    async def create(self, app: str | UUID, /, *, url: str) -> LogDrain:
        """Send the logs of the app to an address; the drain comes back."""
        ...

    @DELETE("/apps/{app}/log-drains/{log_drain}")
    async def delete(self, app: str | UUID, log_drain: str | UUID, /) -> LogDrain | None:
        """Remove a drain; what it was comes back, if anything does."""
        ...

    @GET("/apps/{app}/log-drains/{log_drain}")
    async def info(self, app: str | UUID, log_drain: str | UUID, /) -> LogDrain:
        """One drain, by its id or its address."""
        ...

    @GET("/apps/{app}/log-drains", order_fields=("id", "url"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[LogDrain]:
        """The app's drains, those of add-ons among them."""
        ...
