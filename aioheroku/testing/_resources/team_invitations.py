"""Team Invitation."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import OneOf, is_email
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._state.membership import add_member
from aioheroku.testing._state.models import Organization
from aioheroku.testing._state.table import Row, Table

routes = Routes("Team Invitation")


@routes.list("/teams/{team}/invitations")
def listing(context: RequestContext) -> Table[Row]:
    """The invitations that were neither accepted nor revoked."""
    return _teams.team(context).invitations


@routes.put(
    "/teams/{team}/invitations",
    {"email": str, "role": OneOf(("admin", "collaborator", "member", "owner", "viewer", None))},
    title="Create",
)
def create(context: RequestContext) -> Row:
    """Invite an account, or change the role in its invitation: 403 unless an admin asks, 422 for a member."""
    team, taken = _teams.administered(context), context.parameters()
    if not is_email(taken["email"]):
        raise invalid("Email is invalid.")
    if team.members.find(taken["email"]):
        raise invalid("User is already a member of the team.")
    invited = context.state.account(taken["email"])
    row = team.invitations.find(taken["email"])
    if row is not None:
        row.update({"role": taken["role"], "updated_at": context.now})
        return row
    return team.invitations.add(
        {
            "invited_by": _teams.named_person(context.account),
            "role": taken["role"],
            "team": team.ref,
            "user": _teams.named_person(invited),
            **context.dated(),
        }
    )


@routes.delete("/teams/{team}/invitations/{invitation}", title="Revoke")
def revoke(context: RequestContext) -> Row:
    """Revoke an invitation, by id: 403 unless an admin asks."""
    team = _teams.administered(context)
    row = context.find(team.invitations, "invitation", "team_invitation")
    team.invitations.remove(row)
    return row


@routes.get("/teams/invitations/{token}", title="Get")
def info(context: RequestContext) -> Row:
    """One invitation; its id is its token."""
    return _named(context)[1]


@routes.post("/teams/invitations/{token}/accept", title="Accept")
def accept(context: RequestContext) -> Row:
    """Make the invited account a member; the token alone is enough."""
    team, row = _named(context)
    team.invitations.remove(row)
    account = context.state.account(row["user"]["email"])
    member = add_member(context.state, team, account, row["role"] or "member")
    return _teams.shown_member(context.state, team, member)


def _named(context: RequestContext) -> tuple[Organization, Row]:
    for team in context.state.organizations.values():
        row = team.invitations.find(context.params["token"])
        if row is not None:
            return team, row
    raise not_found("team_invitation")
