"""Organization Member: an account in an organization."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PUT, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Role

__all__ = ["OrganizationMember", "OrganizationMembers"]


@frozen(kw_only=True)
class OrganizationMember:
    """An account in an organization.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-member>.
    """

    created_at: Timestamp
    """When it was created."""
    email: str
    """Its e-mail address."""
    role: Role
    """What it is in the organization."""
    updated_at: Timestamp
    """When it was last changed."""


class OrganizationMembers(Resource):
    """Operations on the members of an organization.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-member>.
    """

    @PUT("/organizations/{organization}/members")
    async def create_or_update(self, organization: str | UUID, /, *, email: str, role: Role) -> OrganizationMember:
        """Take an account into the organization, or give it another role; the member comes back."""
        ...

    @DELETE("/organizations/{organization}/members/{member}")
    async def delete(self, organization: str | UUID, member: str | UUID, /) -> OrganizationMember | None:
        """Remove a member; what it was comes back, if anything does."""
        ...

    @GET("/organizations/{organization}/members", order_fields=("email",))
    def list(self, organization: str | UUID, /, *, range: Range = FULL) -> Pages[OrganizationMember]:
        """The organization's members."""
        ...
