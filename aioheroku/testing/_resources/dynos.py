"""Dyno."""

from typing import Literal

from aioheroku.testing._errors import invalid
from aioheroku.testing._http import body_schema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.app_rows import DynoRow, ReleaseRow
from aioheroku.testing._state.catalogue import SIZES
from aioheroku.testing._state.models import App

routes = Routes("Dyno")


@routes.get("/apps/{app}/dynos", title="List")
def listing(context: RequestContext) -> list[DynoRow]:
    """All dynos: a plain list, never paged."""
    return context.parts.dynos.sorted_by("name").rows


@routes.get("/apps/{app}/dynos/{dyno}")
def info(context: RequestContext) -> DynoRow:
    """One dyno."""
    return context.find(context.parts.dynos, "dyno", "dyno")


_OF_TODAY = {"force_no_tty": body_schema.Nullable(bool), "time_to_live": int, "type": str}


@routes.post("/apps/{app}/dynos", {"command": str}, {"attach": bool, "env": dict, "size": str}, undocumented=_OF_TODAY)
def create(context: RequestContext) -> DynoRow:
    """A one-off dyno, `run.<n>`; with `attach` it has an `attach_url`."""
    taken = context.parameters()
    if not taken["command"].strip():
        raise invalid("Command can't be blank.")
    body_schema.strings(taken.get("env", {}), "env")
    size = body_schema.one_of(taken.get("size", "1X"), SIZES, "dyno size")
    numbers = [int(row["name"].partition(".")[2]) for row in context.parts.dynos if row["type"] == "run"]
    row = _start(context, context.app, f"run.{max(numbers, default=0) + 1}", taken["command"], size)
    if taken.get("attach"):
        row["attach_url"] = f"rendezvous://rendezvous.runtime.heroku.com:5000/{context.state.uuid()}"
    return row


@routes.delete("/apps/{app}/dynos", title="Restart all", status=202)
def restart_all(context: RequestContext) -> None:
    """Every dyno of the formation starts anew, one-off dynos stop: 202 without a body."""
    restart(context, context.app)
    for row in [row for row in context.parts.dynos if row["type"] == "run"]:
        context.parts.dynos.remove(row)


@routes.delete("/apps/{app}/dynos/{dyno}", title="Restart", status=202)
def restart_one(context: RequestContext) -> None:
    """This dyno starts anew under its name, with a new id; a one-off dyno stops: 202 without a body."""
    _restart(context, context.app, context.find(context.parts.dynos, "dyno", "dyno"))


def current_release(app: App) -> ReleaseRow | None:
    """The release in effect: the newest one that succeeded."""
    rows = app.parts.releases.sorted_by("version").rows
    return next((row for row in reversed(rows) if row["status"] == "succeeded"), None)


def restart(context: RequestContext, app: App) -> None:
    """Start every dyno of the formation anew, on the newest release."""
    for row in [row for row in app.parts.dynos if row["type"] != "run"]:
        _restart(context, app, row)


def scale(context: RequestContext, app: App) -> None:
    """Start and stop dynos until there are as many as the formation says, of the sizes it says."""
    table = app.parts.dynos
    wanted = {f"{row['type']}.{n}": row for row in app.parts.formation for n in range(1, row["quantity"] + 1)}
    for row in [row for row in table if row["type"] != "run"]:
        kind = wanted.pop(row["name"], None)
        if kind is None:
            table.remove(row)
        elif kind["size"] != row["size"] or kind["command"] != row["command"]:
            row.update({"size": kind["size"], "command": kind["command"]})
            _restart(context, app, row)
    for name, kind in wanted.items():
        _start(context, app, name, kind["command"], kind["size"])


def _restart(context: RequestContext, app: App, row: DynoRow) -> None:
    app.parts.dynos.remove(row)
    context.changed("dyno", "destroy", app, row)
    if row["type"] != "run":
        _start(context, app, row["name"], row["command"], row["size"])


def _start(context: RequestContext, app: App, name: str, command: str, size: str) -> DynoRow:
    """A new dyno on the release in effect; what becomes of it is the app's behavior now."""
    release = current_release(app)
    dyno: DynoRow = {
        "attach_url": None,
        "command": command,
        "name": name,
        "release": {"id": release["id"], "version": release["version"]} if release else None,
        "size": size,
        "state": "starting",
        "type": name.partition(".")[0],
        **context.dated(),
    }
    app.parts.dynos.add(dyno)
    context.changed("dyno", "create", app, dyno)
    behavior = context.state.behavior_of(app)
    crash_after = behavior.crash_after

    def boot(later: RequestContext) -> None:
        _change(later, app, dyno, "up")
        if crash_after is not None:
            later.call_later(crash_after, lambda last: _change(last, app, dyno, "crashed"))

    context.call_later(behavior.boot_seconds, boot)
    return dyno


def _change(context: RequestContext, app: App, row: DynoRow, state: Literal["up", "crashed"]) -> None:
    before = {"state": row["state"]}
    row.update({"state": state, "updated_at": context.now})
    if row["id"] in app.parts.dynos:
        context.changed("dyno", "update", app, row, before)
