"""Enterprise Account, Enterprise Account Member, and the audit trail."""

from aioheroku.testing._data.audit_trail import archives, events
from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams, collaborators
from aioheroku.testing._state.membership import add_enterprise_member
from aioheroku.testing._state.models import Account, Enterprise
from aioheroku.testing._state.table import Row, Table, table_of
from aioheroku.testing._state.team_catalogue import ENTERPRISE_PERMISSIONS

routes = Routes("Enterprise Account")

_ONE = "/enterprise-accounts/{enterprise_account}"
_QUERY = dict.fromkeys(("action", "actor", "day", "order", "type"), str)


@routes.list("/enterprise-accounts")
def listing(context: RequestContext) -> Table[Row]:
    """The enterprise accounts that the account is a member of."""
    known = context.state.enterprises.values()
    mine = (enterprise for enterprise in known if enterprise.permissions(context.account) is not None)
    return table_of(_shown(enterprise, context.account) for enterprise in mine)


@routes.get(_ONE)
def info(context: RequestContext) -> Row:
    """One of them, by id or name."""
    return _shown(_teams.enterprise(context), context.account)


@routes.patch(_ONE, optional={"name": str})
def update(context: RequestContext) -> Row:
    """Rename it, with the permission to manage it (403); 422 for a name that is taken."""
    enterprise, known = _teams.enterprise(context, "manage"), context.state.enterprises
    name, old = context.parameters().get("name", enterprise.ref["name"]), enterprise.ref["name"]
    if name != old:
        if not name or name in known:
            raise invalid("Name is already taken")
        known[name] = known.pop(old)
        enterprise.ref["name"] = name
        enterprise.updated_at = context.now
    return _shown(enterprise, context.account)


@routes.list(f"{_ONE}/members", of="Enterprise Account Member")
def members(context: RequestContext) -> Table[Row]:
    """Who belongs to it, with what each may do."""
    return _teams.enterprise(context).members


@routes.post(f"{_ONE}/members", {"user": str, "permissions": list}, {"federated": bool}, of="Enterprise Account Member")
def add_member(context: RequestContext) -> Row:
    """Add an account, by e-mail or id, with permissions: 403 without the permission to manage it, 422 for a member."""
    enterprise, taken = _teams.enterprise(context, "manage"), context.parameters()
    account = collaborators.person(context.state, taken["user"])
    if enterprise.members.find(account.ref["email"]):
        raise invalid("User is already a member of the enterprise account.")
    permissions = _teams.check_permissions(taken["permissions"], ENTERPRISE_PERMISSIONS)
    add_enterprise_member(context.state, enterprise, account, permissions)
    return _member(enterprise, account.ref["email"])


@routes.patch(f"{_ONE}/members/{{member}}", {"permissions": list}, of="Enterprise Account Member")
def change_member(context: RequestContext) -> Row:
    """Change what a member may do."""
    enterprise = _teams.enterprise(context, "manage")
    row = _member(enterprise, context.params["member"])
    account = context.state.accounts[row["user"]["email"]]
    permissions = _teams.check_permissions(context.parameters()["permissions"], ENTERPRISE_PERMISSIONS)
    add_enterprise_member(context.state, enterprise, account, permissions)
    return row


@routes.delete(f"{_ONE}/members/{{member}}", of="Enterprise Account Member")
def remove_member(context: RequestContext) -> Row:
    """Remove a member; 422 for the last one."""
    enterprise = _teams.enterprise(context, "manage")
    row = _member(enterprise, context.params["member"])
    if len(enterprise.members) == 1:
        raise invalid("An enterprise account needs at least one member.")
    enterprise.members.remove(row)
    return row


@routes.list(f"{_ONE}/archives", of="Audit Trail Archive")
def listed_archives(context: RequestContext) -> Table[Row]:
    """One file for each month that is over."""
    return table_of(archives(_teams.enterprise(context), context.state.now()), identity="created_at")


@routes.get(f"{_ONE}/archives/{{year}}/{{month}}", of="Audit Trail Archive")
def archive(context: RequestContext) -> Row:
    """The file of one month."""
    wanted = context.params["year"], context.params["month"].zfill(2)
    for row in listed_archives(context):
        if (str(row["year"]), row["month"]) == wanted:
            return row
    raise not_found("archive")


@routes.list(f"{_ONE}/events", undocumented=_QUERY, of="Audit Trail Event")
def listed_events(context: RequestContext) -> Table[Row]:
    """What was done in it, the oldest first unless `order=desc`, filtered by actor, action, type and day."""
    enterprise, taken = _teams.enterprise(context), context.parameters()
    order = taken.pop("order", "asc")
    if order not in {"asc", "desc"}:
        raise invalid("Invalid params: order must be one of asc, desc.")
    teams = [team.ref for team in _teams.teams_of(context.state, enterprise)]
    found = [row for row in events(enterprise, teams, context.state.now()) if _matches(row, taken)]
    ranks = {row["id"]: f"{rank:06}" for rank, row in enumerate(found if order == "asc" else reversed(found))}

    def rank(row: Row) -> str:
        return ranks[row["id"]]

    return table_of(found, id=rank)


def _matches(row: Row, wanted: Row) -> bool:
    return (
        wanted.get("actor", row["actor"]["email"]) in row["actor"].values()
        and wanted.get("action", row["action"]) == row["action"]
        and wanted.get("type", row["type"]) == row["type"]
        and row["created_at"].startswith(wanted.get("day", ""))
    )


def _shown(enterprise: Enterprise, account: Account) -> Row:
    return {
        "created_at": enterprise.created_at,
        **enterprise.ref,
        "identity_provider": None,
        "partner_benefits": False,
        "permissions": enterprise.permissions(account),
        "trial": False,
        "updated_at": enterprise.updated_at,
    }


def _member(enterprise: Enterprise, text: str) -> Row:
    """A member by e-mail, or by the id of the account or of the membership."""
    for row in enterprise.members:
        if text in {row["id"], *row["user"].values()}:
            return row
    raise not_found("enterprise_account_member")
