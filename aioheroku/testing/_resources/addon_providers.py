"""Add-on Action, Add-on Config, Add-on SSO and Usage: what providers do, what an add-on holds, how it is used."""

from hashlib import sha1
from typing import Any

from aioheroku.testing._dates import seconds
from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Nullable, fits
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import addons, releases
from aioheroku.testing._resources._addon_lookup import named
from aioheroku.testing._state.app_rows import AddonRow
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Add-on Action")

_VALUE = BodySchema({"name": str, "value": Nullable(str)})
_WITH_CREDENTIALS = "heroku-postgresql"


def _addon(context: RequestContext) -> tuple[App, AddonRow]:
    return named(context, context.params["addon"])


@routes.post("/addons/{addon}/actions/provision", title="Provision", status=200)
def provision(context: RequestContext) -> AddonRow:
    """The add-on is ready."""
    app, row = _addon(context)
    addons.change_state(context, app, row, "provisioned")
    return row


@routes.post("/addons/{addon}/actions/deprovision", title="Deprovision", status=200)
def deprovision(context: RequestContext) -> AddonRow:
    """The provider has taken the add-on down, and it is removed."""
    app, row = _addon(context)
    addons.destroy(context, app, row)
    return row


@routes.list("/addons/{addon}/config", of="Add-on Config")
def config(context: RequestContext) -> Table[Row]:
    """The values that an add-on gives to its app."""
    app, row = _addon(context)
    rows = ({"name": name, "value": app.parts.config.get(name)} for name in row["config_vars"])
    return table_of(rows, identity="name")


def _check_value(one: Any) -> None:
    if not fits(one, _VALUE) or not isinstance(one.get("name"), str) or "value" not in one:
        raise invalid("Config must be objects with name and value.")
    if not isinstance(one["value"], str | None):
        raise invalid("Config values must be strings or null.")


@routes.patch("/addons/{addon}/config", optional={"config": list}, of="Add-on Config")
def update_config(context: RequestContext) -> list[Row]:
    """Set some of the values, and remove those that are null, in one release."""
    app, row = _addon(context)
    given: list[Any] = context.parameters().get("config", [])
    for one in given:
        _check_value(one)
    names = dict.fromkeys(row["config_vars"])
    for one in given:
        name, value = one["name"], one["value"]
        if value is None:
            app.parts.config.pop(name, None)
            names.pop(name, None)
        else:
            app.parts.config[name] = value
            names[name] = None
    row["config_vars"] = list(names)
    if given:
        row["updated_at"] = context.now
        releases.create_release(context, app, f"Update {', '.join(one['name'] for one in given)} by {row['name']}")
    return sorted(config(context), key=lambda one: one["name"])


@routes.get("/addons/{addon}/config/{namespace}", of="Add-on Config", title="List by Namespace", listed=False)
def credential(context: RequestContext) -> list[Row]:
    """The value of a credential of a database; nothing if the service has none."""
    app, row = _addon(context)
    namespace = context.params["namespace"]
    if row["addon_service"]["name"] != _WITH_CREDENTIALS or not namespace.startswith("credential:"):
        return []
    value = next((app.parts.config[name] for name in row["config_vars"] if name in app.parts.config), None)
    return [{"name": namespace, "value": value}]


@routes.get("/apps/{app}/addons/{addon}/sso", of="Add-on SSO", title="Info by App", listed=False)
def sso_by_app(context: RequestContext) -> Row:
    """How a browser is logged in at the provider of an add-on."""
    return _sso(context, addons.info(context), context.app)


@routes.get("/addons/{addon}/sso", of="Add-on SSO", listed=False)
def sso(context: RequestContext) -> Row:
    """The same, for the app that the add-on belongs to."""
    app, row = _addon(context)
    return _sso(context, row, app)


@routes.get("/apps/{app}/usage", of="Usage", listed=False)
def usage_of_app(context: RequestContext) -> Row:
    """What the app's add-ons have used of what is metered."""
    return {"addons": _usage(context.app)}


@routes.get("/teams/{team}/usage", of="Usage", title="List", listed=False)
def usage_of_team(context: RequestContext) -> Row:
    """The same for every app of a team."""
    return {"apps": [{"id": app.row["id"], "addons": _usage(app)} for app in _team(context).apps]}


@routes.get("/teams/{team}/apps/{app}/usage", of="Usage", title="Info by Team", listed=False)
def usage_of_team_app(context: RequestContext) -> Row:
    """The same for one app of a team."""
    if context.app not in _team(context).apps:
        raise not_found("app")
    return {"addons": _usage(context.app)}


def _team(context: RequestContext) -> Organization:
    return context.state.team(context.account, context.params["team"])


def _usage(app: App) -> list[Row]:
    """The storage in MB of the add-ons that cost something."""
    return [
        {"id": row["id"], "meters": {"storage": {"quantity": int(row["id"][:3], 16)}}}
        for row in app.parts.addons
        if row["billed_price"]["cents"] > 0
    ]


def _sso(context: RequestContext, row: AddonRow, attached: App) -> Row:
    at = int(seconds(context.now))
    token = sha1(f"{row['id']}:{at}".encode(), usedforsecurity=False).hexdigest()
    return {
        "action": f"{row['web_url']}/sso",
        "method": "post",
        "params": {
            "attached_app": attached.row["name"],
            "email": context.account.row["email"],
            "id": row["provider_id"],
            "nav-data": "e30=",
            "owning_app": row["app"]["name"],
            "resource_id": row["id"],
            "resource_token": token,
            "timestamp": at,
            "token": token,
            "user_id": context.account.row["id"],
        },
    }
