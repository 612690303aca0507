"""Region, Stack, Add-on Service and Plan: served without credentials too."""

from aioheroku.testing._errors import not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("Region", public=True)


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


@routes.list("/addon-services", "name", "id", of="Add-on Service")
def services(context: RequestContext) -> Table[Row]:
    """What can be added to apps."""
    return context.state.catalogue.services


@routes.get("/addon-services/{service}", of="Add-on Service")
def service(context: RequestContext) -> Row:
    """One add-on service."""
    return context.find(context.state.catalogue.services, "service", "addon_service")


@routes.list("/addon-services/{service}/plans", "name", "id", of="Plan")
def plans(context: RequestContext) -> Table[Row]:
    """What a service offers."""
    return context.state.catalogue.plans[service(context)["id"]]


@routes.get("/plans/{plan}", of="Plan")
def any_plan(context: RequestContext) -> Row:
    """One plan, by id or by its whole name."""
    text = context.params["plan"]
    for table in context.state.catalogue.plans.values():
        row = table.find(text)
        if row is not None and text in {row["id"], row["name"]}:
            return row
    raise not_found("addon_plan")


@routes.get("/addon-services/{service}/plans/{plan}", of="Plan")
def plan(context: RequestContext) -> Row:
    """One plan, by id, by its name, or by the part of its name behind the service's."""
    row = plans(context).find(context.params["plan"])
    if row is None:
        raise not_found("addon_plan")
    return row
