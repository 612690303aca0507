"""Release."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import Takes
from aioheroku.testing.replies import Refusal, invalid, not_found
from aioheroku.testing.routing import Link, Routes
from aioheroku.testing.state import App
from aioheroku.testing.table import Row, Table

from . import dynos, formation

routes = Routes("Release")


@routes.list("/apps/{app}/releases", "version", "id")
def listing(call: Call) -> Table:
    """Every release, the oldest first."""
    return call.parts.releases


@routes.get("/apps/{app}/releases/{release}")
def info(call: Call) -> Row:
    """One release, by id or version."""
    return _find(call, call.params["release"])


@routes.post(
    "/apps/{app}/releases",
    {"slug": str},
    {"description": str},
    also=(Link("Rollback", Takes({"release": str})),),
)
def create(call: Call) -> Row:
    """A release of a slug (`slug`), or a rollback to an earlier release (`release`)."""
    taken = call.take()
    if "release" in taken:
        return _roll_back(call, _find(call, taken["release"]))
    if "slug" not in taken:
        raise invalid("Require params: slug.")
    slug = call.parts.slugs.find(taken["slug"])
    if slug is None:
        raise not_found("slug")
    return cut(call, call.app, taken.get("description", f"Deploy {slug['id'][:7]}"), slug)


def cut(call: Call, app: App, description: str, slug: Row | None = None) -> Row:
    """A new release by the calling account, with the slug of the one in effect unless another is given.

    Dynos restart on it, and the app's `released_at` moves: at once, or where the app's `Behavior` says so of releases
    of a slug, later or not at all.
    """
    parts = app.parts
    last, current = latest(parts.releases), dynos.current_release(app)
    behavior = call.state.behavior_of(app)
    fails = behavior.release_fails
    waits = slug is not None and (behavior.release_seconds > 0 or fails)
    row: Row = {
        "app": app.ref,
        "created_at": call.now,
        "description": description,
        "id": call.state.uuid(),
        "slug": {"id": slug["id"]} if slug else current and current["slug"],
        "status": "pending" if waits else "succeeded",
        "updated_at": call.now,
        "user": call.account.ref,
        "version": last["version"] + 1 if last else 1,
    }
    parts.releases.add(row)
    parts.configs[row["id"]] = dict(parts.config)
    app.touch(call.now)
    if waits:
        call.later(behavior.release_seconds, lambda later: _end(later, app, row, slug, fails=fails))
    else:
        _take_effect(call, app, slug)
    return row


def _end(call: Call, app: App, row: Row, slug: Row | None, *, fails: bool) -> None:
    """The release phase is over."""
    row.update(status="failed" if fails else "succeeded", updated_at=call.now)
    if not fails and app.row["id"] in call.state.apps:
        _take_effect(call, app, slug)


def _take_effect(call: Call, app: App, slug: Row | None) -> None:
    app.row["released_at"] = call.now
    app.touch(call.now)
    dynos.restart(call, app)
    if slug is not None:
        formation.adopt(call, app, slug["process_types"])


def latest(releases: Table) -> Row | None:
    """The release with the highest version."""
    rows = releases.walk("version").rows
    return rows[-1] if rows else None


def _find(call: Call, text: str) -> Row:
    row = call.parts.releases.find(text.removeprefix("v"))
    if row is None:
        raise not_found("release")
    return row


def _roll_back(call: Call, to: Row) -> Row:
    if to["slug"] is None:
        raise Refusal(422, "invalid_params", "Cannot roll back to a release without a slug.")
    then = call.parts.configs.get(to["id"])
    if then is not None:
        call.parts.config.clear()
        call.parts.config.update(then)
    slug = call.parts.slugs.find(to["slug"]["id"])
    return cut(call, call.app, f"Rollback to v{to['version']}", slug)
