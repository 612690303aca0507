"""Team: a group of accounts that share apps and billing."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, ProviderIdentity, TeamRole

__all__ = ["Team", "Teams"]


@frozen(kw_only=True)
class Team(Model):
    """A group of accounts that share apps and billing; in the API of 2014 an `Organization`.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team>.
    """

    created_at: Timestamp
    """Time of creation."""
    credit_card_collections: bool
    """Whether charges are collected by credit card."""
    default: bool
    """Whether this is the account's default team."""
    enterprise_account: Identity | None = None
    """The enterprise account that the team belongs to."""
    id: UUID
    """Id of the team, which stays when the team is renamed."""
    identity_provider: ProviderIdentity | None = None
    """Identity provider of the team."""
    membership_limit: float | None = None
    """Maximum number of members."""
    name: str
    """Name of the team, unique on Heroku."""
    pipeline_cost_consent_at: Timestamp | None = None
    """Time when the costs of pipelines were accepted; only with `using(accept="3.sdk")`."""
    pipeline_cost_consent_user_email: str | None = None
    """E-mail address of the account that accepted them; only with `using(accept="3.sdk")`."""
    provisioned_licenses: bool
    """Whether the team has provisioned licences."""
    role: TeamRole | None = None
    """The account's role in the team."""
    type: Annotated[str, OneOf("enterprise", "team")]
    """Whether it belongs to an enterprise account."""
    updated_at: Timestamp
    """Time of the last change."""


class Teams(Resource):
    """Operations on teams.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team>.
    """

    @GET("/teams")
    def list(self, *, range: Range = FULL) -> Pages[Team]:
        """The teams that the account belongs to.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/teams/{team}")
    async def info(self, team: Ref, /) -> Team:
        """One team.

        Args:
            team: Id or name of the team.
        """
        ...

    @PATCH("/teams/{team}", idempotent=True)
    async def update(self, team: Ref, /, *, default: bool | Unset = UNSET, name: str | Unset = UNSET) -> Team:
        """Rename a team, or change whether it is the account's default; returns the updated team.

        Args:
            team: Id or name of the team.
            default: Whether this is the account's default team.
            name: New name of the team, unique on Heroku.
        """
        ...

    @POST("/teams")
    async def create(
        self,
        *,
        name: str,
        address_1: str | Unset = UNSET,
        address_2: str | Unset | None = UNSET,
        card_number: Annotated[str, Secret()] | Unset | None = UNSET,
        city: str | Unset = UNSET,
        country: str | Unset = UNSET,
        cvv: Annotated[str, Secret()] | Unset | None = UNSET,
        expiration_month: str | Unset | None = UNSET,
        expiration_year: str | Unset | None = UNSET,
        first_name: str | Unset = UNSET,
        last_name: str | Unset = UNSET,
        other: str | Unset | None = UNSET,
        postal_code: str | Unset = UNSET,
        state: str | Unset = UNSET,
        nonce: Annotated[str, Secret()] | Unset | None = UNSET,
        device_data: Annotated[str, Secret()] | Unset | None = UNSET,
    ) -> Team:
        """Create a team, of which the account becomes an admin; returns the new team.

        The payment method may be left out if the account has one.

        Args:
            name: Name of the team, unique on Heroku.
            address_1: Street address, first line.
            address_2: Street address, second line.
            card_number: Encrypted number of the credit card.
            city: City of the address.
            country: Country of the address, as two letters.
            cvv: Security code of the card.
            expiration_month: Month in which the card expires, as two digits.
            expiration_year: Year in which the card expires, as four digits.
            first_name: First name of the card's holder.
            last_name: Last name of the card's holder.
            other: Further information on the payment method.
            postal_code: Postal code of the address.
            state: State of the address.
            nonce: Nonce that the payment service generated for the card.
            device_data: Device data that the payment service generated.
        """
        ...

    @DELETE("/teams/{team}")
    async def delete(self, team: Ref, /) -> Team | None:
        """Delete a team, which must not own apps.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            team: Id or name of the team.
        """
        ...

    @GET("/enterprise-accounts/{enterprise_account}/teams")
    def list_by_enterprise_account(self, enterprise_account: Ref, /, *, range: Range = FULL) -> Pages[Team]:
        """The teams of an enterprise account.

        Args:
            enterprise_account: Id or name of the enterprise account.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/enterprise-accounts/{enterprise_account}/teams")
    async def create_in_enterprise_account(self, enterprise_account: Ref, /, *, name: str) -> Team:
        """Create a team in an enterprise account; returns the new team.

        Args:
            enterprise_account: Id or name of the enterprise account.
            name: Name of the team, unique on Heroku.
        """
        ...
