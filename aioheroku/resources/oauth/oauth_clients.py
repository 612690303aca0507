"""OAuth Client: an application that asks users of Heroku to log in."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Resource
from aioheroku._codec import Timestamp, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["OAuthClient", "OAuthClients"]


@frozen(kw_only=True)
class OAuthClient:
    """An application that asks users of Heroku to let it act in their name.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-client>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    ignores_delinquent: bool | None = None
    """Whether it may act for accounts that have not paid."""
    name: str
    """What users are shown."""
    redirect_uri: str
    """Where users are sent after login."""
    secret: str = secret()
    """What it proves itself with."""
    updated_at: Timestamp
    """When it was last changed."""


class OAuthClients(Resource):
    """Operations on the OAuth clients of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-client>.
    """

    @POST("/oauth/clients")
    async def create(self, *, name: str, redirect_uri: str) -> OAuthClient:
        """Register a client; it comes back with its secret."""
        ...

    @DELETE("/oauth/clients/{oauth_client}")
    async def delete(self, oauth_client: str | UUID, /) -> OAuthClient | None:
        """Remove a client: what it was allowed ends. What it was comes back, if anything does."""
        ...

    @GET("/oauth/clients/{oauth_client}")
    async def info(self, oauth_client: str | UUID, /) -> OAuthClient:
        """One client, by its id."""
        ...

    @GET("/oauth/clients", order_fields=("id",))
    def list(self, *, range: Range = FULL) -> Pages[OAuthClient]:
        """Every client of the account."""
        ...

    @PATCH("/oauth/clients/{oauth_client}")
    async def update(
        self, oauth_client: str | UUID, /, *, name: str | Unset = UNSET, redirect_uri: str | Unset = UNSET
    ) -> OAuthClient:
        """Change the name of a client or where its users are sent.

        The client as it is now comes back.
        """
        ...
