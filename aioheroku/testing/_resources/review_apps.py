"""Review App: it is pending, then creating, when it gets its app, then created.

`Behavior` says how long that takes and whether it fails. It also fails if the source's address has "fail" in it.
"""

import re

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Nullable, strings
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addresses, _pipeline_access as access, _source, app_setups, pipeline_couplings
from aioheroku.testing._state.table import Row, Table

routes = Routes("Review App")

_SOURCE = BodySchema({}, {"url": str, "version": Nullable(str)})
_NUMBER = Nullable(int)
_GONE = frozenset({"deleting", "deleted"})


@routes.post(
    "/review-apps",
    {"branch": str, "pipeline": str, "source_blob": _SOURCE},
    {"pr_number": _NUMBER, "environment": Nullable(dict), "fork_repo_id": _NUMBER},
)
def create(context: RequestContext) -> Row:
    """Begin to make an app of a branch; 422 for a branch that has one, and for an invalid address."""
    taken = context.parameters()
    if "url" not in taken["source_blob"]:
        raise invalid("Require params: source_blob:url.")
    pipeline, branch = access.pipeline(context, taken["pipeline"]), taken["branch"]
    if not branch.strip():
        raise invalid("Branch can't be blank.")
    environment = strings(taken.get("environment") or {}, "environment")
    url = _source_url(context, taken["source_blob"]["url"])
    table, config = context.state.delivery.review_apps, context.state.delivery.review_configs.get(pipeline["id"])
    if any(row["branch"] == branch and row["status"] != "errored" for row in table if _is_of(row, pipeline["id"])):
        raise invalid("A review app already exists for this branch.")
    row: Row = {
        "app": None,
        "app_setup": None,
        "branch": branch,
        "creator": {"id": context.account.row["id"]},
        "error_status": None,
        "fork_repo": {"id": taken["fork_repo_id"]} if "fork_repo_id" in taken else None,
        "message": None,
        "pipeline": {"id": pipeline["id"]},
        "pr_number": taken.get("pr_number"),
        "status": "pending",
        "wait_for_ci": config is not None and config["wait_for_ci"],
        **context.dated(),
    }
    source: Row = {"url": url, "version": taken["source_blob"].get("version")}
    _proceed(context, row, source, environment)
    return table.add(row)


def _source_url(context: RequestContext, url: str) -> str:
    """Where the source is: `resolve` stands for the archive of the branch."""
    if url == "resolve":
        return _addresses.blob(context, "sources", context.state.uuid(), "get")
    _source.check_address(url)
    return url


@routes.get("/review-apps/{review_app}")
def info(context: RequestContext) -> Row:
    """One review app, also one that was deleted."""
    row = context.find(context.state.delivery.review_apps, "review_app", "review_app")
    access.pipeline(context, row["pipeline"]["id"])
    return row


@routes.delete("/review-apps/{review_app}")
def delete(context: RequestContext) -> Row:
    """Begin to delete it with its app."""
    row = info(context)
    if row["status"] in _GONE:
        raise not_found("review_app")
    row.update({"status": "deleting", "updated_at": context.now})
    context.call_later(context.state.behavior.review_app_seconds / 2, lambda later: _delete(later, row))
    return row


@routes.get("/apps/{app}/review-app", title="Info By App")
def of_app(context: RequestContext) -> Row:
    """The review app of an app; 404 for any other app."""
    id = context.app.row["id"]
    for row in context.state.delivery.review_apps:
        if row["app"] is not None and row["app"]["id"] == id:
            return row
    raise not_found("review_app")


@routes.list("/pipelines/{pipeline}/review-apps")
def listing(context: RequestContext) -> Table[Row]:
    """The review apps of a pipeline that are not deleted."""
    pipeline = access.named(context)
    return context.state.delivery.review_apps.where(lambda row: _is_of(row, pipeline["id"]))


def _is_of(row: Row, pipeline: str) -> bool:
    return bool(row["pipeline"]["id"] == pipeline and row["status"] != "deleted")


def _proceed(context: RequestContext, row: Row, source: Row, environment: dict[str, str]) -> None:
    """It is creating after half of its time, and has its app then; after the rest it is created, or errored."""
    behavior = context.state.behavior
    fails = behavior.review_app_fails or "fail" in source["url"]
    half = behavior.review_app_seconds / 2

    def begin(later: RequestContext) -> None:
        if row["status"] != "pending":
            return
        row.update({"status": "creating", "updated_at": later.now})
        if not fails:
            _make_app(later, row, source, environment)
        later.call_later(half, end)

    def end(later: RequestContext) -> None:
        if row["status"] == "creating":
            row.update({"status": "errored" if fails else "created", "updated_at": later.now})
            if fails:
                row.update({"error_status": "creating", "message": "Creating the review app failed."})

    context.call_later(half, begin)


def _make_app(context: RequestContext, row: Row, source: Row, environment: dict[str, str]) -> None:
    pipeline = context.state.delivery.pipelines.find(row["pipeline"]["id"])
    if pipeline is None:
        return
    config = context.state.delivery.review_configs.get(pipeline["id"])
    base: str = (config["base_name"] if config is not None else None) or pipeline["name"]
    which = row["branch"] if row["pr_number"] is None else f"pr-{row['pr_number']}"
    ending = f"-{re.sub(r'[^a-z0-9]+', '-', which.lower()).strip('-')}"[:12].rstrip("-")
    name = f"{base[:11].rstrip('-')}{ending}-{context.state.rng.getrandbits(20):05x}"
    env = {**context.state.delivery.config.get((pipeline["id"], "review"), {}), **environment}
    app, setup = app_setups.begin(context, name, source, env)
    row.update({"app": {"id": app.row["id"]}, "app_setup": {"id": setup["id"]}})
    pipeline_couplings.couple(context, app, pipeline, "review")


def _delete(context: RequestContext, row: Row) -> None:
    app = context.state.apps.get(row["app"]["id"]) if row["app"] is not None else None
    if app is not None:
        context.state.drop(app)
    row.update({"status": "deleted", "updated_at": context.now})
