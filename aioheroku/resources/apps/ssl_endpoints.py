"""SSL Endpoint: serves an app with its own certificate."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["SSLEndpoint", "SSLEndpoints"]


@frozen(kw_only=True)
class SSLEndpoint(Model):
    """An endpoint that serves an app with its own certificate.

    See <https://devcenter.heroku.com/articles/platform-api-reference#ssl-endpoint>.
    """

    certificate_chain: str
    """The certificate with its intermediate certificates, as PEM."""
    cname: str
    """Hostname that the domain's DNS record must point to."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the SSL endpoint."""
    name: str
    """Name of the SSL endpoint, unique on Heroku."""
    updated_at: Timestamp
    """Time of the last change."""


class SSLEndpoints(Resource):
    """Operations on the SSL endpoints of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#ssl-endpoint>.
    """

    @POST("/apps/{app}/ssl-endpoints")
    async def create(
        self,
        app: Ref,
        /,
        *,
        certificate_chain: str,
        private_key: Annotated[str, Secret()],
        preprocess: bool | Unset = UNSET,
    ) -> SSLEndpoint:
        """Add an SSL endpoint to an app; returns the endpoint without its private key.

        A certificate or key that cannot be parsed is refused with `InvalidParams`.

        Args:
            app: Id or name of the app.
            certificate_chain: The certificate with its intermediate certificates, as PEM.
            private_key: The private key, as PEM.
            preprocess: Whether Heroku may complete and reorder the chain; it does by default.
        """
        ...

    @DELETE("/apps/{app}/ssl-endpoints/{ssl_endpoint}")
    async def delete(self, app: Ref, ssl_endpoint: Ref, /) -> SSLEndpoint | None:
        """Remove an SSL endpoint from an app.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            ssl_endpoint: Id or name of the SSL endpoint.
        """
        ...

    @GET("/apps/{app}/ssl-endpoints/{ssl_endpoint}")
    async def info(self, app: Ref, ssl_endpoint: Ref, /) -> SSLEndpoint:
        """One SSL endpoint of an app.

        Args:
            app: Id or name of the app.
            ssl_endpoint: Id or name of the SSL endpoint.
        """
        ...

    @GET("/apps/{app}/ssl-endpoints", order_fields=("id", "name"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[SSLEndpoint]:
        """The app's SSL endpoints.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/ssl-endpoints/{ssl_endpoint}")
    async def update(
        self,
        app: Ref,
        ssl_endpoint: Ref,
        /,
        *,
        certificate_chain: str | Unset = UNSET,
        preprocess: bool | Unset = UNSET,
        private_key: Annotated[str, Secret()] | Unset = UNSET,
        rollback: bool | Unset = UNSET,
    ) -> SSLEndpoint:
        """Replace the certificate, or roll back to the previous one; returns the updated endpoint.

        Args:
            app: Id or name of the app.
            ssl_endpoint: Id or name of the SSL endpoint.
            certificate_chain: The new certificate with its intermediate certificates, as PEM.
            preprocess: Whether Heroku may complete and reorder the chain; it does by default.
            private_key: The new private key, as PEM.
            rollback: Whether to go back to the previous certificate.
        """
        ...
