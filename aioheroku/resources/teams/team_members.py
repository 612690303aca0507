"""Team Member: an account in a team."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, PUT, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import MemberProvider, NamedPerson, TeamRole
from aioheroku.resources.teams.team_apps import TeamApp

__all__ = ["TeamMember", "TeamMembers"]

GivenRole = Annotated[str, OneOf("admin", "viewer", "member")]
"""The role that an account is given in a team."""


@frozen(kw_only=True)
class TeamMember(Model):
    """An account in a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-member>.
    """

    created_at: Timestamp
    """Time of creation."""
    email: str
    """E-mail address."""
    federated: bool
    """Whether the account logs in through an identity provider."""
    id: UUID | None = None
    """Id of the membership."""
    identity_provider: MemberProvider | None = None
    """The identity provider that the account logs in with."""
    role: TeamRole | None = None
    """The account's role in the team."""
    two_factor_authentication: bool | None = None
    """Whether the account has two-factor authentication."""
    updated_at: Timestamp
    """Time of the last change."""
    user: NamedPerson | None = None
    """The account."""


class TeamMembers(Resource):
    """Operations on the members of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-member>.
    """

    @PUT("/teams/{team}/members")
    async def create_or_update(
        self, team: Ref, /, *, email: str, role: GivenRole, federated: bool | Unset = UNSET
    ) -> TeamMember:
        """Add an account to a team, or change its role; returns the member.

        A team with the feature `team-invite-acceptance` invites instead, see `heroku.team_invitations.create`.

        Args:
            team: Id or name of the team.
            email: E-mail address of the account.
            role: The account's role, such as `admin`, `member`, `viewer` or `collaborator`.
            federated: Whether the account logs in through the team's identity provider.
        """
        ...

    @POST("/teams/{team}/members")
    async def create(self, team: Ref, /, *, email: str, role: GivenRole, federated: bool | Unset = UNSET) -> TeamMember:
        """Add an account to a team; returns the new member.

        Args:
            team: Id or name of the team.
            email: E-mail address of the account.
            role: The account's role, such as `admin`, `member`, `viewer` or `collaborator`.
            federated: Whether the account logs in through the team's identity provider.
        """
        ...

    @PATCH("/teams/{team}/members", idempotent=True)
    async def update(self, team: Ref, /, *, email: str, role: GivenRole, federated: bool | Unset = UNSET) -> TeamMember:
        """Change the role of a member; returns the updated member.

        Args:
            team: Id or name of the team.
            email: E-mail address of the account.
            role: The account's role, such as `admin`, `member`, `viewer` or `collaborator`.
            federated: Whether the account logs in through the team's identity provider.
        """
        ...

    @DELETE("/teams/{team}/members/{member}")
    async def delete(self, team: Ref, member: Ref, /) -> TeamMember | None:
        """Remove a member from a team.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            team: Id or name of the team.
            member: Id or e-mail address of the member.
        """
        ...

    @GET("/teams/{team}/members", order_fields=("email",))
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[TeamMember]:
        """The team's members.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/teams/{team}/members/{member}/apps")
    def list_apps(self, team: Ref, member: Ref, /, *, range: Range = FULL) -> Pages[TeamApp]:
        """The team's apps that a member has joined.

        Args:
            team: Id or name of the team.
            member: Id or e-mail address of the member.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
