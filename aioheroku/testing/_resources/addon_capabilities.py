"""Add-on Region Capability: every service in every region."""

from random import Random

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.catalogue import Catalogue
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Add-on Region Capability")


@routes.list("/addon-region-capabilities")
def listing(context: RequestContext) -> Table[Row]:
    """What every service can do in every region."""
    return _capabilities(context.state.catalogue)


@routes.list("/addon-services/{service}/region-capabilities", title="List by Add-on Service")
def list_by_service(context: RequestContext) -> Table[Row]:
    """What a service can do in each region."""
    service = context.find(context.state.catalogue.services, "service", "addon_service")
    return _capabilities(context.state.catalogue).where(lambda row: row["addon_service"]["id"] == service["id"])


@routes.list("/regions/{region}/addon-region-capabilities", title="List By Region")
def list_by_region(context: RequestContext) -> Table[Row]:
    """What each service can do in a region."""
    region = context.find(context.state.catalogue.regions, "region", "region")
    return _capabilities(context.state.catalogue).where(lambda row: row["region"]["id"] == region["id"])


def _capabilities(catalogue: Catalogue) -> Table[Row]:
    return table_of(
        {
            "addon_service": service,
            "id": uuid(Random(f"capability {service['id']} {region['id']}")),
            "region": region,
            "supports_private_networking": service["name"].startswith("heroku-"),
        }
        for service in catalogue.services
        for region in catalogue.regions
    )
