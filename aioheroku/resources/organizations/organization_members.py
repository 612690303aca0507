"""Organization Member: an account in an organization."""

from aioheroku._api.endpoint import DELETE, GET, PUT, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Role

__all__ = ["OrganizationMember", "OrganizationMembers"]


@frozen(kw_only=True)
class OrganizationMember(Model):
    """Today a `TeamMember`: an account in an organization.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-member>.
    """

    created_at: Timestamp
    """Time of creation."""
    email: str
    """E-mail address."""
    role: Role
    """The account's role in the organization."""
    updated_at: Timestamp
    """Time of the last change."""


class OrganizationMembers(Resource):
    """Today `heroku.team_members`: operations on the members of an organization.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-member>.
    """

    @PUT("/organizations/{organization}/members")
    async def create_or_update(self, organization: Ref, /, *, email: str, role: Role) -> OrganizationMember:
        """Add an account to an organization, or change its role; returns the member.

        Args:
            organization: Id or name of the organization.
            email: E-mail address of the account.
            role: The account's role: `admin`, `member` or `collaborator`.
        """
        ...

    @DELETE("/organizations/{organization}/members/{member}")
    async def delete(self, organization: Ref, member: Ref, /) -> OrganizationMember | None:
        """Remove a member from an organization.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            organization: Id or name of the organization.
            member: Id or e-mail address of the member.
        """
        ...

    @GET("/organizations/{organization}/members", order_fields=("email",))
    def list(self, organization: Ref, /, *, range: Range = FULL) -> Pages[OrganizationMember]:
        """The organization's members.

        Args:
            organization: Id or name of the organization.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
