"""OAuth Session: a login, which ends with its token."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["OAuthSession", "OAuthSessions"]


@frozen(kw_only=True)
class OAuthSession(Model):
    """A login, which ends with its token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-session>.
    """

    created_at: Timestamp
    """Time of creation."""
    description: str | None = None
    """Description that distinguishes sessions."""
    expires_in: int | None = None
    """Seconds for which the session is valid; null if it does not expire."""
    id: UUID
    """Id of the session."""
    updated_at: Timestamp
    """Time of the last change."""


class OAuthSessions(Resource):
    """Operations on the account's logins.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-session>.
    """

    @GET("/oauth/sessions")
    def list(self, *, range: Range = FULL) -> Pages[OAuthSession]:
        """The account's sessions.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/oauth/sessions/{oauth_session}")
    async def info(self, oauth_session: Ref, /) -> OAuthSession:
        """One session of the account.

        Args:
            oauth_session: Id of the session, or `~` for that of the token in use.
        """
        ...

    @DELETE("/oauth/sessions/{oauth_session}")
    async def delete(self, oauth_session: Ref, /) -> OAuthSession | None:
        """End a session and revoke its token.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            oauth_session: Id of the session, or `~` for that of the token in use.
        """
        ...
