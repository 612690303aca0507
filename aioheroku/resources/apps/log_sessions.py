"""Log Session: an address at which the logs of an app can be read."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import POST, Resource
from aioheroku._codec import Timestamp, secret
from aioheroku._unset import UNSET, Unset

__all__ = ["LogSession", "LogSessions"]


@frozen(kw_only=True)
class LogSession:
    """An address at which the logs of an app can be read for a while.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-session>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    logplex_url: str = secret()
    """Where to read; who knows the address may read it, without a token."""
    updated_at: Timestamp
    """When it was last changed."""


class LogSessions(Resource):
    """Operations on the log sessions of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-session>.
    """

    @POST("/apps/{app}/log-sessions")
    async def create(
        self,
        app: str | UUID,
        /,
        *,
        dyno: str | Unset = UNSET,
        lines: int | Unset = UNSET,
        source: str | Unset = UNSET,
        tail: bool | Unset = UNSET,
    ) -> LogSession:
        """Open a log session, to be read at its `logplex_url` within minutes.

        `dyno` and `source` narrow it, `lines` says how many past lines come first, with `tail=True` new ones follow.
        """
        ...
