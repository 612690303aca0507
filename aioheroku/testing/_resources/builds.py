"""Build, Build Result and the build cache.

The app's `Behavior` says how long a build takes and whether it fails. It also fails if the source's address has
"fail" in it, or "invalid", which stands for a manifest that cannot be read.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema, Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addresses, _source, releases, slugs
from aioheroku.testing._state.app_rows import BuildpackRow, BuildRow
from aioheroku.testing._state.delivery import buildpack
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
    """Begin to build a source; 422 for an invalid address, and for buildpacks without a name and URL."""
    taken = context.parameters()
    given = taken.get("buildpacks")
    return begin(context, context.app, taken["source_blob"], buildpacks=given and [_buildpack(one) for one in given])


@routes.delete("/apps/{app}/builds/{build}", title="Delete")
def cancel(context: RequestContext) -> BuildRow:
    """Cancel a pending build, which fails; 422 for one that has ended."""
    row = info(context)
    if row["status"] != "pending":
        raise invalid("Can only cancel pending builds")
    row.update({"status": "failed", "updated_at": context.now})
    context.state.streams.end(row["id"], context.moment)
    context.log(context.app, "Build failed")
    return row


@routes.delete("/apps/{app}/build-cache", title="Delete cache", status=202)
def delete_cache(context: RequestContext) -> None:
    """Let the next build begin without a cache: 202 without a body."""
    context.parts.build_cache = False


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
    context: RequestContext,
    app: App,
    source: Row,
    then: Callable[[RequestContext], None] | None = None,
    buildpacks: Sequence[BuildpackRow] | None = None,
) -> BuildRow:
    """A build that has just begun, with the app's buildpacks unless given; when it has ended, *then* is called."""
    url: str = source["url"]
    _source.check_address(url)
    id = context.state.uuid()
    row: BuildRow = {
        "app": {"id": app.row["id"]},
        "buildpacks": list(buildpacks or app.parts.buildpacks) or None,
        "created_at": context.now,
        "generation": "cedar",
        "id": id,
        "output_stream_url": _addresses.stream(context, "builds", id),
        "release": None,
        "slug": None,
        "source_blob": {
            "checksum": source.get("checksum"),
            "url": url,
            "version": source.get("version"),
            "version_description": source.get("version_description"),
        },
        "stack": app.row["build_stack"]["name"],
        "status": "pending",
        "updated_at": context.now,
        "user": context.account.ref,
    }
    app.parts.builds.add(row)
    context.changed("build", "create", app, row)
    app.touch(context.now)

    behavior = context.state.behavior_of(app)
    problem = _source.problem(context, row)
    fails = behavior.build_fails or "fail" in url or "invalid" in url or problem is not None
    outcome = "failed" if fails else "succeeded"
    context.log(app, f"Build started by user {context.account.ref['email']}")
    context.state.streams.begin(id, _FIRST)
    rest = (f" !     {problem}\n",) if problem else _REST[outcome]
    spoken = max(0.0, behavior.build_seconds - behavior.output_ends_early)
    for number, line in enumerate(rest, 1):
        context.call_later(spoken * number / (len(rest) + 1), partial(_write_line, id, line))
    context.call_later(spoken, lambda later: context.state.streams.end(id, later.moment))

    def end(later: RequestContext) -> None:
        if row["status"] == "pending":
            later.log(app, f"Build {outcome}")
            _finish(later, app, row, fails=fails)
        if then is not None:
            then(later)

    context.call_later(behavior.build_seconds, end)
    return row


def _write_line(id: str, line: str, context: RequestContext) -> None:
    context.state.streams.write(id, line)


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
    app.parts.build_cache = True
    app.row.update({"buildpack_provided_description": _LANGUAGE, "slug_size": slug["size"]})
    release = releases.create_release(context, app, f"Deploy {slug['id'][:7]}", slug)
    row["release"] = {"id": release["id"]}
    context.changed("build", "update", app, row, {"status": "pending"})


def _buildpack(given: Any) -> BuildpackRow:
    texts = cast("Row", given) if isinstance(given, dict) else {}
    text = texts.get("url") or texts.get("name")
    if not isinstance(text, str):
        raise invalid("Invalid params: each of buildpacks must have a url or a name.")
    return buildpack(text)
