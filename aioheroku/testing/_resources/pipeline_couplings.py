"""Pipeline Coupling."""

from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http.body_schema import OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _pipeline_access as access
from aioheroku.testing._state.delivery import STAGES, may_see
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Pipeline Coupling")

_STAGE = OneOf(STAGES)


@routes.list("/pipelines/{pipeline}/pipeline-couplings", title="List By Pipeline")
def of_pipeline(context: RequestContext) -> Table[Row]:
    """The couplings of a pipeline, also those of apps that the account may not see."""
    return table_of(context.state.delivery.coupled(access.named(context)["id"]))


@routes.list("/users/~/pipeline-couplings", title="List By Current User")
def of_user(context: RequestContext) -> Table[Row]:
    """The couplings of the account's own apps."""
    return table_of(row for row in context.state.delivery.couplings if _app(context, row).owner is context.account)


@routes.list("/pipeline-couplings")
def listing(context: RequestContext) -> Table[Row]:
    """The couplings of all apps that the account may see."""
    couplings = context.state.delivery.couplings
    return table_of(row for row in couplings if may_see(context.account, _app(context, row)))


@routes.list("/teams/{team}/pipeline-couplings", title="List By Team")
def of_team(context: RequestContext) -> Table[Row]:
    """The couplings of a team's apps, for its members."""
    team = context.state.team(context.account, context.params["team"])
    return table_of(row for row in context.state.delivery.couplings if _app(context, row).organization is team)


@routes.post("/pipeline-couplings", {"app": str, "pipeline": str, "stage": _STAGE})
def create(context: RequestContext) -> Row:
    """Put an app into a stage; 422 for one that is in a pipeline already."""
    taken = context.parameters()
    app = context.state.app(context.account, taken["app"])
    pipeline = access.pipeline(context, taken["pipeline"])
    if context.state.delivery.coupling(app.row["id"]) is not None:
        raise invalid("App is already in a pipeline.")
    return couple(context, app, pipeline, taken["stage"])


def couple(context: RequestContext, app: App, pipeline: Row, stage: str) -> Row:
    """A new coupling."""
    return context.state.delivery.couple(
        {"app": {"id": app.row["id"]}, "pipeline": {"id": pipeline["id"]}, "stage": stage, **context.dated()}
    )


@routes.get("/pipeline-couplings/{coupling}")
def info(context: RequestContext) -> Row:
    """One coupling of an app or pipeline that the account may see."""
    row = context.find(context.state.delivery.couplings, "coupling", "pipeline_coupling")
    if not may_see(context.account, _app(context, row)):
        access.pipeline(context, row["pipeline"]["id"])
    return row


@routes.patch("/pipeline-couplings/{coupling}", optional={"stage": _STAGE})
def update(context: RequestContext) -> Row:
    """Move an app to another stage."""
    row = info(context)
    row.update({"stage": context.parameters().get("stage", row["stage"]), "updated_at": context.now})
    return row


@routes.delete("/pipeline-couplings/{coupling}")
def delete(context: RequestContext) -> Row:
    """Take an app out of its pipeline."""
    row = info(context)
    context.state.delivery.uncouple(row)
    return row


@routes.get("/apps/{app}/pipeline-couplings", title="Info By App")
def of_app(context: RequestContext) -> Row:
    """The coupling of an app; 404 for an app that is in no pipeline."""
    return found(context.state.delivery.coupling(context.app.row["id"]), "pipeline_coupling")


def _app(context: RequestContext, row: Row) -> App:
    return context.state.apps[row["app"]["id"]]
