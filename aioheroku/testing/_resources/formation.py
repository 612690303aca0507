"""Formation."""

import re
from collections.abc import Mapping
from typing import Any

from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http import body_schema
from aioheroku.testing._http.body_schema import BodySchema, Named, Nullable, ParameterType
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import dynos
from aioheroku.testing._state.app_rows import FormationRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Row

routes = Routes("Formation")

_OF_CLIENTS: Mapping[str, ParameterType] = {
    "docker_image": str,
    "dyno_size": Named(),
    "quantity": object,  # a number, a string of digits, or a difference such as "+1"
    "size": Nullable(str),
}
_UPDATE = BodySchema({}, {"process": str, "type": str}, _OF_CLIENTS)

_DIGITS = re.compile(r"[+-]?[0-9]{1,9}")
MOST = 100  # dynos of one type


@routes.get("/apps/{app}/formation", title="List")
def listing(context: RequestContext) -> list[FormationRow]:
    """All process types: a plain list, never paged."""
    context.modified = context.app.row["updated_at"]
    return context.parts.formation.sorted_by("type").rows


@routes.get("/apps/{app}/formation/{type}")
def info(context: RequestContext) -> FormationRow:
    """One process type."""
    return context.find(context.parts.formation, "type", "formation")


@routes.patch("/apps/{app}/formation", {"updates": list}, title="Batch update")
def batch_update(context: RequestContext) -> list[FormationRow]:
    """Scale several at once, all or none; the changed ones come back, as a list."""
    changes = list[tuple[FormationRow, Row]]()
    for update in context.parameters()["updates"]:
        change = body_schema.parameters(update, _UPDATE)
        named = change.pop("process", None) or change.pop("type", None)
        if named is None:
            raise invalid("Require params: process.")
        row = found(context.parts.formation.find(named), "formation")
        changes.append((row, _checked(context, row, change)))
    for row, change in changes:
        _apply(context, row, change)
    return [row for row, _ in changes]


@routes.patch("/apps/{app}/formation/{type}", optional={"quantity": int, "size": str}, undocumented=_OF_CLIENTS)
def update(context: RequestContext) -> FormationRow:
    """Scale one process type."""
    row = info(context)
    _apply(context, row, _checked(context, row, context.parameters()))
    return row


def apply_process_types(context: RequestContext, app: App, process_types: Mapping[str, Any]) -> None:
    """Take over the process types of a slug: add new ones (`web` with one dyno), and remove those that are missing."""
    table = app.parts.formation
    for row in [row for row in table if row["type"] not in process_types]:
        table.remove(row)
        context.changed("formation", "destroy", app, row)
    for type, command in process_types.items():
        known = table.find(type)
        if known is not None:
            known.update({"command": command})
            continue
        size = context.state.catalogue.size(app.usual_size)
        row = table.add(
            {
                "app": app.ref,
                "command": command,
                "dyno_size": size,
                "quantity": 1 if type == "web" else 0,
                "size": size["name"],
                "type": type,
                **context.dated(),
            }
        )
        context.changed("formation", "create", app, row)
    dynos.scale(context, app)


def _checked(context: RequestContext, row: FormationRow, change: Row) -> Row:
    """The quantity as a number, the size as its identity, however they were given; 422 for what is neither."""
    checked = dict[str, Any]()
    wanted = change.get("dyno_size", change.get("size"))
    if wanted is not None:
        checked["dyno_size"] = context.state.catalogue.size(wanted)
    if "quantity" in change:
        checked["quantity"] = _number(change["quantity"], row["quantity"])
    return checked


def _number(quantity: Any, former: int) -> int:
    """A number, or what the Heroku CLI sends for it: digits, or a difference such as `+1`."""
    if isinstance(quantity, str) and _DIGITS.fullmatch(quantity):
        quantity = int(quantity) + (former if quantity[0] in "+-" else 0)
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        raise invalid("Invalid params: quantity must be an integer.")
    if not 0 <= quantity <= MOST:
        raise invalid(f"Quantity must be between 0 and {MOST}.")
    return quantity


def _apply(context: RequestContext, row: FormationRow, change: Row) -> None:
    former = {"quantity": row["quantity"], "size": row["size"]}
    row["quantity"] = change.get("quantity", row["quantity"])
    row["dyno_size"] = change.get("dyno_size", row["dyno_size"])
    row["size"] = row["dyno_size"]["name"]
    now: Mapping[str, Any] = row
    before = {name: value for name, value in former.items() if now[name] != value}
    row["updated_at"] = context.now
    context.parts.formation.changed()
    context.app.touch(context.now)
    context.changed("formation", "update", context.app, row, before)
    if "quantity" in before or "size" in before:
        rows = context.parts.formation.sorted_by("type").rows
        shown = [f"{one['type']}@{one['quantity']}:{one['size']}" for one in rows]
        context.log(context.app, f"Scaled to {' '.join(shown)} by user {context.account.ref['email']}")
    dynos.scale(context, context.app)
