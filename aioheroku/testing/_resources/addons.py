"""Add-on."""

from aioheroku.testing._data.names import addon_name
from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import releases
from aioheroku.testing._state.app_rows import AddonRow
from aioheroku.testing._state.table import Table

routes = Routes("Add-on", headers={"Content-Expansion": "addon_service, plan"})


@routes.list("/apps/{app}/addons", "name", "id")
def listing(context: RequestContext) -> Table[AddonRow]:
    """What was added to the app."""
    return context.parts.addons


@routes.get("/apps/{app}/addons/{addon}")
def info(context: RequestContext) -> AddonRow:
    """One add-on: by id, by name, or by the name of its service."""
    text = context.params["addon"]
    row = context.parts.addons.find(text)
    if row is None:
        row = next((row for row in context.parts.addons if row["addon_service"]["name"] == text), None)
    if row is None:
        raise not_found("addon")
    return row


_OF_TODAY = {"attachment": BodySchema({"name": str}), "confirm": str, "name": str}


@routes.post("/apps/{app}/addons", {"plan": str}, {"config": dict}, undocumented=_OF_TODAY)
def create(context: RequestContext) -> AddonRow:
    """Add a plan: its config var appears, in a release of its own; an unknown plan is 422."""
    taken = context.parameters()
    strings(taken.get("config", {}), "config")
    app, state = context.app, context.state
    service, plan = state.catalogue.plan(taken["plan"])
    var, value = state.catalogue.config(service["name"], state.rng)
    var = _free(var, context.parts.config)
    id = state.uuid()
    row: AddonRow = {
        "config_vars": [var],
        "created_at": context.now,
        "id": id,
        "name": taken.get("name") or addon_name(service["name"], state.rng),
        "addon_service": service,
        "plan": plan,
        "app": app.ref,
        "provider_id": f"heroku_{state.rng.getrandbits(40):010x}",
        "updated_at": context.now,
        "web_url": f"https://addons-sso.heroku.com/apps/{app.row['name']}/addons/{id}",
    }
    context.parts.addons.add(row)
    context.parts.config[var] = value
    releases.create_release(context, app, f"Add {plan['name']} add-on")
    return row


@routes.patch("/apps/{app}/addons/{addon}", {"plan": str})
def update(context: RequestContext) -> AddonRow:
    """Change the plan, within the service (422 otherwise)."""
    row = info(context)
    service, plan = context.state.catalogue.plan(context.parameters()["plan"])
    if service["id"] != row["addon_service"]["id"]:
        raise invalid("An add-on cannot change its service.")
    row.update({"plan": plan, "updated_at": context.now})
    releases.create_release(context, context.app, f"Change {row['name']} to {plan['name']}")
    return row


@routes.delete("/apps/{app}/addons/{addon}")
def delete(context: RequestContext) -> AddonRow:
    """Take it away, its config vars too."""
    row = info(context)
    context.parts.addons.remove(row)
    for name in row["config_vars"]:
        context.parts.config.pop(name, None)
    for drain in [drain for drain in context.parts.log_drains if drain["addon"] == {"id": row["id"]}]:
        context.parts.log_drains.remove(drain)
    releases.create_release(context, context.app, f"Remove {row['plan']['name']} add-on")
    return {**row, "updated_at": context.now}


def _free(var: str, config: dict[str, str]) -> str:
    """The name of the var, numbered where it is taken."""
    stem, _, tail = var.rpartition("_")
    number = 2
    name = var
    while name in config:
        name = f"{stem}_{number}_{tail}"
        number += 1
    return name
