"""Enterprise Account: teams that a company manages together."""

from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import ProviderIdentity

__all__ = ["EnterpriseAccount", "EnterpriseAccounts"]


@frozen(kw_only=True)
class EnterpriseAccount(Model):
    """Teams that a company manages together.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the enterprise account."""
    identity_provider: ProviderIdentity | None = None
    """Identity provider of the enterprise account."""
    name: str
    """Name of the enterprise account, unique on Heroku."""
    partner_benefits: bool
    """Whether it has the benefits of a partner."""
    permissions: list[str]
    """Names of the account's permissions in it: `view`, `create`, `manage`, `billing`."""
    trial: bool
    """Whether it is on trial."""
    updated_at: Timestamp
    """Time of the last change."""


class EnterpriseAccounts(Resource):
    """Operations on enterprise accounts.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account>.
    """

    @GET("/enterprise-accounts")
    def list(self, *, range: Range = FULL) -> Pages[EnterpriseAccount]:
        """The enterprise accounts that the account belongs to.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/enterprise-accounts/{enterprise_account}")
    async def info(self, enterprise_account: Ref, /) -> EnterpriseAccount:
        """One enterprise account.

        Args:
            enterprise_account: Id or name of the enterprise account.
        """
        ...

    @PATCH("/enterprise-accounts/{enterprise_account}", idempotent=True)
    async def update(self, enterprise_account: Ref, /, *, name: str | Unset = UNSET) -> EnterpriseAccount:
        """Rename an enterprise account; returns the updated account.

        Args:
            enterprise_account: Id or name of the enterprise account.
            name: New name, unique on Heroku.
        """
        ...
