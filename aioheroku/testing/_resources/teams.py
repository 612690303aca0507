"""Team."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import ParameterTypes, Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._state.membership import (
    add_member,
    create_organization,
    rename_organization,
    set_default,
)
from aioheroku.testing._state.models import Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Team")

_TEXT, _TEXT_OR_NULL = str, Nullable(str)
_PAYMENT: ParameterTypes = {
    **dict.fromkeys(("address_1", "city", "country", "first_name", "last_name", "postal_code", "state"), _TEXT),
    **dict.fromkeys(("address_2", "card_number", "cvv", "device_data"), _TEXT_OR_NULL),
    **dict.fromkeys(("expiration_month", "expiration_year", "nonce", "other"), _TEXT_OR_NULL),
}


@routes.list("/teams")
def listing(context: RequestContext) -> Table[Row]:
    """The teams that the account is a member of."""
    email = context.account.ref["email"]
    mine = (team for team in context.state.organizations.values() if team.members.find(email))
    return table_of(_teams.shown_team(team, context.account) for team in mine)


@routes.get("/teams/{team}")
def info(context: RequestContext) -> Row:
    """One of them, by id or name."""
    return _teams.shown_team(_teams.team(context), context.account)


@routes.post("/teams", {"name": str}, _PAYMENT)
def create(context: RequestContext) -> Row:
    """A new team with the account as its admin; 422 for a name that is malformed or taken."""
    return _created(context, None)


@routes.patch("/teams/{team}", optional={"default": bool, "name": str})
def update(context: RequestContext) -> Row:
    """Make it the account's default, or no longer so; rename it, as an admin (403)."""
    team, taken = _teams.team(context), context.parameters()
    name = taken.get("name", team.name)
    if name != team.name:
        rename_organization(context.state, _teams.administered(context), _teams.check_name(context.state, name))
        team.updated_at = context.now
    if taken.get("default"):
        set_default(context.account, team)
    elif "default" in taken and context.account.default is team:
        set_default(context.account, None)
    return _teams.shown_team(team, context.account)


@routes.delete("/teams/{team}")
def delete(context: RequestContext) -> Row:
    """Delete a team: 403 unless an admin asks, 422 while it owns apps."""
    team = _teams.administered(context)
    if team.apps:
        raise invalid("A team that owns apps cannot be deleted.")
    shown = _teams.shown_team(team, context.account)
    del context.state.organizations[team.name]
    for account in context.state.accounts.values():
        if account.default is team:
            set_default(account, None)
    return shown


@routes.list("/enterprise-accounts/{enterprise_account}/teams", title="List by Enterprise Account")
def of_enterprise(context: RequestContext) -> Table[Row]:
    """The teams of an enterprise account."""
    teams = _teams.teams_of(context.state, _teams.enterprise(context))
    return table_of(_teams.shown_team(team, context.account) for team in teams)


@routes.post("/enterprise-accounts/{enterprise_account}/teams", {"name": str}, title="Create in Enterprise Account")
def create_in_enterprise(context: RequestContext) -> Row:
    """A new team of an enterprise account: 403 without the permission to create some."""
    found = _teams.enterprise(context, "create")
    return _created(context, create_organization(context.state, _name(context), found))


def _created(context: RequestContext, team: Organization | None) -> Row:
    team = team or create_organization(context.state, _name(context))
    add_member(context.state, team, context.account, "admin")
    return _teams.shown_team(team, context.account)


def _name(context: RequestContext) -> str:
    return _teams.check_name(context.state, context.parameters()["name"])
