"""How add-ons are attached to apps, and detached."""

import re
from collections.abc import Iterator

from aioheroku.testing._errors import ErrorResponse, invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.addon_rows import attached
from aioheroku.testing._state.app_rows import AddonRef, AddonRow, AttachmentRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.refs import Ref

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def free_name(app: App, name: str, own: str = "") -> str:
    """The name, numbered if the app has it already, or a config var (but *own*) of that name."""
    number, free = 1, name
    while app.parts.attachments.find(free) or (f"{free}_URL" in app.parts.config and own != f"{free}_URL"):
        number += 1
        free = f"{name}_{number}"
    return free


def check_name(context: RequestContext, app: App, name: str, confirm: str | None) -> str:
    """The normalized name of an attachment; a taken one is replaced if the app's name confirms it (423 otherwise)."""
    name = name.upper().replace("-", "_")
    if not _NAME.fullmatch(name):
        raise invalid("Name must start with a letter and can only contain uppercase letters, numbers, and underscores.")
    taken = app.parts.attachments.find(name)
    if taken is not None:
        if confirm != app.row["name"]:
            text = f"{name} is already attached to {app.row['name']}: confirm with the app's name to replace it."
            raise ErrorResponse(423, "confirmation_required", text)
        detach(context, app, taken)
    return name


def attach(
    context: RequestContext, app: App, addon: AddonRow, name: str, namespace: str | None = None
) -> AttachmentRow:
    """Make the attachment; its config vars and the release are the caller's."""
    row = attached(app, addon, name, context.dated(), namespace)
    app.parts.attachments.add(row)
    context.changed("addon-attachment", "create", app, row)
    return row


def detach(context: RequestContext, app: App, row: AttachmentRow) -> None:
    """Remove the attachment and its config vars."""
    app.parts.attachments.remove(row)
    for var in app.parts.attached.pop(row["id"], ()):
        app.parts.config.pop(var, None)
    context.changed("addon-attachment", "destroy", app, row)


def plan(context: RequestContext, addon: AddonRef) -> Ref | None:
    """The plan of the add-on that an attachment names."""
    row = context.state.apps[addon["app"]["id"]].parts.addons.find(addon["id"])
    return row and row["plan"]


def of_addon(context: RequestContext, addon: AddonRow) -> Iterator[tuple[App, AttachmentRow]]:
    """Where an add-on is attached, its own app first."""
    home = context.state.apps[addon["app"]["id"]]
    others = [app for app in context.state.apps.values() if app is not home and app.is_filled]
    for app in (home, *others):
        yield from [(app, row) for row in app.parts.attachments if row["addon"]["id"] == addon["id"]]
