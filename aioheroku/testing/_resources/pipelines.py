"""Pipeline, and lists about its apps: the latest builds, releases and deployments, the stack."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Nullable, OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources._pipeline_access import named, owner, pipelines_of, require_owner
from aioheroku.testing._state.delivery import STAGES, may_see
from aioheroku.testing._state.models import App
from aioheroku.testing._state.offers import DEFAULT_GENERATION
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Pipeline")

OWNER = BodySchema({"id": str, "type": OneOf(("user", "team"))})
_GENERATION = BodySchema({"name": OneOf(("cedar", "fir"))})
_NAME = re.compile(r"[a-z][a-z0-9-]{2,29}")


@routes.list("/pipelines")
def listing(context: RequestContext) -> Table[Row]:
    """The pipelines that the account may see; `?eq[name]=` keeps one."""
    wanted = context.query.get("eq[name]")
    return table_of((row for row in pipelines_of(context) if wanted in {None, row["name"]}), "name")


@routes.get("/pipelines/{pipeline}")
def info(context: RequestContext) -> Row:
    """One pipeline, by id or name."""
    return named(context)


@routes.post("/pipelines", {"name": str}, {"owner": Nullable(OWNER)}, undocumented={"generation": _GENERATION})
def create(context: RequestContext) -> Row:
    """A new pipeline without apps; 422 for a name that is malformed or taken and for an unknown owner."""
    taken = context.parameters()
    given: Row | None = taken.get("owner")
    row: Row = {
        "name": _checked(context, taken["name"]),
        "owner": owner(context, given) if given else None,
        "generation": context.state.catalogue.generation(taken.get("generation", {}).get("name", DEFAULT_GENERATION)),
        **context.dated(),
    }
    context.state.delivery.creators[row["id"]] = context.account
    return context.state.delivery.pipelines.add(row)


@routes.patch("/pipelines/{pipeline}", optional={"name": str})
def update(context: RequestContext) -> Row:
    """Rename a pipeline."""
    row, taken = named(context), context.parameters()
    require_owner(context, row)
    if taken.get("name", row["name"]) != row["name"]:
        row["name"] = _checked(context, taken["name"])
    row["updated_at"] = context.now
    context.state.delivery.pipelines.changed()
    return row


@routes.delete("/pipelines/{pipeline}")
def delete(context: RequestContext) -> Row:
    """Delete the pipeline; its apps stay. A body is ignored."""
    row = named(context)
    require_owner(context, row)
    context.state.delivery.forget_pipeline(row["id"])
    return row


@routes.list("/pipelines/{pipeline}/latest-builds", of="Pipeline Build")
def latest_builds(context: RequestContext) -> Table[Row]:
    """The newest build of each app that was ever built."""

    def newest(app: App) -> Mapping[str, Any] | None:
        row = app.parts.builds.last("started_at")
        return row and {key: value for key, value in row.items() if key != "generation"}

    return _of_each(context, newest)


@routes.list("/pipelines/{pipeline}/latest-releases", of="Pipeline Release")
def latest_releases(context: RequestContext) -> Table[Row]:
    """The newest release of each app."""
    return _of_each(context, lambda app: app.parts.releases.last("version"))


@routes.list("/pipelines/{pipeline}/latest-deployments", of="Pipeline Deployment")
def latest_deployments(context: RequestContext) -> Table[Row]:
    """The newest release of each app that came with another slug than the release before it."""

    def newest(app: App) -> Mapping[str, Any] | None:
        rows = app.parts.releases.sorted_by("version").rows
        pairs = zip(rows, [None, *rows], strict=False)
        found = [row for row, last in pairs if row["slug"] and (last is None or last["slug"] != row["slug"])]
        return found[-1] if found else None

    return _of_each(context, newest)


@routes.get("/pipelines/{pipeline}/pipeline-stack", of="Pipeline Stack")
def stack(context: RequestContext) -> Row:
    """The stack of the app furthest downstream; null without apps."""
    apps = sorted(_apps(context), key=lambda pair: STAGES.index(pair[0]))
    return {"stack": apps[-1][1].row["stack"] if apps else None}


@routes.get("/pipelines/{pipeline}/repo", listed=False)
def repository(context: RequestContext) -> Row:
    """The repository that the pipeline is connected to."""
    row = named(context)
    return {"full_name": context.state.delivery.repositories.get(row["id"], f"example/{row['name']}")}


@routes.get("/pipelines/{pipeline}/repo/branches/{branch}", listed=False)
def branch(context: RequestContext) -> Row:
    """A branch of that repository; 404 for one with "missing" in its name."""
    named(context)
    name = context.params["branch"]
    if "missing" in name:
        raise not_found("branch")
    return {"name": name}


def _checked(context: RequestContext, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid(
            "Name must start with a letter and can only contain lowercase letters, numbers, and dashes, "
            "and be 3 to 30 characters long."
        )
    if context.state.delivery.pipelines.find(name):
        raise invalid("Name is already taken")
    return name


def _apps(context: RequestContext) -> Iterator[tuple[str, App]]:
    """The apps of the pipeline that the account may see, each with its stage."""
    for coupling in context.state.delivery.coupled(named(context)["id"]):
        app = context.state.apps.get(coupling["app"]["id"])
        if app is not None and may_see(context.account, app):
            yield coupling["stage"], app


def _of_each(context: RequestContext, read: Callable[[App], Mapping[str, Any] | None]) -> Table[Row]:
    found = (read(app) for _, app in _apps(context))
    return table_of(dict(row) for row in found if row is not None)
