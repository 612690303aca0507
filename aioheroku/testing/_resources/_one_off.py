"""One-off dynos and processes within dynos: how their command runs, with or without an attached client."""

from attrs import evolve

from aioheroku.testing._errors import ErrorResponse
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.app_rows import DynoRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.programs import is_known
from aioheroku.testing._state.stream_store import Address, Attached
from aioheroku.testing._state.table import Row

_ATTACH_WITHIN = 30.0
_SSH_WITHIN = 86400.0


def attach(context: RequestContext, app: App, row: DynoRow, taken: Row) -> None:
    """Give the dyno an address to attach to; if nobody does, R13 ends it."""
    attached = _attached(app, row, taken)
    row["attach_url"] = _address(context, app, attached)
    if app.is_fir:
        return
    boot = context.state.behavior_of(app).boot_seconds
    context.call_later(boot, lambda later: later.log(app, "Awaiting client", "heroku", row["name"]))

    def give_up(later: RequestContext) -> None:
        if not attached.taken and row["id"] in app.parts.dynos:
            later.log(app, "Error R13 (Attach error) -> Failed to attach to process", "heroku", row["name"])
            _exit(later, app, row, 128)
            attached.ended = True

    context.call_later(boot + _ATTACH_WITHIN, give_up)
    _watch(context, app, row, attached)


def inside(context: RequestContext, app: App, row: DynoRow, taken: Row) -> str:
    """An address to attach to, of a new process within a dyno: it ends by itself, or with the dyno."""
    attached = _attached(app, row, taken)
    attached.command, attached.is_inside = taken["command"], True

    def give_up(_: RequestContext) -> None:
        attached.ended = attached.ended or not attached.taken

    context.call_later(_ATTACH_WITHIN, give_up)
    return _address(context, app, attached)


def detach(context: RequestContext, app: App, row: DynoRow, taken: Row) -> None:
    """Run its command when it is up: a scripted program in the server, another one as the app's behavior says."""
    behavior = context.state.behavior_of(app)
    attached = _attached(app, row, {**taken, "force_no_tty": True})

    def start(later: RequestContext) -> None:
        if row["id"] not in app.parts.dynos:
            return
        later.log(app, f"Starting process with command `{row['command']}`", "heroku", row["name"])
        later.log(app, "State changed from starting to up", "heroku", row["name"])
        if is_known(row["command"]) and context.state.streams.port is not None:
            context.state.streams.attached[row["id"]] = attached
            _watch(later, app, row, attached)
            context.state.streams.detached(attached)
        elif behavior.run_seconds is not None:
            status = behavior.run_status
            later.call_later(behavior.run_seconds, lambda last: _exit(last, app, row, status))

    context.call_later(behavior.boot_seconds, start)


def stop(context: RequestContext, row: DynoRow) -> None:
    """The dyno was stopped: its program ends, and its client is gone."""
    for attached in context.state.streams.attached.values():
        if attached.dyno == row["id"]:
            attached.ended = True
    context.state.streams.changed()


def _address(context: RequestContext, app: App, attached: Attached) -> str:
    """The address for a client, which may attach from now on; 503 if nothing listens there."""
    state = context.state
    secret = state.uuid().replace("-", "")
    if app.is_fir:
        state.streams.addresses[f"/attach/{secret}"] = Address("ssh", attached.dyno, state.now() + _SSH_WITHIN)
        return f"https://{context.host}/attach/{secret}"
    if state.streams.port is None:
        text = "Attaching needs the package cryptography beside the simulated platform."
        raise ErrorResponse(503, "unavailable", text)
    state.streams.attached[secret] = attached
    name = context.host.rpartition(":")[0] or context.host
    port = state.streams.refused(attached.name) or state.streams.port
    return f"rendezvous://{name}:{port}/{secret}"


def _attached(app: App, row: DynoRow, taken: Row) -> Attached:
    env, tty = {**app.parts.config, **taken.get("env", {})}, not taken.get("force_no_tty")
    return Attached(app.row["id"], row["id"], row["name"], row["command"], env, tty)


def _watch(context: RequestContext, app: App, row: DynoRow, attached: Attached) -> None:
    """Remove the dyno once its program has ended, at the moment it does."""
    attached.exited = lambda status: _exit(evolve(context, at=None), app, row, status)


def _exit(context: RequestContext, app: App, row: DynoRow, status: int) -> None:
    if row["id"] not in app.parts.dynos:
        return
    context.log(app, f"Process exited with status {status}", "heroku", row["name"])
    context.log(app, "State changed from up to complete", "heroku", row["name"])
    app.parts.dynos.remove(row)
    context.changed("dyno", "destroy", app, row)
