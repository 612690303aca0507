"""Dyno."""

from aioheroku.testing import checks
from aioheroku.testing.call import Call
from aioheroku.testing.catalogue import SIZES
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.state import App
from aioheroku.testing.table import Row

routes = Routes("Dyno")


@routes.get("/apps/{app}/dynos", title="List")
def listing(call: Call) -> list[Row]:
    """All dynos: a plain list, never paged."""
    return call.parts.dynos.walk("name").rows


@routes.get("/apps/{app}/dynos/{dyno}")
def info(call: Call) -> Row:
    """One dyno."""
    return call.find(call.parts.dynos, "dyno", "dyno")


@routes.post("/apps/{app}/dynos", {"command": str}, {"attach": bool, "env": dict, "size": str})
def create(call: Call) -> Row:
    """A one-off dyno, `run.<n>`; with `attach` it has an `attach_url`."""
    taken = call.take()
    if not taken["command"].strip():
        raise invalid("Command can't be blank.")
    checks.strings(taken.get("env", {}), "env")
    size = checks.one_of(taken.get("size", "1X"), SIZES, "dyno size")
    numbers = [int(row["name"].partition(".")[2]) for row in call.parts.dynos if row["type"] == "run"]
    like = {"command": taken["command"], "size": size, "type": "run"}
    row = _start(call, call.app, like, f"run.{max(numbers, default=0) + 1}")
    if taken.get("attach"):
        row["attach_url"] = f"rendezvous://rendezvous.runtime.heroku.com:5000/{call.state.uuid()}"
    return row


@routes.delete("/apps/{app}/dynos", title="Restart all", status=202)
def restart_all(call: Call) -> None:
    """Every dyno of the formation starts anew, one-off dynos stop: 202 without a body."""
    restart(call, call.app)
    for row in [row for row in call.parts.dynos if row["type"] == "run"]:
        call.parts.dynos.remove(row)


@routes.delete("/apps/{app}/dynos/{dyno}", title="Restart", status=202)
def restart_one(call: Call) -> None:
    """This dyno starts anew under its name, with a new id; a one-off dyno stops: 202 without a body."""
    _again(call, call.app, call.find(call.parts.dynos, "dyno", "dyno"))


def current_release(app: App) -> Row | None:
    """The release in effect: the newest one that succeeded."""
    rows = app.parts.releases.walk("version").rows
    return next((row for row in reversed(rows) if row["status"] == "succeeded"), None)


def restart(call: Call, app: App) -> None:
    """Start every dyno of the formation anew, on the newest release."""
    for row in [row for row in app.parts.dynos if row["type"] != "run"]:
        _again(call, app, row)


def fit(call: Call, app: App) -> None:
    """Start and stop dynos until there are as many as the formation says, of the sizes it says."""
    table = app.parts.dynos
    wanted = {f"{row['type']}.{n}": row for row in app.parts.formation for n in range(1, row["quantity"] + 1)}
    for row in [row for row in table if row["type"] != "run"]:
        kind = wanted.pop(row["name"], None)
        if kind is None:
            table.remove(row)
        elif kind["size"] != row["size"] or kind["command"] != row["command"]:
            row.update(size=kind["size"], command=kind["command"])
            _again(call, app, row)
    for name, kind in wanted.items():
        _start(call, app, kind, name)


def _again(call: Call, app: App, row: Row) -> None:
    app.parts.dynos.remove(row)
    if row["type"] != "run":
        _start(call, app, row, row["name"])


def _start(call: Call, app: App, like: Row, name: str) -> Row:
    """A new dyno of the type, command and size of another one, or of a row of the formation."""
    release = current_release(app)
    row = {
        "attach_url": None,
        "command": like["command"],
        "name": name,
        "release": {"id": release["id"], "version": release["version"]} if release else None,
        "size": like["size"],
        "state": "starting",
        "type": like["type"],
    }
    dyno = app.parts.dynos.add(call.new(row))
    behavior = call.state.behavior_of(app)

    def boot(later: Call) -> None:
        _change(later, dyno, "up")
        if behavior.crash_after is not None:
            later.later(behavior.crash_after, lambda last: _change(last, dyno, "crashed"))

    call.later(behavior.boot_seconds, boot)
    return dyno


def _change(call: Call, row: Row, state: str) -> None:
    row.update(state=state, updated_at=call.now)
