"""Domain: a hostname that leads to an app."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["Domain", "Domains"]


@frozen(kw_only=True)
class Domain:
    """A hostname that leads to an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#domain>.
    """

    created_at: Timestamp
    """When it was created."""
    hostname: str
    """The full hostname."""
    id: UUID
    """Its id."""
    updated_at: Timestamp
    """When it was last changed."""


class Domains(Resource):
    """Operations on the domains of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#domain>.
    """

    @POST("/apps/{app}/domains")
    async def create(
        self, app: str | UUID, /, *, hostname: str, sni_endpoint: str | UUID | Unset | None = UNSET
    ) -> Domain:
        """Route a hostname to the app; the domain comes back.

        The platform of today asks for `sni_endpoint`, the endpoint with the certificate, or `None`.
        A hostname that another app has is refused with `InvalidParams`.
        """
        ...

    @DELETE("/apps/{app}/domains/{domain}")
    async def delete(self, app: str | UUID, domain: str | UUID, /) -> Domain | None:
        """Stop routing a hostname; what it was comes back, if anything does."""
        ...

    @GET("/apps/{app}/domains/{domain}")
    async def info(self, app: str | UUID, domain: str | UUID, /) -> Domain:
        """One domain, by its id or hostname."""
        ...

    @GET("/apps/{app}/domains", order_fields=("hostname", "id"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Domain]:
        """The app's domains, its own one on Heroku among them."""
        ...
