"""Pipeline Promotion and its targets.

After the time that `Behavior` says, each target has succeeded, with a release of the source's slug, or failed.
"""

from typing import Any

from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http.body_schema import BodySchema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _pipeline_access as access, dynos, releases
from aioheroku.testing._state.app_rows import ReleaseRow
from aioheroku.testing._state.delivery import may_see
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Pipeline Promotion")

_ID = BodySchema({"id": str})
_SOURCE = BodySchema({}, {"app": _ID, "release": _ID})


@routes.post("/pipeline-promotions", {"pipeline": _ID, "source": _SOURCE, "targets": list})
def create(context: RequestContext) -> Row:
    """Begin to promote; 422 for apps that are not in the pipeline and for a source without code."""
    taken = context.parameters()
    pipeline = access.pipeline(context, taken["pipeline"]["id"])
    app = context.state.app(context.account, access.require_id(taken, "source", "app"))
    targets = [access.require_id({"targets": one}, "targets", "app") for one in taken["targets"]]
    if not targets:
        raise invalid("Require params: targets.")
    for id in (app.row["id"], *targets):
        coupling = context.state.delivery.coupling(id)
        if coupling is None or coupling["pipeline"]["id"] != pipeline["id"]:
            raise invalid(f"App {id} is not in this pipeline.")
    if app.row["id"] in targets:
        raise invalid("Cannot promote an app to itself.")
    release = _release(app, taken["source"].get("release"))
    row: Row = {
        "pipeline": {"id": pipeline["id"]},
        "source": {"app": {"id": app.row["id"]}, "release": {"id": release["id"]}},
        "status": "pending",
        **context.dated(),
    }
    delivery = context.state.delivery
    delivery.targets[row["id"]] = table_of(
        {
            "app": {"id": id},
            "error_message": None,
            "id": context.state.uuid(),
            "pipeline_promotion": {"id": row["id"]},
            "release": None,
            "status": "pending",
        }
        for id in dict.fromkeys(targets)
    )
    seconds = context.state.behavior_of(app).promotion_seconds
    context.call_later(seconds, lambda later: _end(later, row, app, release))
    return delivery.promotions.add(row)


@routes.get("/pipeline-promotions/{promotion}")
def info(context: RequestContext) -> Row:
    """One promotion."""
    row = context.find(context.state.delivery.promotions, "promotion", "pipeline_promotion")
    access.pipeline(context, row["pipeline"]["id"])
    return row


@routes.list("/pipeline-promotions/{promotion}/promotion-targets", of="Pipeline Promotion Target")
def targets(context: RequestContext) -> Table[Row]:
    """Its target apps, each with the outcome."""
    return context.state.delivery.targets[info(context)["id"]]


def _release(app: App, given: Any) -> ReleaseRow:
    """The release to promote, by default the one in effect."""
    row = found(dynos.current_release(app) if given is None else app.parts.releases.find(given["id"]), "release")
    if not row["artifacts"]:
        raise invalid("Cannot promote a release without a slug.")
    return row


def _end(context: RequestContext, row: Row, source: App, release: ReleaseRow) -> None:
    for target in context.state.delivery.targets[row["id"]]:
        _promote(context, target, source, release)
    row.update({"status": "completed", "updated_at": context.now})


def _promote(context: RequestContext, target: Row, source: App, release: ReleaseRow) -> None:
    app = context.state.apps.get(target["app"]["id"])
    if app is None:
        problem = "App was deleted"
    elif not may_see(context.account, app):
        problem = "User does not have access to that app"
    elif context.state.behavior_of(app).promotion_fails:
        problem = "Release failed"
    else:
        made = releases.promote(context, app, source, release)
        target.update({"release": {"id": made["id"]}, "status": "succeeded"})
        return
    target.update({"error_message": problem, "status": "failed"})
