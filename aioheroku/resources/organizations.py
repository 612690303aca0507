"""Organization: several accounts that share apps and the bill."""

from uuid import UUID

from attrs import frozen

from aioheroku.endpoint import GET, PATCH, Resource
from aioheroku.paging import FULL, Pages, Range
from aioheroku.resources.identities import Role
from aioheroku.unset import UNSET, Unset

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

    @GET("/organizations", orders=("name",))
    def list(self, *, range: Range = FULL) -> Pages[Organization]:
        """The organizations that the account belongs to.

        Args:
            range: Which part of the list, in which order; all of it by default.
        """
        ...

    @PATCH("/organizations/{organization}")
    async def update(self, organization: str | UUID, /, *, default: bool | Unset = UNSET) -> Organization:
        """Change whether an organization is the account's default; returns the updated organization.

        Args:
            organization: Id or name of the organization.
            default: Whether new apps belong to this organization by default.
        """
        ...
