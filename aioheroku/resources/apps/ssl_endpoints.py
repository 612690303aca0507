"""SSL Endpoint: an address at which an app is served with a certificate of its own."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["SSLEndpoint", "SSLEndpoints"]


@frozen(kw_only=True)
class SSLEndpoint:
    """An address at which an app is served with a certificate of its own.

    See <https://devcenter.heroku.com/articles/platform-api-reference#ssl-endpoint>.
    """

    certificate_chain: str
    """Its certificate and those that vouch for it, as PEM."""
    cname: str
    """The hostname that the DNS record of the domain must point to."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    name: str
    """Its name, unique on Heroku."""
    updated_at: Timestamp
    """When it was last changed."""


class SSLEndpoints(Resource):
    """Operations on the SSL endpoints of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#ssl-endpoint>.
    """

    @POST("/apps/{app}/ssl-endpoints")
    async def create(
        self, app: str | UUID, /, *, certificate_chain: str, private_key: str, preprocess: bool | Unset = UNSET
    ) -> SSLEndpoint:
        """Serve the app with a certificate; the endpoint comes back, without the key.

        `preprocess=False` leaves the chain as it is given. A certificate that does not parse is `InvalidParams`.
        """
        ...

    @DELETE("/apps/{app}/ssl-endpoints/{ssl_endpoint}")
    async def delete(self, app: str | UUID, ssl_endpoint: str | UUID, /) -> SSLEndpoint | None:
        """Remove an endpoint; what it was comes back, if anything does."""
        ...

    @GET("/apps/{app}/ssl-endpoints/{ssl_endpoint}")
    async def info(self, app: str | UUID, ssl_endpoint: str | UUID, /) -> SSLEndpoint:
        """One endpoint, by its id or name."""
        ...

    @GET("/apps/{app}/ssl-endpoints", order_fields=("id", "name"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[SSLEndpoint]:
        """The app's endpoints."""
        ...

    @PATCH("/apps/{app}/ssl-endpoints/{ssl_endpoint}")
    async def update(
        self,
        app: str | UUID,
        ssl_endpoint: str | UUID,
        /,
        *,
        certificate_chain: str | Unset = UNSET,
        preprocess: bool | Unset = UNSET,
        private_key: str | Unset = UNSET,
        rollback: bool | Unset = UNSET,
    ) -> SSLEndpoint:
        """Replace the certificate, or with `rollback=True` go back to the former one.

        The endpoint as it is now comes back.
        """
        ...
