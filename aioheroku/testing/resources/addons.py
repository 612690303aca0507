"""Add-on."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import strings
from aioheroku.testing.replies import invalid, not_found
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table
from aioheroku.testing.words import addon_name

from . import releases

routes = Routes("Add-on", headers={"Content-Expansion": "addon_service, plan"})


@routes.list("/apps/{app}/addons", "name", "id")
def listing(call: Call) -> Table:
    """What was added to the app."""
    return call.parts.addons


@routes.get("/apps/{app}/addons/{addon}")
def info(call: Call) -> Row:
    """One add-on: by id, by name, or by the name of its service."""
    text = call.params["addon"]
    row = call.parts.addons.find(text)
    if row is None:
        row = next((row for row in call.parts.addons if row["addon_service"]["name"] == text), None)
    if row is None:
        raise not_found("addon")
    return row


@routes.post("/apps/{app}/addons", {"plan": str}, {"config": dict})
def create(call: Call) -> Row:
    """Add a plan: its config var appears, in a release of its own; an unknown plan is 422."""
    taken = call.take()
    strings(taken.get("config", {}), "config")
    app, state = call.app, call.state
    service, plan = state.catalogue.plan(taken["plan"])
    var, value = state.catalogue.config(service["name"], state.rng)
    var = _free(var, call.parts.config)
    id = state.uuid()
    row = {
        "config_vars": [var],
        "created_at": call.now,
        "id": id,
        "name": addon_name(service["name"], state.rng),
        "addon_service": service,
        "plan": plan,
        "app": app.ref,
        "provider_id": f"heroku_{state.rng.getrandbits(40):010x}",
        "updated_at": call.now,
        "web_url": f"https://addons-sso.heroku.com/apps/{app.row['name']}/addons/{id}",
    }
    call.parts.addons.add(row)
    call.parts.config[var] = value
    releases.cut(call, app, f"Add {plan['name']} add-on")
    return row


@routes.patch("/apps/{app}/addons/{addon}", {"plan": str})
def update(call: Call) -> Row:
    """Change the plan, within the service (422 otherwise)."""
    row = info(call)
    service, plan = call.state.catalogue.plan(call.take()["plan"])
    if service["id"] != row["addon_service"]["id"]:
        raise invalid("An add-on cannot change its service.")
    row.update(plan=plan, updated_at=call.now)
    releases.cut(call, call.app, f"Change {row['name']} to {plan['name']}")
    return row


@routes.delete("/apps/{app}/addons/{addon}")
def delete(call: Call) -> Row:
    """Take it away, its config vars too."""
    row = info(call)
    call.parts.addons.remove(row)
    for name in row["config_vars"]:
        call.parts.config.pop(name, None)
    for drain in [drain for drain in call.parts.log_drains if drain["addon"] == {"id": row["id"]}]:
        call.parts.log_drains.remove(drain)
    releases.cut(call, call.app, f"Remove {row['plan']['name']} add-on")
    return {**row, "updated_at": call.now}


def _free(var: str, config: dict[str, str]) -> str:
    """The name of the var, numbered where it is taken."""
    stem, _, tail = var.rpartition("_")
    number = 2
    name = var
    while name in config:
        name = f"{stem}_{number}_{tail}"
        number += 1
    return name
