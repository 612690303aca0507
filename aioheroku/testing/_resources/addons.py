"""Add-on."""

from collections.abc import Iterable
from typing import Literal

from aioheroku.testing._data.names import addon_name
from aioheroku.testing._errors import found, invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Named, Nullable, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _attachments, releases
from aioheroku.testing._resources._addon_lookup import chosen, is_of_service, named, scope
from aioheroku.testing._state.addon_rows import default_name, new_row
from aioheroku.testing._state.app_rows import AddonRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Table, table_of

routes = Routes(
    "Add-on",
    headers={"Content-Expansion": "addon_service, plan"},
    widening=Widening(
        expansions={
            "addon_service": lambda context, row: context.state.catalogue.services.find(row["addon_service"]["id"]),
            "plan": lambda context, row: context.state.catalogue.whole_plan(row["plan"]["id"]),
        }
    ),
)


@routes.list("/apps/{app}/addons", "name", "id")
def listing(context: RequestContext) -> Table[AddonRow]:
    """The app's add-ons."""
    return context.parts.addons


@routes.list("/addons", title="List All")
def list_all(context: RequestContext) -> Table[AddonRow]:
    """The add-ons of every app that the account may see."""
    return _of(context.state.apps_of(context.account))


@routes.list("/users/{user}/addons", title="List By User")
def list_by_user(context: RequestContext) -> Table[AddonRow]:
    """The add-ons of the apps that a user owns: the account's own."""
    if context.params["user"] not in {"~", context.account.row["email"], context.account.row["id"]}:
        raise not_found("user")
    return _of(app for app in context.state.apps_of(context.account) if app.owner is context.account)


@routes.list("/teams/{team}/addons", title="List By Team")
def list_by_team(context: RequestContext) -> Table[AddonRow]:
    """The add-ons of a team's apps."""
    return _of(context.state.team(context.account, context.params["team"]).apps)


@routes.get("/addons/{addon}", title="Info")
def find(context: RequestContext) -> AddonRow:
    """One add-on, by id or name, whatever its app."""
    return named(context, context.params["addon"])[1]


@routes.get("/apps/{app}/addons/{addon}")
def info(context: RequestContext) -> AddonRow:
    """One add-on: by id, by name, or by the name of its service or attachment."""
    text = context.params["addon"]
    row = context.parts.addons.find(text)
    if row is None:
        row = next((row for row in context.parts.addons if row["addon_service"]["name"] == text), None)
    if row is None and (attached := context.parts.attachments.find(text)) is not None:
        row = named(context, attached["addon"]["id"])[1]
    return found(row, "addon")


_OF_TODAY = {
    "attachment": BodySchema(optional={"name": Nullable(str)}),
    "confirm": Nullable(str),
    "name": Nullable(str),
}


@routes.post("/apps/{app}/addons", {"plan": Named()}, {"config": dict}, undocumented=_OF_TODAY)
def create(context: RequestContext) -> AddonRow:
    """Add a plan: its config var appears, in its own release; an unknown plan is 422.

    It is `provisioning` for the seconds of the app's `Behavior`, and attached to its app from the beginning.
    """
    taken = context.parameters()
    strings(taken.get("config", {}), "config")
    app, state = context.app, context.state
    service, plan = state.catalogue.plan(taken["plan"])
    name = taken.get("name") or addon_name(service["name"], state.rng)
    if any(each.parts.addons.find(name) for each in state.apps.values() if each.is_filled):
        raise invalid("Name is already taken")
    var, value = state.catalogue.config(service["name"], state.rng)
    wanted = taken.get("attachment", {}).get("name")
    if wanted:
        wanted = _attachments.check_name(context, app, wanted, taken.get("confirm"))
    var = f"{wanted}_URL" if wanted else _free(var, context.parts.config)
    row = new_row(
        app,
        context.dated(),
        catalogue=state.catalogue,
        name=name,
        service=service,
        plan=plan,
        var=var,
        rng=state.rng,
    )
    context.parts.addons.add(row)
    context.parts.config[var] = value
    context.changed("addon", "create", app, row)
    attached = wanted or _attachments.free_name(app, default_name(row), own=var)
    attachment = _attachments.attach(context, app, row, attached)
    app.parts.attached[attachment["id"]] = [var]
    releases.create_release(context, app, f"Add {plan['name']} add-on")
    context.call_later(state.behavior_of(app).addon_seconds, lambda later: change_state(later, app, row, "provisioned"))
    return row


@routes.patch("/apps/{app}/addons/{addon}", {"plan": Named()}, undocumented={"name": Nullable(str)}, waived=("plan",))
def update(context: RequestContext) -> AddonRow:
    """Change the plan, within the service (422 otherwise), the name, or both; 422 without either."""
    row, taken = info(context), context.parameters()
    if "plan" not in taken and not taken.get("name"):
        raise invalid("Require params: plan.")
    service, plan = context.state.catalogue.plan(taken.get("plan", row["plan"]["id"]))
    if service["id"] != row["addon_service"]["id"]:
        raise invalid("An add-on cannot change its service.")
    home = context.state.apps[row["app"]["id"]]
    before = {"plan": row["plan"], "name": row["name"]}
    row.update({"plan": plan, "updated_at": context.now, "name": taken.get("name") or row["name"]})
    row["billed_price"] = context.state.catalogue.price(plan["id"])
    home.parts.addons.changed()
    for _, attachment in _attachments.of_addon(context, row):
        attachment["addon"]["name"] = row["name"]
    context.changed("addon", "update", home, row, {key: old for key, old in before.items() if row.get(key) != old})
    if "plan" in taken:
        releases.create_release(context, home, f"Change {row['name']} to {plan['name']}")
    return row


@routes.delete("/apps/{app}/addons/{addon}", undocumented={"force": bool})
def delete(context: RequestContext) -> AddonRow:
    """Remove it with its config vars; if other apps have it attached, only with `force` (422)."""
    row = info(context)
    home = context.state.apps[row["app"]["id"]]
    others = sorted({app.row["name"] for app, _ in _attachments.of_addon(context, row) if app is not home})
    if others and not context.parameters().get("force"):
        raise invalid(f"{row['name']} is also attached to {', '.join(others)}: destroy it with `force`.")
    destroy(context, home, row)
    return row


def destroy(context: RequestContext, home: App, row: AddonRow) -> None:
    """The add-on is gone, from every app that had it attached, each in a release."""
    attachments = list(_attachments.of_addon(context, row))
    _remove(context, home, row)
    for app, attachment in attachments:
        _attachments.detach(context, app, attachment)
        if app is not home:
            releases.create_release(context, app, f"Detach {attachment['name']} (@ref:{row['name']})")
    releases.create_release(context, home, f"Remove {row['plan']['name']} add-on")


def _remove(context: RequestContext, app: App, row: AddonRow) -> None:
    """The add-on leaves its app, with its config vars and log drains."""
    app.parts.addons.remove(row)
    for name in row["config_vars"]:
        app.parts.config.pop(name, None)
    for drain in [drain for drain in app.parts.log_drains if drain["addon"] and drain["addon"]["id"] == row["id"]]:
        app.parts.log_drains.remove(drain)
    row.update({"state": "deprovisioned", "updated_at": context.now})
    context.changed("addon", "destroy", app, row)
    context.state.webhooks.owners.pop(row["id"], None)


@routes.post(
    "/actions/addons/resolve",
    {"addon": str},
    {"app": str, "addon_service": str},
    undocumented={"app": Nullable(str), "addon_service": Nullable(str)},
    title="Resolution",
    status=200,
)
def resolve(context: RequestContext) -> list[AddonRow]:
    """The add-on that a name, an id or an attachment means; 404 if there is none, 422 if several fit."""
    taken = context.parameters()
    text, apps = scope(context, taken["addon"], taken.get("app"))
    attachments = [row for app in apps for row in app.parts.attachments]
    within = "::" in taken["addon"] or taken.get("app") is not None
    attached = {row["addon"]["id"] for row in attachments} if within else None
    known = _known(context, taken.get("addon_service"), attached)
    named_so = {row["addon"]["id"] for row in attachments if row["name"] == text.upper().removesuffix("_URL")}
    return chosen(
        known,
        "add-on",
        lambda row: text in {row["id"], row["name"]},
        lambda row: row["id"] in named_so,
        lambda row: within and text == row["addon_service"]["name"],
    )


def _known(context: RequestContext, service: str | None, attached: set[str] | None) -> list[AddonRow]:
    """The account's add-ons of a service, and of those that are attached to the apps in question."""
    rows = _of(context.state.apps_of(context.account))
    known = [row for row in rows if is_of_service(context, row["id"], service)]
    return known if attached is None else [row for row in known if row["id"] in attached]


def change_state(context: RequestContext, app: App, row: AddonRow, state: Literal["provisioned"]) -> None:
    """The provider has finished."""
    if row["state"] == state or row["id"] not in app.parts.addons:
        return
    before = {"state": row["state"]}
    row.update({"state": state, "updated_at": context.now})
    context.changed("addon", "update", app, row, before)


def _of(apps: Iterable[App]) -> Table[AddonRow]:
    return table_of((row for app in apps for row in app.parts.addons), "name")


def _free(var: str, config: dict[str, str]) -> str:
    """The name of the var, numbered if it is taken."""
    stem, _, tail = var.rpartition("_")
    number = 2
    name = var
    while name in config:
        name = f"{stem}_{number}_{tail}"
        number += 1
    return name
