"""Network of a space: NAT, topology, rulesets, and what runs in it."""

from typing import Any

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import text
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources.spaces import administered, check_cidr, drain, named
from aioheroku.testing._state.models import App, Space
from aioheroku.testing._state.table import Row, Table

routes = Routes("Inbound Ruleset")


@routes.get("/spaces/{space}/nat", of="Space Network Address Translation")
def nat(context: RequestContext) -> Row:
    """Where connections from the space seem to come from, once it is allocated."""
    return named(context).nat


@routes.get("/spaces/{space}/topology", of="Space Topology", title="Topology")
def topology(context: RequestContext) -> Row:
    """The apps in the space, with the addresses of their dynos."""
    return {"apps": [_placed(app) for app in named(context).apps], "version": 1}


@routes.get("/spaces/{space}/inbound-ruleset", title="Current")
def current(context: RequestContext) -> Row:
    """The ruleset in effect; at first everybody is let in."""
    return _current(context, named(context))


@routes.list("/spaces/{space}/inbound-rulesets")
def listing(context: RequestContext) -> Table[Row]:
    """All that were ever in effect."""
    space = named(context)
    _current(context, space)
    return space.rulesets


@routes.get("/spaces/{space}/inbound-rulesets/{ruleset}")
def info(context: RequestContext) -> Row:
    """One of them, by id."""
    return context.find(listing(context), "ruleset", "inbound_ruleset")


@routes.put("/spaces/{space}/inbound-ruleset", optional={"rules": list}, title="Create")
def create(context: RequestContext) -> Row:
    """Put other rules in effect; the whole ruleset as it was read is taken too."""
    space = administered(context)
    rules = [_rule(one) for one in context.parameters().get("rules", [])]
    return _put(context, space, rules)


@routes.get("/spaces/{space}/outbound-ruleset", listed=False)
def outbound(context: RequestContext) -> Row:
    """Where dynos may connect to: everywhere at first."""
    return _outbound(context, named(context))


@routes.put("/spaces/{space}/outbound-ruleset", listed=False, optional={"rules": list})
def update_outbound(context: RequestContext) -> Row:
    """Put other rules in effect."""
    space = administered(context)
    rules = context.parameters().get("rules", [])
    if not all(text(one, "target") for one in rules):
        raise invalid("Each rule must have a target.")
    space.outbound = {**_outbound(context, space), "created_at": context.now, "id": context.state.uuid()}
    space.outbound["rules"] = rules
    return space.outbound


@routes.get("/spaces/{space}/dynos", listed=False)
def dynos(context: RequestContext) -> list[Row]:
    """The dynos of each app in the space."""
    return [
        {"app_id": app.row["id"], "app_name": app.row["name"], "dynos": app.parts.dynos.sorted_by("name").rows}
        for app in named(context).apps
    ]


@routes.get("/spaces/{space}/hosts", listed=False)
def hosts(context: RequestContext) -> list[Row]:
    """The dedicated host of a space that has dynos."""
    space = named(context)
    return [
        {
            "allocated_at": space.row["created_at"],
            "available_capacity_percentage": 50.0,
            "host_id": f"h-{space.row['id'].replace('-', '')[:17]}",
            "released_at": None,
            "state": "available",
        }
    ]


@routes.get("/spaces/{space}/log-drain", listed=False)
def log_drain(context: RequestContext) -> Row:
    """Where the logs of all apps go; 404 if none is configured."""
    space = named(context)
    if space.log_drain is None:
        raise not_found("log_drain")
    return space.log_drain


@routes.put("/spaces/{space}/log-drain", {"url": str}, listed=False)
def update_log_drain(context: RequestContext) -> Row:
    """Let the logs of all apps go there."""
    space = administered(context)
    space.log_drain = drain(context, context.parameters()["url"])
    return space.log_drain


def _rule(given: Any) -> Row:
    action, source = text(given, "action"), text(given, "source")
    if action not in {"allow", "deny"} or source is None:
        raise invalid("Each rule must have an action (allow or deny) and a source.")
    return {"action": action, "source": check_cidr(source)}


def _current(context: RequestContext, space: Space) -> Row:
    if not len(space.rulesets):
        _put(context, space, [{"action": "allow", "source": "0.0.0.0/0"}])
    return list(space.rulesets)[-1]


def _put(context: RequestContext, space: Space, rules: list[Row]) -> Row:
    return space.rulesets.add(
        {
            "created_at": context.now,
            "created_by": context.account.ref["email"],
            "id": context.state.uuid(),
            "rules": rules,
            "space": {"id": space.row["id"], "name": space.row["name"]},
        }
    )


def _outbound(context: RequestContext, space: Space) -> Row:
    if not space.outbound:
        rules = [{"from_port": 0, "protocol": "any", "target": "0.0.0.0/0", "to_port": 65535}]
        email = context.account.ref["email"]
        space.outbound = {"created_at": context.now, "created_by": email, "id": context.state.uuid(), "rules": rules}
    return space.outbound


def _placed(app: App) -> Row:
    return {
        "domains": [row["hostname"] for row in app.parts.domains],
        "formation": [
            {
                "dynos": _placed_dynos(app, kind["type"]),
                "id": kind["id"],
                "process_type": kind["type"],
            }
            for kind in app.parts.formation
        ],
        "id": app.row["id"],
    }


def _placed_dynos(app: App, kind: str) -> list[Row]:
    dynos = [dyno for dyno in app.parts.dynos if dyno["type"] == kind]
    numbers = range(1, len(dynos) + 1) if app.is_fir else [int(dyno["name"].rpartition(".")[2]) for dyno in dynos]
    return [
        {
            "hostname": f"{number}.{kind}.{app.row['name']}.app.localspace",
            "id": dyno["id"],
            "number": number,
            "private_ip": f"10.0.{int(dyno['id'][:2], 16)}.{int(dyno['id'][2:4], 16)}",
        }
        for number, dyno in zip(numbers, dynos, strict=True)
    ]
