"""Account: the account that the credentials belong to."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, Header, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Named, ProviderIdentity

__all__ = ["Account", "AccountIdentityProvider", "Accounts"]


@frozen(kw_only=True)
class AccountIdentityProvider(ProviderIdentity):
    """The identity provider that an account logs in with."""

    organization: Named
    """The team, under its former name."""
    team: Named
    """Team of the identity provider."""


@frozen(kw_only=True)
class Account(Model):
    """The account that the credentials belong to.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account>.
    """

    allow_tracking: bool
    """Whether third-party web activity tracking is allowed."""
    acknowledged_msa: bool | None = None
    """Whether the Salesforce master agreement was acknowledged; only with `using(accept="3.sdk")`."""
    acknowledged_msa_at: Timestamp | None = None
    """Time of the acknowledgement; only with `using(accept="3.sdk")`."""
    beta: bool
    """Whether beta features are turned on."""
    country_of_residence: str | None = None
    """Country where the owner lives."""
    created_at: Timestamp
    """Time of creation."""
    default_organization: Identity | None = None
    """The default team, under its former name."""
    default_team: Identity | None = None
    """The team used if none is named."""
    delinquent_at: Timestamp | None = None
    """Time when the account became delinquent."""
    eco_dynos_enabled: bool | None = None
    """Whether Eco dynos can be used; only with `using(accept="3.sdk")`."""
    eco_dynos_shutdown_at: Timestamp | None = None
    """Time at which Eco dynos are shut down; only with `using(accept="3.sdk")`."""
    email: str
    """E-mail address, unique on Heroku."""
    federated: bool | None = None
    """Whether the account logs in through an identity provider. Always there today."""
    id: UUID
    """Id of the account, which stays when the address changes."""
    identity_provider: AccountIdentityProvider | None = None
    """Identity provider of a federated account."""
    italian_customer_terms: str | None = None
    """State of the terms for customers in Italy; only with `using(accept="3.sdk")`."""
    italian_partner_terms: str | None = None
    """State of the terms for partners in Italy; only with `using(accept="3.sdk")`."""
    last_login: Timestamp | None = None
    """Time of the last login."""
    mfa_enabled: bool | None = None
    """Whether multi-factor authentication is on; only with `using(accept="3.sdk")`."""
    mfa_exemption: bool | None = None
    """Whether the account is exempt from multi-factor authentication; only with `using(accept="3.sdk")`."""
    mfa_exemption_reason: str | None = None
    """Reason for the exemption; only with `using(accept="3.sdk")`."""
    mfa_experience: Annotated[str, OneOf("vaas", "legacy")] | None = None
    """Kind of multi-factor authentication; only with `using(accept="3.sdk")`."""
    name: str | None = None
    """The owner's full name."""
    pipeline_cost_consent_at: Timestamp | None = None
    """Time when the costs of pipelines were accepted; only with `using(accept="3.sdk")`."""
    sms_number: str | None = None
    """Phone number for recovery, masked."""
    suspended_at: Timestamp | None = None
    """Time when the account was suspended."""
    two_factor_authentication: bool | None = None
    """Whether two-factor authentication is on. Always there today."""
    updated_at: Timestamp
    """Time of the last change."""
    verified: bool
    """Whether the account is verified, for instance with a credit card."""


class Accounts(Resource):
    """Operations on the account that the credentials belong to.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account>.
    """

    @GET("/account")
    async def info(self) -> Account:
        """The account that the credentials belong to."""
        ...

    @PATCH("/account")
    async def update(
        self,
        *,
        password: Annotated[str, Secret()] | Unset = UNSET,
        allow_tracking: bool | Unset = UNSET,
        beta: bool | Unset = UNSET,
        name: str | Unset | None = UNSET,
        eco_dynos_enabled: bool | Unset = UNSET,
        pipeline_cost_consent: bool | Unset = UNSET,
    ) -> Account:
        """Change the account's settings; returns the updated account.

        Args:
            password: The account's current password, which the API of 2014 required.
            allow_tracking: Whether third-party web activity tracking is allowed.
            beta: Whether to turn on beta features.
            name: The owner's full name; `None` removes it.
            eco_dynos_enabled: Whether Eco dynos can be used.
            pipeline_cost_consent: Whether the costs of pipelines are accepted.
        """
        ...

    @PATCH("/account")
    async def change_email(self, *, email: str, password: Annotated[str, Secret()]) -> Account:
        """Change the account's e-mail address; returns the updated account.

        Args:
            email: The new e-mail address.
            password: The account's current password.
        """
        ...

    @PATCH("/account")
    async def change_password(
        self, *, new_password: Annotated[str, Secret()], password: Annotated[str, Secret()]
    ) -> Account:
        """Change the account's password; returns the account.

        Tokens that were created with the old password may be revoked.

        Args:
            new_password: The new password.
            password: The current password.
        """
        ...

    @DELETE("/account", idempotent=False)
    async def delete(self, *, password: Annotated[str, Header("Heroku-Password")]) -> Account | None:
        """Delete the account that the credentials belong to, with its apps; this cannot be undone.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            password: The account's current password.
        """
        ...

    @GET("/users/{user}")
    async def info_by_user(self, user: Ref, /) -> Account:
        """One account.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
        """
        ...

    @PATCH("/users/{user}")
    async def update_by_user(
        self,
        user: Ref,
        /,
        *,
        allow_tracking: bool | Unset = UNSET,
        beta: bool | Unset = UNSET,
        name: str | Unset | None = UNSET,
        eco_dynos_enabled: bool | Unset = UNSET,
        pipeline_cost_consent: bool | Unset = UNSET,
    ) -> Account:
        """Change an account's settings; returns the updated account.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
            allow_tracking: Whether third-party web activity tracking is allowed.
            beta: Whether to turn on beta features.
            name: The owner's full name; `None` removes it.
            eco_dynos_enabled: Whether Eco dynos can be used.
            pipeline_cost_consent: Whether the costs of pipelines are accepted.
        """
        ...

    @DELETE("/users/{user}", idempotent=False)
    async def delete_by_user(
        self, user: Ref, /, *, password: Annotated[str, Header("Heroku-Password")]
    ) -> Account | None:
        """Delete an account with its apps; this cannot be undone.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
            password: The account's current password.
        """
        ...
