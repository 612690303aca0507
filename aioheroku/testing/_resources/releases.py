"""Release."""

from aioheroku.testing._errors import ErrorResponse, invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._resources import dynos, formation
from aioheroku.testing._state.app_rows import ReleaseRow, SlugRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Table

routes = Routes("Release")


@routes.list("/apps/{app}/releases", "version", "id")
def listing(context: RequestContext) -> Table[ReleaseRow]:
    """Every release, the oldest first."""
    return context.parts.releases


@routes.get("/apps/{app}/releases/{release}")
def info(context: RequestContext) -> ReleaseRow:
    """One release, by id or version."""
    return _find(context, context.params["release"])


@routes.post(
    "/apps/{app}/releases",
    {"slug": str},
    {"description": str},
    also=(Link("Rollback", BodySchema({"release": str})),),
)
def create(context: RequestContext) -> ReleaseRow:
    """A release of a slug (`slug`), or a rollback to an earlier release (`release`)."""
    taken = context.parameters()
    if "release" in taken:
        return _roll_back(context, _find(context, taken["release"]))
    if "slug" not in taken:
        raise invalid("Require params: slug.")
    slug = context.parts.slugs.find(taken["slug"])
    if slug is None:
        raise not_found("slug")
    return create_release(context, context.app, taken.get("description", f"Deploy {slug['id'][:7]}"), slug)


def create_release(context: RequestContext, app: App, description: str, slug: SlugRow | None = None) -> ReleaseRow:
    """A new release by the calling account, with the slug of the one in effect unless another is given.

    Dynos restart on it, and the app's `released_at` moves: at once, or where the app's `Behavior` says so of releases
    of a slug, later or not at all.
    """
    parts = app.parts
    last, current = latest(parts.releases), dynos.current_release(app)
    behavior = context.state.behavior_of(app)
    fails = behavior.release_fails
    waits = slug is not None and (behavior.release_seconds > 0 or fails)
    row: ReleaseRow = {
        "app": app.ref,
        "created_at": context.now,
        "description": description,
        "id": context.state.uuid(),
        "slug": {"id": slug["id"]} if slug else current and current["slug"],
        "status": "pending" if waits else "succeeded",
        "updated_at": context.now,
        "user": context.account.ref,
        "version": last["version"] + 1 if last else 1,
    }
    parts.releases.add(row)
    parts.configs[row["id"]] = dict(parts.config)
    context.changed("release", "create", app, row)
    app.touch(context.now)
    if waits:
        context.call_later(behavior.release_seconds, lambda later: _end(later, app, row, slug, fails=fails))
    else:
        _take_effect(context, app, slug)
    return row


def _end(context: RequestContext, app: App, row: ReleaseRow, slug: SlugRow | None, *, fails: bool) -> None:
    """The release phase is over."""
    row.update({"status": "failed" if fails else "succeeded", "updated_at": context.now})
    context.changed("release", "update", app, row, {"status": "pending"})
    if not fails and app.row["id"] in context.state.apps:
        _take_effect(context, app, slug)


def _take_effect(context: RequestContext, app: App, slug: SlugRow | None) -> None:
    app.row["released_at"] = context.now
    app.touch(context.now)
    dynos.restart(context, app)
    if slug is not None:
        formation.apply_process_types(context, app, slug["process_types"])


def latest(releases: Table[ReleaseRow]) -> ReleaseRow | None:
    """The release with the highest version."""
    rows = releases.sorted_by("version").rows
    return rows[-1] if rows else None


def _find(context: RequestContext, text: str) -> ReleaseRow:
    row = context.parts.releases.find(text.removeprefix("v"))
    if row is None:
        raise not_found("release")
    return row


def _roll_back(context: RequestContext, to: ReleaseRow) -> ReleaseRow:
    if to["slug"] is None:
        raise ErrorResponse(422, "invalid_params", "Cannot roll back to a release without a slug.")
    then = context.parts.configs.get(to["id"])
    if then is not None:
        context.parts.config.clear()
        context.parts.config.update(then)
    slug = context.parts.slugs.find(to["slug"]["id"])
    return create_release(context, context.app, f"Rollback to v{to['version']}", slug)
