"""Team Member."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import ParameterTypes, Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._resources._app_access import change_member, remove_from_organization
from aioheroku.testing._state.account_rows import MemberRow
from aioheroku.testing._state.membership import require_role
from aioheroku.testing._state.models import Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Team Member")

# The schema names admin, viewer and member; the Heroku CLI gives the others too.
_REQUIRED: ParameterTypes = {"email": str, "role": OneOf(("admin", "viewer", "member", "collaborator", "owner"))}
_OPTIONAL: ParameterTypes = {"federated": bool}


@routes.list("/teams/{team}/members", "email")
def listing(context: RequestContext) -> Table[Row]:
    """Who belongs to it."""
    team = _teams.team(context)
    return table_of((_teams.shown_member(context.state, team, row) for row in team.members), "email")


@routes.put("/teams/{team}/members", _REQUIRED, _OPTIONAL, status=201)
def put(context: RequestContext) -> Row:
    """Add a member, or change a role: 403 unless an admin asks, 422 if no admin would be left."""
    return _changed(context, _teams.administered(context))


@routes.post("/teams/{team}/members", _REQUIRED, _OPTIONAL)
def create(context: RequestContext) -> Row:
    """Add a member; 422 if it is one already."""
    team = _teams.administered(context)
    if team.members.find(context.parameters()["email"]):
        raise invalid("User is already a member of the team.")
    return _changed(context, team)


@routes.patch("/teams/{team}/members", _REQUIRED, _OPTIONAL)
def update(context: RequestContext) -> Row:
    """Change the role of a member; 404 if it is not one."""
    team = _teams.administered(context)
    if team.members.find(context.parameters()["email"]) is None:
        raise not_found("team_member")
    return _changed(context, team)


@routes.delete("/teams/{team}/members/{member}")
def delete(context: RequestContext) -> Row:
    """Remove a member, from the team's apps too: 403 unless an admin asks, or the member."""
    team = _teams.team(context)
    row = _found(context, team)
    if row["email"] != context.account.ref["email"]:
        require_role(team, context.account, "admin")
    shown = _teams.shown_member(context.state, team, row)
    remove_from_organization(team, context.state.accounts[row["email"]])
    return shown


@routes.list("/teams/{team}/members/{member}/apps", of="Team Member", title="List By Member")
def apps(context: RequestContext) -> Table[Row]:
    """The team's apps that the member has joined."""
    team = _teams.team(context)
    member = context.state.accounts[_found(context, team)["email"]]
    return _teams.apps_table(context.account, [app for app in team.apps if member in app.members])


def _changed(context: RequestContext, team: Organization) -> Row:
    row, taken = change_member(context, team), context.parameters()
    if "federated" in taken:
        change = team.federated.add if taken["federated"] else team.federated.discard
        change(context.state.accounts[row["email"]].row["id"])
    return _teams.shown_member(context.state, team, row)


def _found(context: RequestContext, team: Organization) -> MemberRow:
    """The member that the path names, by e-mail, or by the id of the account or of the membership."""
    wanted = context.params["member"]
    for row in team.members:
        if wanted in {row["email"], context.state.accounts[row["email"]].row["id"]}:
            return row
        if wanted == _teams.shown_member(context.state, team, row)["id"]:
            return row
    raise not_found("team_member")
