"""Team Invitation: an invitation of an account to a team."""

from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, PUT, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity, NamedPerson, TeamRole
from aioheroku.resources.teams.team_members import TeamMember

__all__ = ["TeamInvitation", "TeamInvitations"]


@frozen(kw_only=True)
class TeamInvitation(Model):
    """An invitation of an account to a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-invitation>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the invitation."""
    invited_by: NamedPerson
    """The account that sent the invitation."""
    role: TeamRole | None = None
    """The role that the account will have."""
    team: Identity
    """The team."""
    updated_at: Timestamp
    """Time of the last change."""
    user: NamedPerson
    """The account that is invited."""


class TeamInvitations(Resource):
    """Operations on invitations to teams with the feature `team-invite-acceptance`.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-invitation>.
    """

    @GET("/teams/{team}/invitations")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[TeamInvitation]:
        """The invitations of a team that were neither accepted nor revoked.

        Args:
            team: Name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PUT("/teams/{team}/invitations")
    async def create(self, team: Ref, /, *, email: str, role: TeamRole | None) -> TeamInvitation:
        """Invite an account to a team; returns the invitation.

        Args:
            team: Id or name of the team.
            email: E-mail address of the account.
            role: The role that the account will have: `admin`, `member`, `collaborator` or `owner`.
        """
        ...

    @DELETE("/teams/{team}/invitations/{invitation}")
    async def revoke(self, team: Ref, invitation: Ref, /) -> TeamInvitation | None:
        """Revoke an invitation.

        Returns what was revoked, or `None` if the response has no body.

        Args:
            team: Id or name of the team.
            invitation: Id of the invitation.
        """
        ...

    @GET("/teams/invitations/{token}")
    async def info(self, token: Ref, /) -> TeamInvitation:
        """One invitation, by the token in its e-mail.

        Args:
            token: Token of the invitation.
        """
        ...

    @POST("/teams/invitations/{token}/accept")
    async def accept(self, token: Ref, /) -> TeamMember:
        """Accept an invitation; returns the new member.

        Args:
            token: Token of the invitation.
        """
        ...
