"""Log Session: a short-lived URL of the logs of an app."""

from uuid import UUID

from aioheroku._api.endpoint import POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen, secret
from aioheroku._unset import UNSET, Unset

__all__ = ["LogSession", "LogSessions"]


@frozen(kw_only=True)
class LogSession(Model):
    """A short-lived URL at which the logs of an app can be read.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-session>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the log session."""
    logplex_url: str = secret()
    """URL of the log stream; anyone who knows it may read it, without a token."""
    updated_at: Timestamp
    """Time of the last change."""


class LogSessions(Resource):
    """Operations on the log sessions of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#log-session>.
    """

    @POST("/apps/{app}/log-sessions", reads=True)
    async def create(
        self,
        app: Ref,
        /,
        *,
        dyno: str | Unset = UNSET,
        lines: int | Unset = UNSET,
        source: str | Unset = UNSET,
        tail: bool | Unset = UNSET,
        dyno_name: str | Unset = UNSET,
        type: str | Unset = UNSET,
    ) -> LogSession:
        """Open a log session; returns it with a `logplex_url` that can be read for some minutes.

        Args:
            app: Id or name of the app.
            dyno: Only lines of this dyno or process type, such as `web.1` or `web`.
            lines: Number of past lines to begin with.
            source: Only lines of this source: `app` or `heroku`.
            tail: Whether to keep the stream open for new lines.
            dyno_name: Only lines of this dyno, such as `web.1`, under the name of today's API.
            type: Only lines of this process type, such as `web`.
        """
        ...
