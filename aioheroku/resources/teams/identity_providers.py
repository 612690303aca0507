"""Identity Provider: single sign-on of a team."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Named, ProviderOwner

__all__ = ["IdentityProvider", "IdentityProviders", "ProviderCertificate"]


@frozen(kw_only=True)
class ProviderCertificate(Model):
    """A certificate of an identity provider."""

    body: str
    """The certificate, as PEM."""
    created_at: Timestamp
    """Time of creation."""
    expires_at: Timestamp
    """Time when the certificate ends."""
    id: UUID
    """Id of the certificate."""
    name: str | None = None
    """Name of the certificate."""


@frozen(kw_only=True)
class IdentityProvider(Model):
    """Single sign-on of a team or enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#identity-provider>.
    """

    certificate: str
    """The public certificate, as PEM."""
    certificates: list[ProviderCertificate] | None = None
    """All its certificates; only with `using(accept="3.sdk")`."""
    created_at: Timestamp
    """Time of creation."""
    enabled: bool | None = None
    """Whether members can log in with it; only with `using(accept="3.sdk")`."""
    entity_id: str
    """URL that identifies the provider."""
    heroku_acs_url: str | None = None
    """URL at Heroku that takes the provider's assertions; only with `using(accept="3.sdk")`."""
    heroku_entity_id: str | None = None
    """URL that identifies Heroku to the provider; only with `using(accept="3.sdk")`."""
    heroku_start_url: str | None = None
    """URL at Heroku where a login begins; only with `using(accept="3.sdk")`."""
    id: UUID
    """Id of the identity provider."""
    name: str | None = None
    """Name of the identity provider; only with `using(accept="3.sdk")`."""
    organization: Named | None = None
    """The team, under its former name."""
    owner: ProviderOwner
    """Owner of the identity provider."""
    slo_target_url: str
    """URL for single log-out."""
    sso_target_url: str
    """URL for single sign-on."""
    updated_at: Timestamp
    """Time of the last change."""


class IdentityProviders(Resource):
    """Operations on the identity providers of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#identity-provider>.
    """

    @GET("/teams/{team}/identity-providers")
    def list_by_team(self, team: Ref, /, *, range: Range = FULL) -> Pages[IdentityProvider]:
        """The team's identity providers.

        Args:
            team: Name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/teams/{team}/identity-providers")
    async def create_by_team(
        self,
        team: Ref,
        /,
        *,
        certificate: str,
        entity_id: str,
        sso_target_url: str,
        slo_target_url: str | Unset = UNSET,
    ) -> IdentityProvider:
        """Add an identity provider to a team; returns the new provider.

        Args:
            team: Name of the team.
            certificate: The public certificate, as PEM.
            entity_id: URL that identifies the provider.
            sso_target_url: URL for single sign-on.
            slo_target_url: URL for single log-out.
        """
        ...

    @PATCH("/teams/{team}/identity-providers/{identity_provider}", idempotent=True)
    async def update_by_team(
        self,
        team: Ref,
        identity_provider: Ref,
        /,
        *,
        certificate: str | Unset = UNSET,
        entity_id: str | Unset = UNSET,
        slo_target_url: str | Unset = UNSET,
        sso_target_url: str | Unset = UNSET,
    ) -> IdentityProvider:
        """Change an identity provider of a team; returns the updated provider.

        Args:
            team: Name of the team.
            identity_provider: Id of the identity provider.
            certificate: The public certificate, as PEM.
            entity_id: URL that identifies the provider.
            slo_target_url: URL for single log-out.
            sso_target_url: URL for single sign-on.
        """
        ...

    @DELETE("/teams/{team}/identity-providers/{identity_provider}")
    async def delete_by_team(self, team: Ref, identity_provider: Ref, /) -> IdentityProvider | None:
        """Remove an identity provider from a team.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            team: Name of the team.
            identity_provider: Id of the identity provider.
        """
        ...
