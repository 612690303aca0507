"""OAuth Authorization: what an account lets a client do."""

from collections.abc import Sequence
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import Timestamp, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources.oauth.oauth_tokens import IssuedToken

__all__ = ["OAuthAuthorization", "OAuthAuthorizationClient", "OAuthAuthorizationGrant", "OAuthAuthorizations"]


@frozen(kw_only=True)
class OAuthAuthorizationClient:
    """The client that may act."""

    id: UUID
    """Its id."""
    name: str
    """Its name."""
    redirect_uri: str
    """Where the user is sent after login."""


@frozen(kw_only=True)
class OAuthAuthorizationGrant:
    """A code that the client can exchange for tokens."""

    code: str = secret()
    """The code."""
    expires_in: int
    """How many seconds the code is valid."""
    id: UUID
    """Its id."""


@frozen(kw_only=True)
class OAuthAuthorization:
    """What an account lets a client, or the holder of a token, do in its name.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-authorization>.
    """

    access_token: IssuedToken | None = None
    """The token to act with."""
    client: OAuthAuthorizationClient | None = None
    """Who may act; null where the account made the token for itself."""
    created_at: Timestamp
    """When it was created."""
    grant: OAuthAuthorizationGrant | None = None
    """What the client exchanges for tokens."""
    id: UUID
    """Its id."""
    refresh_token: IssuedToken | None = None
    """The token that gets another access token."""
    scope: list[str]
    """What is allowed, such as `global` or `read`."""
    updated_at: Timestamp
    """When it was last changed."""


class OAuthAuthorizations(Resource):
    """Operations on the authorizations that the account has given.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-authorization>.
    """

    @POST("/oauth/authorizations")
    async def create(
        self,
        *,
        scope: Sequence[str],
        client: str | UUID | Unset = UNSET,
        description: str | Unset = UNSET,
        expires_in: int | Unset | None = UNSET,
    ) -> OAuthAuthorization:
        """Allow a client, or without one the holder of the token that comes back, to act within the scope.

        `expires_in` is in seconds; `None` means that it does not end.
        """
        ...

    @DELETE("/oauth/authorizations/{oauth_authorization}")
    async def delete(self, oauth_authorization: str | UUID, /) -> OAuthAuthorization | None:
        """Withdraw an authorization: its tokens end. What it was comes back, if anything does."""
        ...

    @GET("/oauth/authorizations/{oauth_authorization}")
    async def info(self, oauth_authorization: str | UUID, /) -> OAuthAuthorization:
        """One authorization, by its id."""
        ...

    @GET("/oauth/authorizations", order_fields=("id",))
    def list(self, *, range: Range = FULL) -> Pages[OAuthAuthorization]:
        """Every authorization of the account; its tokens may be shown as asterisks."""
        ...
