"""Space, Space Access and Space Transfer."""

import re
from ipaddress import ip_network

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http import body_schema
from aioheroku.testing._http.body_schema import Named
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening, generation_name
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams, accounts
from aioheroku.testing._resources._app_access import transfer_to_organization
from aioheroku.testing._state.membership import require_role
from aioheroku.testing._state.models import Account, Space
from aioheroku.testing._state.offers import DEFAULT_GENERATION
from aioheroku.testing._state.refs import SpaceRef
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes(
    "Space",
    widening=Widening(
        expansions={"region": lambda context, row: context.state.catalogue.regions.find(row["region"]["id"])},
        sdk={"generation": generation_name},
    ),
)

_NAME = re.compile(r"[a-z][a-z0-9-]{2,29}")
_TEXTS = ("region", "cidr", "data_cidr", "log_drain_url", "generation")
_PERMISSIONS = {"create_apps": "Can create apps in the space."}
DEFAULT_CIDR, DEFAULT_DATA_CIDR = "10.0.0.0/16", "10.1.0.0/16"


@routes.list("/spaces")
def listing(context: RequestContext) -> Table[Row]:
    """The spaces of the account's teams."""
    return table_of((one.row for one in context.state.spaces.values() if one.team.role(context.account)), "name")


@routes.list("/teams/{team}/spaces", of="Team Space", title="List By Team")
def of_team(context: RequestContext) -> Table[Row]:
    """The spaces of a team."""
    team = _teams.team(context)
    return table_of((one.row for one in context.state.spaces.values() if one.team is team), "name")


@routes.get("/spaces/{space}")
def info(context: RequestContext) -> Row:
    """One space, by id or name."""
    return named(context).row


@routes.post(
    "/spaces",
    {"name": str, "team": str},
    {**dict.fromkeys(_TEXTS, str), "shield": bool},
    undocumented={
        **dict.fromkeys(("channel_name", "eks_version", "kpi_url", "organization"), str),
        "features": list,
        "generation": Named(),
        "supported_features": list,
    },
    waived=("team",),
)
def create(context: RequestContext) -> Row:
    """A new space, `allocating` at first: 403 unless an admin of the team asks, 422 for a name that is taken."""
    taken = context.parameters()
    text = taken.get("team", taken.get("organization"))
    if text is None:
        raise invalid("Require params: team.")
    state, catalogue = context.state, context.state.catalogue
    team = state.team(context.account, text)
    require_role(team, context.account, "admin")
    name, now = _check_name(context, taken["name"]), context.now
    row: Row = {
        "cidr": check_cidr(taken.get("cidr", DEFAULT_CIDR)),
        "created_at": now,
        "data_cidr": check_cidr(taken.get("data_cidr", DEFAULT_DATA_CIDR)),
        "generation": catalogue.generation(taken.get("generation") or DEFAULT_GENERATION),
        "id": state.uuid(),
        "name": name,
        "organization": {"name": team.name},
        "region": catalogue.region(taken.get("region", "virginia")),
        "shield": taken.get("shield", False),
        "state": "allocating",
        "team": team.ref,
        "updated_at": now,
    }
    ref: SpaceRef = {"id": row["id"], "name": name, "shield": row["shield"]}
    nat: Row = {"created_at": now, "sources": [], "state": "disabled", "updated_at": now}
    space = Space(row, ref, team, nat=nat)
    if "log_drain_url" in taken:
        space.log_drain = drain(context, taken["log_drain_url"])
    state.spaces[space.row["id"]] = space
    context.call_later(state.behavior.space_seconds, lambda later: _allocate(later, space))
    return space.row


@routes.patch("/spaces/{space}", optional={"name": str})
def update(context: RequestContext) -> Row:
    """Rename it."""
    space = administered(context)
    name: str = context.parameters().get("name") or space.ref["name"]
    if name != space.row["name"]:
        space.row["name"] = space.ref["name"] = _check_name(context, name)
    space.row["updated_at"] = context.now
    return space.row


@routes.delete("/spaces/{space}")
def delete(context: RequestContext) -> Row:
    """The space is `deleting` and then gone; 422 while apps are in it."""
    space = administered(context)
    if space.apps:
        raise invalid("The space cannot be deleted while apps are in it.")
    space.row.update({"state": "deleting", "updated_at": context.now})
    context.call_later(context.state.behavior.space_seconds, lambda later: _drop(later, space))
    return space.row


@routes.post("/spaces/{space}/transfer", {"new_owner": str}, of="Space Transfer", title="Transfer", status=200)
def transfer(context: RequestContext) -> Row:
    """Give the space and its apps to another team: 403 unless an admin of both asks."""
    space = administered(context)
    team = context.state.team(context.account, context.parameters()["new_owner"])
    require_role(team, context.account, "admin")
    space.team = team
    space.row.update({"organization": {"name": team.name}, "team": team.ref, "updated_at": context.now})
    space.access.clear()
    for app in space.apps:
        transfer_to_organization(context, app, team)
    return space.row


@routes.list("/spaces/{space}/members", of="Space Access")
def members(context: RequestContext) -> Table[Row]:
    """What each member of the team may do in the space."""
    space = named(context)
    accounts = (context.state.accounts[member["email"]] for member in space.team.members)
    return table_of(_access(context, space, account) for account in accounts)


@routes.get("/spaces/{space}/members/{user}", of="Space Access")
def member(context: RequestContext) -> Row:
    """What one member of the team may do in the space."""
    return _access(context, named(context), accounts.user(context))


@routes.patch("/spaces/{space}/members/{user}", {"permissions": list}, of="Space Access")
def update_member(context: RequestContext) -> Row:
    """Set what a member may do; 422 for an unknown permission."""
    space = administered(context)
    row = _access(context, space, accounts.user(context))
    given = [body_schema.text(one, "name") for one in context.parameters()["permissions"]]
    names = _teams.check_permissions(given, _PERMISSIONS)
    permissions = [{"description": _PERMISSIONS[name], "name": name} for name in names]
    row.update({"permissions": permissions, "updated_at": context.now})
    return row


def named(context: RequestContext) -> Space:
    """The space that the path names; 404 if there is none, or if the account is not in its team."""
    return context.state.space(context.account, context.params["space"])


def administered(context: RequestContext) -> Space:
    """The same for admins of its team alone (403)."""
    space = named(context)
    require_role(space.team, context.account, "admin")
    return space


def allocated(context: RequestContext) -> Space:
    """The same once it is allocated; 422 before."""
    space = named(context)
    if space.row["state"] != "allocated":
        raise invalid(f"Space {space.row['name']} is {space.row['state']}.")
    return space


def drain(context: RequestContext, url: str) -> Row:
    """The log drain of a space."""
    return {"addon": None, "app": None, "token": f"d.{context.state.uuid()}", "url": url, **context.dated()}


def check_cidr(text: str) -> str:
    """A block of addresses; 422 for an invalid one."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise invalid(f"{text} is not a valid CIDR block.") from None
    return text


def _check_name(context: RequestContext, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid("Name must start with a letter and can only contain lowercase letters, numbers, and dashes.")
    if any(space.ref["name"] == name for space in context.state.spaces.values()):
        raise invalid("Name is already taken")
    return name


def _drop(context: RequestContext, space: Space) -> None:
    context.state.spaces.pop(space.row["id"], None)


def _allocate(context: RequestContext, space: Space) -> None:
    if space.row["state"] != "allocating":
        return
    sources = [f"203.0.113.{context.state.rng.randint(1, 254)}" for _ in range(2)]
    space.row.update({"state": "allocated", "updated_at": context.now})
    space.nat.update({"sources": sources, "state": "enabled", "updated_at": context.now})


def _access(context: RequestContext, space: Space, account: Account) -> Row:
    """What a member of the space's team may do there: at first an admin everything, anybody else nothing."""
    role = space.team.role(account)
    if role is None:
        raise not_found("user")
    names = list(_PERMISSIONS) if role == "admin" else []
    return space.access.setdefault(
        account.row["id"],
        {
            "created_at": space.row["created_at"],
            "id": context.state.uuid(),
            "permissions": [{"description": _PERMISSIONS[name], "name": name} for name in names],
            "space": {"id": space.row["id"], "name": space.row["name"]},
            "updated_at": space.row["created_at"],
            "user": account.ref,
        },
    )
