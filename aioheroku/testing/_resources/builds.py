"""Build and Build Result.

How long a build takes and whether it fails is the app's `Behavior`. It also fails where the source's address has
"fail" in it, or "invalid", which stands for a manifest that cannot be read.
"""

from collections.abc import Callable

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema, Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import releases, slugs
from aioheroku.testing._state.app_rows import BuildRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Row, Table

routes = Routes("Build")

SOURCE = BodySchema(
    {"url": str, "version": Nullable(str)},
    undocumented={"checksum": Nullable(str), "version_description": Nullable(str)},
    waived=("version",),
)

_LANGUAGE = "Ruby/Rails"
_FIRST = "-----> Ruby app detected\n"
_REST = {
    "succeeded": (
        "-----> Installing dependencies\n",
        "-----> Compressing... done, 24.1MB\n",
        "-----> Launching... done\n",
    ),
    "failed": ("-----> Installing dependencies\n", " !     Push rejected, failed to compile Ruby app\n"),
}


@routes.list("/apps/{app}/builds", "started_at", "id")
def listing(context: RequestContext) -> Table[BuildRow]:
    """Every build, the oldest first."""
    return context.parts.builds


@routes.get("/apps/{app}/builds/{build}")
def info(context: RequestContext) -> BuildRow:
    """One build."""
    return context.find(context.parts.builds, "build", "build")


@routes.post("/apps/{app}/builds", {"source_blob": SOURCE}, undocumented={"buildpacks": Nullable(list)})
def create(context: RequestContext) -> BuildRow:
    """Begin to build a source; 422 for an address that is none."""
    return begin(context, context.app, context.parameters()["source_blob"])


@routes.get("/apps/{app}/builds/{build}/result", of="Build Result")
def result(context: RequestContext) -> Row:
    """What a build has written, and its exit code; null while it is pending."""
    row = info(context)
    context.modified = row["updated_at"]
    status = row["status"]
    lines = [{"line": line, "stream": "STDOUT"} for line in (_FIRST, *_REST.get(status, ()))]
    if status == "failed":
        lines[-1]["stream"] = "STDERR"
    code = {"succeeded": 0, "failed": 1}.get(status)
    return {"build": {"id": row["id"], "status": status}, "exit_code": code, "lines": lines}


def begin(
    context: RequestContext, app: App, source: Row, then: Callable[[RequestContext], None] | None = None
) -> BuildRow:
    """A build that has just begun; when it has ended, *then* is called."""
    url: str = source["url"]
    if not url.startswith(("https://", "http://")):
        raise invalid("Source blob url is not a valid address.")
    row: BuildRow = {
        "created_at": context.now,
        "id": context.state.uuid(),
        "slug": None,
        "source_blob": {"url": url, "version": source.get("version")},
        "status": "pending",
        "updated_at": context.now,
        "user": context.account.ref,
    }
    app.parts.builds.add(row)
    context.changed("build", "create", app, row)
    app.touch(context.now)

    behavior = context.state.behavior_of(app)
    fails = behavior.build_fails or "fail" in url or "invalid" in url

    def end(later: RequestContext) -> None:
        _finish(later, app, row, fails=fails)
        if then is not None:
            then(later)

    context.call_later(behavior.build_seconds, end)
    return row


def _finish(context: RequestContext, app: App, row: BuildRow, *, fails: bool) -> None:
    """A build that succeeded leaves a slug and a release; one whose app is gone leaves nothing."""
    row["updated_at"] = context.now
    row["status"] = "failed" if fails else "succeeded"
    if app.row["id"] not in context.state.apps:
        return
    if fails:
        context.changed("build", "update", app, row, {"status": "pending"})
        return
    types = {row["type"]: row["command"] for row in app.parts.formation} or {"web": "bundle exec puma"}
    size = context.state.rng.randint(4_000_000, 290_000_000)
    slug = slugs.make(context, app, types)
    slug.update({"buildpack_provided_description": _LANGUAGE, "commit": row["source_blob"]["version"], "size": size})
    row["slug"] = {"id": slug["id"]}
    context.changed("build", "update", app, row, {"status": "pending"})
    context.changed("build", "update", app, row, {"status": "pending"})
    app.row.update({"buildpack_provided_description": _LANGUAGE, "slug_size": slug["size"]})
    releases.create_release(context, app, f"Deploy {slug['id'][:7]}", slug)
