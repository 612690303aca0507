"""Organization: a group of accounts that share apps and billing."""

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Role

__all__ = ["Organization", "Organizations"]


@frozen(kw_only=True)
class Organization(Model):
    """Today a `Team`: a group of accounts that share apps and billing.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization>.
    """

    credit_card_collections: bool
    """Whether charges are collected by credit card."""
    default: bool
    """Whether this is the account's default organization."""
    name: str
    """Name of the organization, unique on Heroku."""
    provisioned_licenses: bool
    """Whether the organization has provisioned licences."""
    role: Role
    """The account's role in the organization."""


class Organizations(Resource):
    """Today `heroku.teams`: operations on the organizations of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization>.
    """

    @GET("/organizations", order_fields=("name",))
    def list(self, *, range: Range = FULL) -> Pages[Organization]:
        """The organizations that the account belongs to.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/organizations/{organization}")
    async def update(self, organization: Ref, /, *, default: bool | Unset = UNSET) -> Organization:
        """Change whether an organization is the account's default; returns the updated organization.

        Args:
            organization: Id or name of the organization.
            default: Whether new apps belong to this organization by default.
        """
        ...
