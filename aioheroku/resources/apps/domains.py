"""Domain: a hostname that is routed to an app."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["Domain", "Domains"]


@frozen(kw_only=True)
class Domain(Model):
    """A hostname that is routed to an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#domain>.
    """

    created_at: Timestamp
    """Time of creation."""
    hostname: str
    """The full hostname."""
    id: UUID
    """Id of the domain."""
    updated_at: Timestamp
    """Time of the last change."""
    acm_status: str | None = None
    """Status of the domain's certificate, if Heroku manages it (ACM)."""
    acm_status_reason: str | None = None
    """Reason for that status."""
    app: Identity | None = None
    """The app. Always there today."""
    cname: str | None = None
    """The DNS target: the name that the hostname's CNAME record must point to."""
    kind: Annotated[str, OneOf("heroku", "custom")] | None = None
    """Whether it is the app's own domain or a custom one. Always there today."""
    sni_endpoint: Identity | None = None
    """The SNI endpoint that serves the domain."""
    status: str | None = None
    """State of its setup, such as `pending` or `succeeded`. Always there today."""


class Domains(Resource):
    """Operations on the domains of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#domain>.
    """

    @POST("/apps/{app}/domains")
    async def create(self, app: Ref, /, *, hostname: str, sni_endpoint: str | UUID | Unset | None = UNSET) -> Domain:
        """Add a custom domain to an app; returns the new domain.

        A hostname that belongs to another app is refused with `InvalidParams`.

        Args:
            app: Id or name of the app.
            hostname: The full hostname.
            sni_endpoint: Id or name of the SNI endpoint with the certificate, or `None`; today's API requires it.
        """
        ...

    @DELETE("/apps/{app}/domains/{domain}")
    async def delete(self, app: Ref, domain: Ref, /) -> Domain | None:
        """Remove a domain from an app.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            domain: Id or hostname of the domain.
        """
        ...

    @GET("/apps/{app}/domains/{domain}")
    async def info(self, app: Ref, domain: Ref, /) -> Domain:
        """One domain of an app.

        Args:
            app: Id or name of the app.
            domain: Id or hostname of the domain.
        """
        ...

    @GET("/apps/{app}/domains", order_fields=("hostname", "id"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Domain]:
        """The app's domains, including its own domain at Heroku.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/domains/{domain}", idempotent=True)
    async def update(self, app: Ref, domain: Ref, /, *, sni_endpoint: str | UUID | None) -> Domain:
        """Serve a domain with another certificate; returns the updated domain.

        Args:
            app: Id or name of the app.
            domain: Id or hostname of the domain.
            sni_endpoint: Id or name of the SNI endpoint with the certificate; `None` for no certificate.
        """
        ...
