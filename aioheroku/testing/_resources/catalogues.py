"""Region, Stack, Dyno Size, Generation, Add-on Service and Plan: the catalogues are served without credentials too."""

from collections.abc import Callable

from aioheroku.testing._errors import found, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.catalogue import Catalogue
from aioheroku.testing._state.table import Row, Table

routes = Routes("Region", public=True)
_OF_PLANS = Widening(
    expansions={"addon_service": lambda context, row: context.state.catalogue.services.find(row["addon_service"]["id"])}
)


def declare_catalogue(
    path: str, param: str, resource: str, read: Callable[[Catalogue], Table[Row]], *orders: str
) -> None:
    """Declare the list of a catalogue, and one of its rows by id or name."""
    kind = resource.lower().replace("-", "").replace(" ", "_")

    @routes.list(path, *orders, of=resource)
    def listing(context: RequestContext) -> Table[Row]:
        return read(context.state.catalogue)

    @routes.get(f"{path}/{{{param}}}", of=resource)
    def info(context: RequestContext) -> Row:
        return context.find(listing(context), param, kind)


declare_catalogue("/regions", "region", "Region", lambda catalogue: catalogue.regions, "name", "id")
declare_catalogue("/stacks", "stack", "Stack", lambda catalogue: catalogue.stacks, "name", "id")
declare_catalogue("/dyno-sizes", "size", "Dyno Size", lambda catalogue: catalogue.sizes)
declare_catalogue("/generations", "generation", "Generation", lambda catalogue: catalogue.generations)
declare_catalogue("/addon-services", "service", "Add-on Service", lambda catalogue: catalogue.services, "name", "id")


@routes.list("/apps/{app}/available-stacks", of="Stack", title="List By App", public=False)
def stacks_of_app(context: RequestContext) -> Table[Row]:
    """What this app can run on."""
    return context.state.catalogue.stacks_of(context.app.row["generation"]["name"])


@routes.list("/apps/{app}/available-dyno-sizes", of="Dyno Size", title="List Available Dyno Sizes", public=False)
def sizes_of_app(context: RequestContext) -> Table[Row]:
    """The sizes that this app can have."""
    row = context.app.row
    return context.state.catalogue.sizes_of(row["generation"]["name"], in_space=row["space"] is not None)


@routes.list("/teams/{team}/available-generations", of="Generation", title="List By Team", public=False)
def generations_of_team(context: RequestContext) -> Table[Row]:
    """The generations that a team can use: all."""
    found(context.state.known_team(context.params["team"]), "team")
    return context.state.catalogue.generations


@routes.list("/addon-services/{service}/plans", "name", "id", of="Plan", widening=_OF_PLANS)
def plans(context: RequestContext) -> Table[Row]:
    """What a service offers."""
    service = context.find(context.state.catalogue.services, "service", "addon_service")
    return context.state.catalogue.plans[service["id"]]


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
    """One plan, by id, by its name, or by the part of its name after the service's."""
    return context.find(plans(context), "plan", "addon_plan")
