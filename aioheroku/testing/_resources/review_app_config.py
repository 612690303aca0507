"""Review App Config."""

from zlib import crc32

from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http.body_schema import BodySchema, Nullable, OneOf, ParameterType
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources._pipeline_access import named
from aioheroku.testing._state.table import Row

routes = Routes("Review App Config")

_TARGET = BodySchema({"id": str, "type": OneOf(("space", "region"))})
_SETTINGS: dict[str, ParameterType] = {
    "automatic_review_apps": bool,
    "base_name": Nullable(str),
    "deploy_target": Nullable(_TARGET),
    "destroy_stale_apps": bool,
    "stale_days": int,
    "wait_for_ci": bool,
}


@routes.post("/pipelines/{pipeline}/review-app-config", {"repo": str}, _SETTINGS, title="Enable", waived=("repo",))
def enable(context: RequestContext) -> Row:
    """Let a pipeline make review apps; 422 if it does already, and for a malformed repository or target.

    The Heroku CLI names no repository: then it is the one that the pipeline is connected to.
    """
    pipeline, taken = named(context), context.parameters()
    if pipeline["id"] in context.state.delivery.review_configs:
        raise invalid("Review apps are already enabled for this pipeline.")
    row: Row = {
        "automatic_review_apps": False,
        "base_name": None,
        "deploy_target": None,
        "destroy_stale_apps": False,
        "pipeline_id": pipeline["id"],
        "repo": {"id": 0},
        "stale_days": 5,
        "wait_for_ci": False,
    }
    _take(context, row, taken)
    context.state.delivery.review_configs[pipeline["id"]] = row
    return row


@routes.get("/pipelines/{pipeline}/review-app-config")
def info(context: RequestContext) -> Row:
    """How a pipeline makes review apps; 404 if it makes none."""
    return found(context.state.delivery.review_configs.get(named(context)["id"]), "review_app_config")


@routes.patch(
    "/pipelines/{pipeline}/review-app-config", optional=_SETTINGS, undocumented={"repo": str, "pipeline": str}
)
def update(context: RequestContext) -> Row:
    """Change some of it, the repository too."""
    row = info(context)
    _take(context, row, context.parameters())
    return row


@routes.delete("/pipelines/{pipeline}/review-app-config")
def delete(context: RequestContext) -> Row:
    """Make no more review apps; a body is ignored."""
    row = info(context)
    del context.state.delivery.review_configs[row["pipeline_id"]]
    return row


def _take(context: RequestContext, row: Row, given: Row) -> None:
    if given.get("stale_days", 1) < 1:
        raise invalid("Stale days must be at least 1.")
    repo = given.get("repo")
    if repo is not None:
        if not all(repo.partition("/")):
            raise invalid("Repo must be the full name of a repository, such as heroku/example.")
        row["repo"] = {"id": crc32(repo.encode())}
        context.state.delivery.repositories[row["pipeline_id"]] = repo
    row.update({name: value for name, value in given.items() if name in _SETTINGS})
