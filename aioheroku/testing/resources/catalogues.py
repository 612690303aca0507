"""Region, Stack, Add-on Service and Plan: served without credentials too."""

from aioheroku.testing.call import Call
from aioheroku.testing.replies import not_found
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table

routes = Routes("Region", public=True)


@routes.list("/regions", "name", "id")
def regions(call: Call) -> Table:
    """Where apps run."""
    return call.state.catalogue.regions


@routes.get("/regions/{region}")
def region(call: Call) -> Row:
    """One region."""
    return call.find(call.state.catalogue.regions, "region", "region")


@routes.list("/stacks", "name", "id", of="Stack")
def stacks(call: Call) -> Table:
    """What apps run on."""
    return call.state.catalogue.stacks


@routes.get("/stacks/{stack}", of="Stack")
def stack(call: Call) -> Row:
    """One stack."""
    return call.find(call.state.catalogue.stacks, "stack", "stack")


@routes.list("/addon-services", "name", "id", of="Add-on Service")
def services(call: Call) -> Table:
    """What can be added to apps."""
    return call.state.catalogue.services


@routes.get("/addon-services/{service}", of="Add-on Service")
def service(call: Call) -> Row:
    """One add-on service."""
    return call.find(call.state.catalogue.services, "service", "addon_service")


@routes.list("/addon-services/{service}/plans", "name", "id", of="Plan")
def plans(call: Call) -> Table:
    """What a service offers."""
    return call.state.catalogue.plans[service(call)["id"]]


@routes.get("/addon-services/{service}/plans/{plan}", of="Plan")
def plan(call: Call) -> Row:
    """One plan, by id, by its name, or by the part of its name behind the service's."""
    row = plans(call).find(call.params["plan"])
    if row is None:
        raise not_found("addon_plan")
    return row
