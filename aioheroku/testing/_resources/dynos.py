"""Dyno."""

import re
from typing import Any, Literal

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http import body_schema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _one_off
from aioheroku.testing._state.app_rows import DynoRow, FormationRow, ReleaseRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Row

routes = Routes("Dyno")

_DAMAGED = "Error R17 (Checksum error) -> Checksum does not match expected value"
_TYPE = re.compile(r"[A-Za-z0-9_-]{1,63}")


@routes.get("/apps/{app}/dynos", title="List")
def listing(context: RequestContext) -> list[Any]:
    """All dynos: a plain list, never paged; with `?extended=true` also where each of them runs."""
    rows = context.parts.dynos.sorted_by("name").rows
    if context.query.get("extended") != "true":
        return list(rows)
    return [{**row, "extended": _extended(context, row)} for row in rows]


@routes.get("/apps/{app}/dynos/{dyno}")
def info(context: RequestContext) -> DynoRow:
    """One dyno."""
    return context.find(context.parts.dynos, "dyno", "dyno")


_OF_TODAY: dict[str, body_schema.ParameterType] = {
    "force_no_tty": body_schema.Nullable(bool),
    "size": body_schema.Nullable(str),
    "time_to_live": int,
    "type": str,
}


@routes.post("/apps/{app}/dynos", {"command": str}, {"attach": bool, "env": dict, "size": str}, undocumented=_OF_TODAY)
def create(context: RequestContext) -> DynoRow:
    """A one-off dyno, `run.<n>` or another `type`; with `attach` it has an `attach_url`.

    It stops after `time_to_live` seconds, or after the maximum that the app's `Behavior` says.
    """
    taken = context.parameters()
    _check_command(taken)
    size = context.state.catalogue.size(taken.get("size") or context.app.usual_size)["name"]
    kind = taken.get("type", "run")
    if not _TYPE.fullmatch(kind):
        raise invalid("Type can only contain letters, numbers, dashes and underscores.")
    life = taken.get("time_to_live")
    if life is not None and life < 1:
        raise invalid("Time to live must be greater than or equal to 1.")
    app = context.app
    row = _start(context, app, kind, _free_number(context, kind), command=taken["command"], size=size)
    app.one_off.add(row["id"])
    if taken.get("attach"):
        _one_off.attach(context, app, row, taken)
    else:
        _one_off.detach(context, app, row, taken)
    most = context.state.behavior_of(app).one_off_seconds
    context.call_later(most if life is None else min(life, most), lambda later: _had_its_time(later, app, row))
    return row


def _had_its_time(context: RequestContext, app: App, row: DynoRow) -> None:
    if row["id"] in app.parts.dynos:
        _restart(context, app, row)


@routes.post(
    "/apps/{app}/dynos/{dyno}",
    {"command": str},
    {"env": dict},
    undocumented={
        **dict.fromkeys(("attach", "force_no_tty"), body_schema.Nullable(bool)),
        "size": object,
        "type": object,
    },
    title="Run Inside",
    listed=False,
)
def run_inside(context: RequestContext) -> Row:
    """Another process within a running dyno (422 otherwise): its address for attaching, and nothing else."""
    row, taken = info(context), context.parameters()
    _check_command(taken)
    if row["state"] != "up":
        raise invalid(f"Dyno {row['name']} is {row['state']}.")
    return {"attach_url": _one_off.inside(context, context.app, row, taken)}


def _free_number(context: RequestContext, kind: str) -> int:
    """The number of the next one-off dyno of this type, which none had before."""
    used = [_number(row["name"]) for row in context.parts.dynos if row["type"] == kind]
    names = context.parts.one_off_names
    names[kind] = max(names[kind], *used, 0) + 1
    return names[kind]


@routes.delete("/apps/{app}/dynos", title="Restart all", status=202)
def restart_all(context: RequestContext) -> None:
    """Every dyno of the formation starts anew, one-off dynos stop: 202 without a body."""
    for row in list(context.parts.dynos):
        _restart(context, context.app, row)


@routes.delete("/apps/{app}/formations/{type}", title="Restart Formation", status=202)
def restart_formation(context: RequestContext) -> Row:
    """Every dyno of this process type starts anew: 202 with an empty object."""
    for row in _of_type(context):
        _restart(context, context.app, row)
    return {}


@routes.post("/apps/{app}/dynos/{dyno}/actions/stop", title="Stop", status=202)
def stop(context: RequestContext) -> Row:
    """This dyno stops; one of the formation is started anew, since the formation requires it."""
    restart_one(context)
    return {}


@routes.post("/apps/{app}/formations/{type}/actions/stop", title="Stop Formation", status=202)
def stop_formation(context: RequestContext) -> Row:
    """Every dyno of this process type stops, and is started anew, since the formation requires it."""
    return restart_formation(context)


@routes.delete("/apps/{app}/dynos/{dyno}", title="Restart", status=202)
def restart_one(context: RequestContext) -> None:
    """This dyno starts anew under its name, with a new id; a one-off dyno stops: 202 without a body.

    `ps:restart web` and `ps:stop run` of the Heroku CLI name a type instead: all dynos of it.
    """
    table, text = context.parts.dynos, context.params["dyno"]
    for row in [row for row in table if row["type"] == text] or [context.find(table, "dyno", "dyno")]:
        _restart(context, context.app, row)


def _check_command(taken: Row) -> None:
    if not taken["command"].strip():
        raise invalid("Command can't be blank.")
    body_schema.strings(taken.get("env", {}), "env")


def _of_type(context: RequestContext) -> list[DynoRow]:
    """The dynos of the process type that the path names; 404 if the app has none of it."""
    kind = context.params["type"]
    rows = [row for row in context.parts.dynos if row["type"] == kind]
    if not rows and context.parts.formation.find(kind) is None:
        raise not_found("formation")
    return rows


def current_release(app: App) -> ReleaseRow | None:
    """The release in effect: the newest one that succeeded."""
    rows = app.parts.releases.sorted_by("version").rows
    return next((row for row in reversed(rows) if row["status"] == "succeeded"), None)


def restart(context: RequestContext, app: App) -> None:
    """Start every dyno of the formation anew, on the newest release."""
    for row in [row for row in app.parts.dynos if row["id"] not in app.one_off]:
        _restart(context, app, row)


def scale(context: RequestContext, app: App) -> None:
    """Start and stop dynos until there are as many as the formation says, of the sizes it says."""
    wanted = {row["type"]: row for row in app.parts.formation}
    there = _kept(context, app, wanted)
    for name, kind in wanted.items():
        for number in sorted({*range(1, kind["quantity"] + 1)} - there[name]):
            _start(context, app, name, number, command=kind["command"], size=kind["size"])


def _kept(context: RequestContext, app: App, wanted: dict[str, FormationRow]) -> dict[str, set[int]]:
    """Stop the dynos that are too many, start anew those that changed; returns the numbers of the others by type."""
    there: dict[str, set[int]] = {name: set() for name in wanted}
    for row in [row for row in app.parts.dynos if row["id"] not in app.one_off]:
        kind = wanted.get(row["type"])
        number = len(there.get(row["type"], ())) + 1 if app.is_fir else _number(row["name"])
        if kind is None or number > kind["quantity"]:
            app.parts.dynos.remove(row)
            continue
        there[row["type"]].add(number)
        if kind["size"] != row["size"] or kind["command"] != row["command"]:
            row.update({"size": kind["size"], "command": kind["command"]})
            _restart(context, app, row)
    return there


def _restart(context: RequestContext, app: App, row: DynoRow) -> None:
    app.parts.dynos.remove(row)
    _one_off.stop(context, row)
    context.log(app, "Stopping all processes with SIGTERM", "heroku", row["name"])
    context.log(app, "Process exited with status 143", "heroku", row["name"])
    context.changed("dyno", "destroy", app, row)
    if row["id"] not in app.one_off:
        _start(context, app, row["type"], _number(row["name"]), command=row["command"], size=row["size"])


def _number(name: str) -> int:
    """The number of a dyno such as `web.1`; 0 for one of Fir, which has none."""
    number = name.rpartition(".")[2]
    return int(number) if number.isdecimal() else 0


def _name(context: RequestContext, app: App, kind: str, number: int) -> str:
    """`web.1`; on Fir a name that is never used again, such as `web-1234abcde-123ab`."""
    if not app.is_fir:
        return f"{kind}.{number}"
    digits = context.state.rng.randbytes(7).hex()
    return f"{kind}-{digits[:9]}-{digits[9:]}"


def _extended(context: RequestContext, row: DynoRow) -> dict[str, Any]:
    region = context.app.row["region"]["name"]
    return {
        "az": f"{region}-1a",
        "execution_plane": "execution",
        "fqdn": f"{row['id']}.{context.host}",
        "instance": f"i-{row['id'][:8]}",
        "ip": "10.0.0.1",
        "port": 5000,
        "region": region,
        "route": None,
    }


def _start(context: RequestContext, app: App, kind: str, number: int, *, command: str, size: str) -> DynoRow:
    """A new dyno on the release in effect; the app's current behavior decides how it ends."""
    release, name = current_release(app), _name(context, app, kind, number)
    dyno: DynoRow = {
        "app": app.ref,
        "attach_url": None,
        "command": command,
        "name": name,
        "release": {"id": release["id"], "version": release["version"]} if release else None,
        "size": size,
        "state": "starting",
        "type": kind,
        **context.dated(),
    }
    app.parts.dynos.add(dyno)
    context.changed("dyno", "create", app, dyno)
    if kind in {one["type"] for one in app.parts.formation}:
        context.log(app, f"Starting process with command `{command}`", "heroku", name)
    behavior = context.state.behavior_of(app)
    crash_after = behavior.crash_after

    def boot(later: RequestContext) -> None:
        if release is not None and _is_damaged(later, app, release):
            later.log(app, _DAMAGED, "heroku", name)
            _change(later, app, dyno, "crashed")
            _one_off.stop(later, dyno)
            return
        _change(later, app, dyno, "up")
        if crash_after is not None:
            later.call_later(crash_after, lambda last: _change(last, app, dyno, "crashed"))

    context.call_later(behavior.boot_seconds, boot)
    return dyno


def _is_damaged(context: RequestContext, app: App, release: ReleaseRow) -> bool:
    """Whether what was uploaded as the release's slug has another checksum than the slug was made with."""
    slug = app.parts.slugs.find(release["slug"]["id"]) if release["slug"] else None
    if slug is None or not slug["checksum"]:
        return False
    blob = context.state.streams.blobs.get(f"slugs/{slug['id']}")
    expected = slug["checksum"].lower().removeprefix("sha256:")
    return blob is not None and blob.file is not None and blob.sha256 != expected


def _change(context: RequestContext, app: App, row: DynoRow, state: Literal["up", "crashed"]) -> None:
    before = {"state": row["state"]}
    row.update({"state": state, "updated_at": context.now})
    if row["id"] in app.parts.dynos:
        if row["id"] not in app.one_off or state == "crashed":
            context.log(app, f"State changed from {before['state']} to {state}", "heroku", row["name"])
        context.changed("dyno", "update", app, row, before)
