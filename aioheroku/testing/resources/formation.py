"""Formation."""

from collections.abc import Mapping
from typing import Any

from aioheroku.testing import checks
from aioheroku.testing.call import Call
from aioheroku.testing.catalogue import SIZES
from aioheroku.testing.checks import Takes
from aioheroku.testing.replies import invalid, not_found
from aioheroku.testing.routing import Routes
from aioheroku.testing.state import App
from aioheroku.testing.table import Row

from . import dynos

routes = Routes("Formation")

_UPDATE = Takes({}, {"process": str, "type": str, "quantity": int, "size": str})

MOST = 100  # dynos of one type


@routes.get("/apps/{app}/formation", title="List")
def listing(call: Call) -> list[Row]:
    """All process types: a plain list, never paged."""
    call.modified = call.app.row["updated_at"]
    return call.parts.formation.walk("type").rows


@routes.get("/apps/{app}/formation/{type}")
def info(call: Call) -> Row:
    """One process type."""
    return call.find(call.parts.formation, "type", "formation")


@routes.patch("/apps/{app}/formation", {"updates": list}, title="Batch update")
def batch_update(call: Call) -> list[Row]:
    """Scale several at once, all or none; the changed ones come back, as a list."""
    changes = list[tuple[Row, Row]]()
    for update in call.take()["updates"]:
        change = checks.parameters(update, _UPDATE)
        named = change.pop("process", None) or change.pop("type", None)
        if named is None:
            raise invalid("Require params: process.")
        row = call.parts.formation.find(named)
        if row is None:
            raise not_found("formation")
        changes.append((row, _checked(change)))
    for row, change in changes:
        _apply(call, row, change)
    return [row for row, _ in changes]


@routes.patch("/apps/{app}/formation/{type}", optional={"quantity": int, "size": str})
def update(call: Call) -> Row:
    """Scale one process type."""
    row = info(call)
    _apply(call, row, _checked(call.take()))
    return row


def adopt(call: Call, app: App, process_types: Mapping[str, Any]) -> None:
    """Take over the process types of a slug: new ones join (`web` with one dyno), vanished ones go."""
    table = app.parts.formation
    for row in [row for row in table if row["type"] not in process_types]:
        table.remove(row)
    for type, command in process_types.items():
        known = table.find(type)
        if known is not None:
            known.update(command=command)
            continue
        quantity = 1 if type == "web" else 0
        table.add(call.new({"app": app.ref, "command": command, "quantity": quantity, "size": "1X", "type": type}))
    dynos.fit(call, app)


def _checked(change: Row) -> Row:
    if "size" in change:
        change["size"] = checks.one_of(change["size"], SIZES, "dyno size")
    if not 0 <= change.get("quantity", 0) <= MOST:
        raise invalid(f"Quantity must be between 0 and {MOST}.")
    return change


def _apply(call: Call, row: Row, change: Row) -> None:
    row.update(change, updated_at=call.now)
    call.parts.formation.changed()
    call.app.touch(call.now)
    dynos.fit(call, call.app)
