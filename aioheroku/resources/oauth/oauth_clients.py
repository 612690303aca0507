"""OAuth Client: an application that asks users of Heroku for access."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["OAuthClient", "OAuthClients"]


@frozen(kw_only=True)
class OAuthClient(Model):
    """An application that asks users of Heroku for access to their accounts.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-client>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the OAuth client."""
    ignores_delinquent: bool | None = None
    """Whether delinquent accounts can use the client."""
    name: str
    """Name that users see."""
    redirect_uri: str
    """URL to which users are sent after login."""
    secret: str = secret()
    """Secret of the client."""
    updated_at: Timestamp
    """Time of the last change."""


class OAuthClients(Resource):
    """Operations on the OAuth clients of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oauth-client>.
    """

    @POST("/oauth/clients")
    async def create(self, *, name: str, redirect_uri: str) -> OAuthClient:
        """Register an OAuth client; returns the client with its secret.

        Args:
            name: Name of the client, as users see it.
            redirect_uri: URL to which users are sent after they grant or deny access.
        """
        ...

    @POST("/oauth/clients/{oauth_client}/actions/rotate-credentials")
    async def rotate_credentials(self, oauth_client: Ref, /) -> OAuthClient:
        """Replace the secret of an OAuth client; returns the client with the new secret.

        Args:
            oauth_client: Id of the OAuth client.
        """
        ...

    @DELETE("/oauth/clients/{oauth_client}")
    async def delete(self, oauth_client: Ref, /) -> OAuthClient | None:
        """Delete an OAuth client and revoke all its authorizations.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            oauth_client: Id of the OAuth client.
        """
        ...

    @GET("/oauth/clients/{oauth_client}")
    async def info(self, oauth_client: Ref, /) -> OAuthClient:
        """One OAuth client of the account.

        Args:
            oauth_client: Id of the OAuth client.
        """
        ...

    @GET("/oauth/clients", order_fields=("id",))
    def list(self, *, range: Range = FULL) -> Pages[OAuthClient]:
        """The account's OAuth clients.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/oauth/clients/{oauth_client}")
    async def update(
        self, oauth_client: Ref, /, *, name: str | Unset = UNSET, redirect_uri: str | Unset = UNSET
    ) -> OAuthClient:
        """Change an OAuth client; returns the updated client.

        Args:
            oauth_client: Id of the OAuth client.
            name: The new name, as users see it.
            redirect_uri: The new URL to which users are sent after they grant or deny access.
        """
        ...
