"""SNI Endpoint: serves domains of an app with a certificate."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Key, Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity

__all__ = ["SNICertificate", "SNIEndpoint", "SNIEndpoints"]


@frozen(kw_only=True)
class SNICertificate(Model):
    """Details of a certificate."""

    ca_signed: Annotated[bool, Key("ca_signed?")]
    """Whether a certificate authority signed it."""
    cert_domains: list[str]
    """The hostnames that it covers."""
    expires_at: Timestamp
    """Time when it expires."""
    id: UUID
    """Id of the certificate."""
    issuer: str
    """Name of the certificate's issuer."""
    self_signed: Annotated[bool, Key("self_signed?")]
    """Whether it is signed with its own key."""
    starts_at: Timestamp
    """Time when it becomes valid."""
    subject: str
    """Name of the certificate's holder."""


@frozen(kw_only=True)
class SNIEndpoint(Model):
    """A certificate that serves domains of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#sni-endpoint>.
    """

    app: Identity
    """The app."""
    certificate_chain: str
    """The certificate with its intermediate certificates, as PEM."""
    created_at: Timestamp
    """Time of creation."""
    display_name: str | None = None
    """Name for display."""
    domains: list[UUID]
    """Ids of the domains that it serves."""
    id: UUID
    """Id of the SNI endpoint."""
    name: str
    """Name of the SNI endpoint."""
    ssl_cert: SNICertificate
    """Details of the certificate."""
    updated_at: Timestamp
    """Time of the last change."""


class SNIEndpoints(Resource):
    """Operations on the SNI endpoints of an app, which hold its certificates.

    See <https://devcenter.heroku.com/articles/platform-api-reference#sni-endpoint>.
    """

    @POST("/apps/{app}/sni-endpoints")
    async def create(
        self, app: Ref, /, *, certificate_chain: str, private_key: Annotated[str, Secret()]
    ) -> SNIEndpoint:
        """Add a certificate to an app; returns the new endpoint, without its private key.

        To use it for a domain, call `domains.update(app, domain, sni_endpoint=...)`. A certificate or key that
        cannot be parsed is refused with `InvalidParams`.

        Args:
            app: Id or name of the app.
            certificate_chain: The certificate with its intermediate certificates, as PEM.
            private_key: The private key, as PEM.
        """
        ...

    @DELETE("/apps/{app}/sni-endpoints/{sni_endpoint}")
    async def delete(self, app: Ref, sni_endpoint: Ref, /) -> SNIEndpoint | None:
        """Remove a certificate from an app.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            sni_endpoint: Id or name of the SNI endpoint.
        """
        ...

    @GET("/apps/{app}/sni-endpoints/{sni_endpoint}")
    async def info(self, app: Ref, sni_endpoint: Ref, /) -> SNIEndpoint:
        """One SNI endpoint of an app.

        Args:
            app: Id or name of the app.
            sni_endpoint: Id or name of the SNI endpoint.
        """
        ...

    @GET("/apps/{app}/sni-endpoints")
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[SNIEndpoint]:
        """The app's SNI endpoints.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/sni-endpoints/{sni_endpoint}", idempotent=True)
    async def update(
        self, app: Ref, sni_endpoint: Ref, /, *, certificate_chain: str, private_key: Annotated[str, Secret()]
    ) -> SNIEndpoint:
        """Replace a certificate; returns the updated endpoint, which keeps its domains.

        Args:
            app: Id or name of the app.
            sni_endpoint: Id or name of the SNI endpoint.
            certificate_chain: The new certificate with its intermediate certificates, as PEM.
            private_key: The new private key, as PEM.
        """
        ...
