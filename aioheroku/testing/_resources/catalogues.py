"""Region, Stack, Dyno Size, Generation, Add-on Service and Plan: the catalogues are served without credentials too."""

from aioheroku.testing._errors import not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("Region", public=True)
_OF_PLANS = Widening(
    expansions={"addon_service": lambda context, row: context.state.catalogue.services.find(row["addon_service"]["id"])}
)


@routes.list("/regions", "name", "id")
def regions(context: RequestContext) -> Table[Row]:
    """Where apps run."""
    return context.state.catalogue.regions


@routes.get("/regions/{region}")
def region(context: RequestContext) -> Row:
    """One region."""
    return context.find(context.state.catalogue.regions, "region", "region")


@routes.list("/stacks", "name", "id", of="Stack")
def stacks(context: RequestContext) -> Table[Row]:
    """What apps run on."""
    return context.state.catalogue.stacks


@routes.get("/stacks/{stack}", of="Stack")
def stack(context: RequestContext) -> Row:
    """One stack."""
    return context.find(context.state.catalogue.stacks, "stack", "stack")


@routes.list("/apps/{app}/available-stacks", of="Stack", title="List By App", public=False)
def stacks_of_app(context: RequestContext) -> Table[Row]:
    """What this app can run on."""
    return context.state.catalogue.stacks_of(context.app.row["generation"]["name"])


@routes.list("/dyno-sizes", of="Dyno Size")
def sizes(context: RequestContext) -> Table[Row]:
    """All sizes of today."""
    return context.state.catalogue.sizes


@routes.get("/dyno-sizes/{size}", of="Dyno Size")
def size(context: RequestContext) -> Row:
    """One size, by id or name."""
    return context.find(context.state.catalogue.sizes, "size", "dyno_size")


@routes.list("/apps/{app}/available-dyno-sizes", of="Dyno Size", title="List Available Dyno Sizes", public=False)
def sizes_of_app(context: RequestContext) -> Table[Row]:
    """The sizes that this app can have."""
    row = context.app.row
    return context.state.catalogue.sizes_of(row["generation"]["name"], in_space=row["space"] is not None)


@routes.list("/generations", of="Generation")
def generations(context: RequestContext) -> Table[Row]:
    """The generations of the platform."""
    return context.state.catalogue.generations


@routes.get("/generations/{generation}", of="Generation")
def generation(context: RequestContext) -> Row:
    """One generation, by id or name."""
    return context.find(context.state.catalogue.generations, "generation", "generation")


@routes.list("/teams/{team}/available-generations", of="Generation", title="List By Team", public=False)
def generations_of_team(context: RequestContext) -> Table[Row]:
    """The generations that a team can use: all."""
    if not any(context.params["team"] in {each.id, each.name} for each in context.state.organizations.values()):
        raise not_found("team")
    return context.state.catalogue.generations


@routes.list("/addon-services", "name", "id", of="Add-on Service")
def services(context: RequestContext) -> Table[Row]:
    """What can be added to apps."""
    return context.state.catalogue.services


@routes.get("/addon-services/{service}", of="Add-on Service")
def service(context: RequestContext) -> Row:
    """One add-on service."""
    return context.find(context.state.catalogue.services, "service", "addon_service")


@routes.list("/addon-services/{service}/plans", "name", "id", of="Plan", widening=_OF_PLANS)
def plans(context: RequestContext) -> Table[Row]:
    """What a service offers."""
    return context.state.catalogue.plans[service(context)["id"]]


@routes.get("/plans/{plan}", of="Plan", widening=_OF_PLANS)
def any_plan(context: RequestContext) -> Row:
    """One plan, by id or by its whole name."""
    text = context.params["plan"]
    for table in context.state.catalogue.plans.values():
        row = table.find(text)
        if row is not None and text in {row["id"], row["name"]}:
            return row
    raise not_found("addon_plan")


@routes.get("/addon-services/{service}/plans/{plan}", of="Plan", widening=_OF_PLANS)
def plan(context: RequestContext) -> Row:
    """One plan, by id, by its name, or by the part of its name behind the service's."""
    row = plans(context).find(context.params["plan"])
    if row is None:
        raise not_found("addon_plan")
    return row
