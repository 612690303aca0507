"""Add-on Attachment: what gives an app the config vars of an add-on."""

from aioheroku.testing._errors import found, not_found
from aioheroku.testing._http.body_schema import Named, Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addon_lookup, _attachments, releases
from aioheroku.testing._state.addon_rows import default_name
from aioheroku.testing._state.app_rows import AttachmentRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Table, table_of

routes = Routes(
    "Add-on Attachment",
    widening=Widening(
        inclusions={
            "addon:plan": lambda context, row: _attachments.plan(context, row["addon"]),
            "config_vars": lambda context, row: context.state.apps[row["app"]["id"]].parts.attached.get(row["id"], []),
        }
    ),
)


@routes.list("/addon-attachments")
def listing(context: RequestContext) -> Table[AttachmentRow]:
    """The attachments of every app that the account may see."""
    apps = context.state.apps_of(context.account)
    return table_of((row for app in apps for row in app.parts.attachments), "name")


@routes.get("/addon-attachments/{attachment}")
def info(context: RequestContext) -> AttachmentRow:
    """One attachment, by id."""
    return _by_id(context)[1]


@routes.post(
    "/addon-attachments",
    {"addon": Named(), "app": Named()},
    {"confirm": str, "name": str, "namespace": Nullable(str), "namespace_config": Nullable(dict)},
    undocumented={"confirm": Nullable(str), "name": Nullable(str)},
)
def create(context: RequestContext) -> AttachmentRow:
    """Attach an add-on to an app: `<NAME>_URL` appears there, in a release; a taken name is 423 unless confirmed."""
    taken = context.parameters()
    app = context.state.app(context.account, taken["app"])
    home, addon = _addon_lookup.named(context, taken["addon"])
    name = taken.get("name") or _attachments.free_name(app, default_name(addon))
    name = _attachments.check_name(context, app, name, taken.get("confirm"))
    row = _attachments.attach(context, app, addon, name, taken.get("namespace"))
    var = f"{row['name']}_URL"
    value = next((home.parts.config[one] for one in addon["config_vars"] if one in home.parts.config), "")
    app.parts.config[var] = value
    app.parts.attached[row["id"]] = [var]
    releases.create_release(context, app, f"Attach {row['name']} (@ref:{addon['name']})")
    return row


@routes.delete("/addon-attachments/{attachment}")
def delete(context: RequestContext) -> AttachmentRow:
    """Detach an add-on from an app: its config vars go, in a release."""
    app, row = _by_id(context)
    _attachments.detach(context, app, row)
    releases.create_release(context, app, f"Detach {row['name']} (@ref:{row['addon']['name']})")
    return row


@routes.list("/addons/{addon}/addon-attachments", title="List by Add-on")
def list_by_addon(context: RequestContext) -> Table[AttachmentRow]:
    """Where an add-on is attached."""
    _, addon = _addon_lookup.named(context, context.params["addon"])
    return table_of((row for _, row in _attachments.of_addon(context, addon)), "name")


@routes.list("/apps/{app}/addon-attachments", title="List by App")
def list_by_app(context: RequestContext) -> Table[AttachmentRow]:
    """What is attached to an app."""
    return context.parts.attachments


@routes.get("/apps/{app}/addon-attachments/{attachment}", title="Info by App")
def info_by_app(context: RequestContext) -> AttachmentRow:
    """One attachment of an app, by id or name."""
    known, text = context.parts.attachments, context.params["attachment"]
    return found(known.find(text) or known.find(text.upper()), "attachment")


@routes.post(
    "/actions/addon-attachments/resolve",
    {"addon_attachment": str},
    {"app": str, "addon_service": str},
    undocumented={"app": Nullable(str), "addon_service": Nullable(str)},
    title="Resolution",
    status=200,
)
def resolve(context: RequestContext) -> list[AttachmentRow]:
    """The attachment that a name or id means; 404 if there is none, 422 if several fit."""
    taken = context.parameters()
    text, apps = _addon_lookup.scope(context, taken["addon_attachment"], taken.get("app"))
    known = [
        row
        for app in apps
        for row in app.parts.attachments
        if _addon_lookup.is_of_service(context, row["addon"]["id"], taken.get("addon_service"))
    ]
    return _addon_lookup.chosen(
        known,
        "attachment",
        lambda row: row["id"] == text,
        lambda row: row["name"] == text.upper().removesuffix("_URL"),
        lambda row: text in (row["addon"]["id"], row["addon"]["name"]),
    )


def _by_id(context: RequestContext) -> tuple[App, AttachmentRow]:
    for app in context.state.apps_of(context.account):
        row = app.parts.attachments.find(context.params["attachment"])
        if row is not None and row["id"] == context.params["attachment"]:
            return app, row
    raise not_found("attachment")
