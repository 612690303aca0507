"""OAuth Token: what a client gets in exchange for a code, or for a refresh token."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import POST, Resource
from aioheroku._codec import OneOf, Timestamp, secret
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
]


GrantType = Annotated[str, OneOf("authorization_code", "refresh_token")]


@frozen(kw_only=True)
class IssuedToken:
    """A token that was handed out."""

    expires_in: int | None = None
    """How many seconds it is valid; null is without an end."""
    id: UUID
    """Its id."""
    token: str = secret()
    """The token itself."""


@frozen(kw_only=True)
class OAuthTokenClient:
    """The client that asked."""

    secret: str = secret()
    """What the client proved itself with."""


@frozen(kw_only=True)
class OAuthTokenGrant:
    """What was exchanged."""

    code: str = secret()
    """The code."""
    type: GrantType
    """Which kind of exchange it was."""


@frozen(kw_only=True)
class OAuthToken:
    """What a client got in exchange for a code, or for a refresh token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-token>.
    """

    access_token: IssuedToken
    """The token to act with."""
    authorization: Reference
    """The authorization behind it."""
    client: OAuthTokenClient | None = None
    """Who asked."""
    created_at: Timestamp
    """When it was created."""
    grant: OAuthTokenGrant
    """What was exchanged."""
    id: UUID
    """Its id."""
    refresh_token: IssuedToken
    """The token that gets the next access token."""
    session: Reference
    """The session it belongs to."""
    updated_at: Timestamp
    """When it was last changed."""
    user: Reference
    """Whose account it is for."""


class ClientSecret(TypedDict):
    """What a client proves itself with."""

    secret: str
    """The secret of the client."""


class Grant(TypedDict, total=False):
    """What a client offers in exchange: a code, or, with no code, the kind of exchange alone."""

    code: str
    """What the user's login gave."""
    type: GrantType
    """The kind of exchange; what the other arguments offer if it is left out."""


class RefreshToken(TypedDict):
    """The refresh token that came with the last access token."""

    token: str
    """The refresh token itself."""


def _one_grant(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Either the code or the refresh token, with the kind of exchange that goes with it."""
    grant = body.get("grant", {})
    has_code, has_token = "code" in grant, "refresh_token" in body
    if has_code == has_token:
        found = "both are" if has_code else "neither is"
        raise InvalidRequest(f"give either a grant with a code or a refresh_token: {found} given.", "grant")
    kind = "authorization_code" if has_code else "refresh_token"
    if grant.get("type", kind) != kind:
        raise InvalidRequest(f"expected {kind!r}, which is what the other arguments offer.", "grant.type")
    return {**body, "grant": {**grant, "type": kind}}


class OAuthTokens(Resource):
    """Operations on OAuth tokens.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-token>.
    """

    @POST("/oauth/tokens", build_body=_one_grant)
    async def create(
        self, *, client: ClientSecret, grant: Grant | Unset = UNSET, refresh_token: RefreshToken | Unset = UNSET
    ) -> OAuthToken:
        """Exchange a code, or a refresh token, for an access token; needs no token of the session's own.

        Give either `grant={"code": ...}` or `refresh_token={"token": ...}`: `InvalidRequest` otherwise.
        Keep what comes back, the refresh token too: the old one may have ended.
        """
        ...
