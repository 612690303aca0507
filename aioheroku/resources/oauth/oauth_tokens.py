"""OAuth Token: access and refresh tokens of a client."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen, secret
from aioheroku._unset import UNSET, Unset
from aioheroku.errors import InvalidRequest
from aioheroku.resources._refs import Reference

__all__ = [
    "ClientSecret",
    "Grant",
    "IssuedToken",
    "OAuthToken",
    "OAuthTokenClient",
    "OAuthTokenGrant",
    "OAuthTokens",
    "RefreshToken",
    "VersionedToken",
]


GrantType = Annotated[str, OneOf("authorization_code", "refresh_token")]


@frozen(kw_only=True)
class IssuedToken(Model):
    """A token that was issued."""

    expires_in: int | None = None
    """Seconds for which the token is valid; null if it does not expire."""
    id: UUID
    """Id of the token."""
    token: str = secret()
    """The token."""


@frozen(kw_only=True)
class VersionedToken(IssuedToken):
    """A token that was issued, with the version of its format."""

    version: int | None = None
    """Version of the token's format; only with `using(accept="3.sdk")`."""


@frozen(kw_only=True)
class OAuthTokenClient(Model):
    """OAuth client of a token."""

    secret: str = secret()
    """Secret of the client."""


@frozen(kw_only=True)
class OAuthTokenGrant(Model):
    """The grant that was exchanged."""

    code: str = secret()
    """Authorization code."""
    type: GrantType
    """Type of the grant."""


@frozen(kw_only=True)
class OAuthToken(Model):
    """Access and refresh token, issued for an authorization code or a refresh token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-token>.
    """

    access_token: IssuedToken
    """The access token."""
    authorization: Reference
    """The authorization that the token belongs to."""
    client: OAuthTokenClient | None = None
    """The OAuth client."""
    created_at: Timestamp
    """Time of creation."""
    grant: OAuthTokenGrant
    """The grant that was exchanged."""
    id: UUID
    """Id of the token."""
    refresh_token: VersionedToken
    """The refresh token."""
    session: Reference
    """The session that the token belongs to."""
    updated_at: Timestamp
    """Time of the last change."""
    user: Reference
    """The account that the token acts for."""


class ClientSecret(TypedDict):
    """Secret of an OAuth client."""

    secret: str
    """Secret of the client."""


class Grant(TypedDict, total=False):
    """The grant to exchange: an authorization code, or its type alone."""

    code: str
    """The authorization code that the login returned."""
    type: GrantType
    """Type of the grant; by default that which the other arguments imply."""


class RefreshToken(TypedDict):
    """Refresh token to exchange."""

    token: str
    """The refresh token."""


def _one_grant(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Either the code or the refresh token, with the kind of exchange that goes with it."""
    grant = body.get("grant", {})
    has_code, has_token = "code" in grant, "refresh_token" in body
    if has_code == has_token:
        found = "both are" if has_code else "neither is"
        raise InvalidRequest(f"give either a grant with a code or a refresh_token: {found} given.", "grant")
    kind = "authorization_code" if has_code else "refresh_token"
    if grant.get("type", kind) != kind:
        raise InvalidRequest(f"expected {kind!r}, as the other arguments imply.", "grant.type")
    return {**body, "grant": {**grant, "type": kind}}


class OAuthTokens(Resource):
    """Operations on OAuth tokens.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-token>.
    """

    @POST("/oauth/tokens", build_body=_one_grant)
    async def create(
        self,
        *,
        client: Annotated[ClientSecret, Secret()],
        grant: Annotated[Grant, Secret()] | Unset = UNSET,
        refresh_token: Annotated[RefreshToken, Secret()] | Unset = UNSET,
    ) -> OAuthToken:
        """Exchange an authorization code, or a refresh token, for an access token; the session needs no credentials.

        Give either `grant` or `refresh_token`, else `InvalidRequest` is raised. Store the refresh token that
        is returned: the old one may no longer be valid.

        Args:
            client: The secret of the OAuth client: `{"secret": ...}`.
            grant: The authorization code: `{"code": ...}`.
            refresh_token: The refresh token to exchange: `{"token": ...}`.
        """
        ...

    @DELETE("/oauth/tokens/{oauth_token}")
    async def delete(self, oauth_token: Ref, /) -> OAuthToken | None:
        """Revoke a token.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            oauth_token: Id of the token.
        """
        ...
