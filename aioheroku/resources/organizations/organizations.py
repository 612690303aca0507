"""Organization: several accounts that share apps and the bill."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Role

__all__ = ["Organization", "Organizations"]


@frozen(kw_only=True)
class Organization:
    """Several accounts that share apps and the bill.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization>.
    """

    credit_card_collections: bool
    """Whether its bill is paid by credit card."""
    default: bool
    """Whether it is the one that the account's calls mean when they name none."""
    name: str
    """Its name, unique on Heroku."""
    provisioned_licenses: bool
    """Whether it has a fixed number of licences."""
    role: Role
    """What the account is in it."""


class Organizations(Resource):
    """Operations on the organizations of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization>.
    """

    @GET("/organizations", order_fields=("name",))
    def list(self, *, range: Range = FULL) -> Pages[Organization]:
        """Every organization of the account."""
        ...

    @PATCH("/organizations/{organization}")
    async def update(self, organization: str | UUID, /, *, default: bool | Unset = UNSET) -> Organization:
        """Make an organization the account's default one, or no longer.

        The organization as it is now comes back.
        """
        ...
