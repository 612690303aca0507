"""OAuth Authorization: permission for a client to act for an account."""

from collections.abc import Sequence
from typing import Annotated, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person, Reference
from aioheroku.resources.oauth.oauth_tokens import IssuedToken, VersionedToken

__all__ = [
    "AuthorizationClientSecret",
    "OAuthAuthorization",
    "OAuthAuthorizationClient",
    "OAuthAuthorizationGrant",
    "OAuthAuthorizationUser",
    "OAuthAuthorizations",
]


@frozen(kw_only=True)
class OAuthAuthorizationClient(Model):
    """OAuth client of an authorization."""

    id: UUID
    """Id of the OAuth client."""
    name: str
    """Name of the OAuth client."""
    redirect_uri: str
    """URL to which users are sent after login."""


@frozen(kw_only=True)
class OAuthAuthorizationGrant(Model):
    """Authorization code that the client can exchange for tokens."""

    code: str = secret()
    """Authorization code."""
    expires_in: int
    """Seconds for which the code is valid."""
    id: UUID
    """Id of the grant."""


@frozen(kw_only=True)
class OAuthAuthorizationUser(Person):
    """Account of an authorization."""

    full_name: str | None = None
    """Full name."""


@frozen(kw_only=True)
class OAuthAuthorization(Model):
    """Permission for an OAuth client, or the holder of a token, to act for an account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-authorization>.
    """

    access_token: VersionedToken | None = None
    """The access token."""
    client: OAuthAuthorizationClient | None = None
    """The OAuth client; null for a token of the account's own."""
    created_at: Timestamp
    """Time of creation."""
    description: str | None = None
    """Description that distinguishes authorizations. Always there today."""
    grant: OAuthAuthorizationGrant | None = None
    """The grant that the client exchanges for tokens."""
    id: UUID
    """Id of the authorization."""
    refresh_token: IssuedToken | None = None
    """The refresh token."""
    scope: list[str]
    """Granted scopes, such as `global` or `read`."""
    session: Reference | None = None
    """Session that the authorization belongs to."""
    updated_at: Timestamp
    """Time of the last change."""
    user: OAuthAuthorizationUser | None = None
    """The account that it acts for. Always there today."""


class AuthorizationClientSecret(TypedDict):
    """An OAuth client, by id and secret."""

    id: str | UUID
    """Id of the OAuth client."""
    secret: str
    """Secret of the OAuth client."""


class OAuthAuthorizations(Resource):
    """Operations on the account's authorizations.

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
        """Create an authorization, with an access token if no client is given; returns the new authorization.

        Args:
            scope: Scopes to grant, such as `read`, `write`, `global`, `identity`.
            client: Id of the OAuth client to authorize; by default the authorization is for your own use.
            description: Description that distinguishes authorizations.
            expires_in: Seconds until the access token expires; `None` for one that does not expire.
        """
        ...

    @DELETE("/oauth/authorizations/{oauth_authorization}")
    async def delete(self, oauth_authorization: Ref, /) -> OAuthAuthorization | None:
        """Revoke an authorization and all its tokens.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            oauth_authorization: Id of the authorization.
        """
        ...

    @GET("/oauth/authorizations/{oauth_authorization}")
    async def info(self, oauth_authorization: Ref, /) -> OAuthAuthorization:
        """One OAuth authorization of the account.

        Args:
            oauth_authorization: Id of the authorization.
        """
        ...

    @GET("/oauth/authorizations", order_fields=("id",))
    def list(self, *, range: Range = FULL) -> Pages[OAuthAuthorization]:
        """The account's OAuth authorizations; tokens may be masked with asterisks.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/oauth/authorizations/{oauth_authorization}")
    async def update(
        self,
        oauth_authorization: Ref,
        /,
        *,
        client: Annotated[AuthorizationClientSecret, Secret()],
        description: str | Unset = UNSET,
    ) -> OAuthAuthorization:
        """Change an authorization, which keeps its tokens; returns the updated authorization.

        Args:
            oauth_authorization: Id of the authorization.
            client: The OAuth client, by id and secret.
            description: Description that distinguishes authorizations.
        """
        ...

    @POST("/oauth/authorizations/{oauth_authorization}/actions/regenerate-tokens")
    async def regenerate(self, oauth_authorization: Ref, /) -> OAuthAuthorization:
        """Replace the tokens of an authorization; returns it with the new ones.

        The old tokens stop working at once. A session that authenticates with one of them needs the new one.

        Args:
            oauth_authorization: Id of the authorization.
        """
        ...
