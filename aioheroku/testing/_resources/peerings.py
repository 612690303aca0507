"""Peering and Peering Info."""

from aioheroku.testing._dates import stamp
from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources.spaces import administered, named
from aioheroku.testing._state.models import Space
from aioheroku.testing._state.table import Row, Table

routes = Routes("Peering")

WEEK = 7 * 86400
ACCOUNT = "847227832372"


@routes.get("/spaces/{space}/peering-info", of="Peering Info")
def peering_info(context: RequestContext) -> Row:
    """What a request for a peering must name."""
    space = named(context)
    cidr: str = space.row["cidr"]
    return {
        "aws_account_id": ACCOUNT,
        "aws_region": _region(context, space),
        "dyno_cidr_blocks": [cidr],
        "space_cidr_blocks": [cidr, space.row["data_cidr"]],
        "unavailable_cidr_blocks": [cidr, space.row["data_cidr"]],
        "vpc_cidr": cidr,
        "vpc_id": f"vpc-{space.row['id'].replace('-', '')[:17]}",
    }


@routes.list("/spaces/{space}/peerings")
def listing(context: RequestContext) -> Table[Row]:
    """The one that Heroku manages, and those that were requested."""
    space = named(context)
    _fill(context, space)
    return space.peerings


@routes.get("/spaces/{space}/peerings/{pcx_id}")
def info(context: RequestContext) -> Row:
    """One peering, by its id at AWS."""
    return context.find(listing(context), "pcx_id", "peering")


@routes.post("/spaces/{space}/peerings", {"pcx_id": str}, listed=False)
def accept_by_body(context: RequestContext) -> Row:
    """Accept the request that the body names."""
    return _accept(context, context.parameters()["pcx_id"])


@routes.post("/spaces/{space}/peerings/{pcx_id}/actions/accept", title="Accept", status=202)
def accept(context: RequestContext) -> Row:
    """Accept a request: it is `provisioning`, then `active`; 422 unless it waits for that."""
    return _accept(context, context.params["pcx_id"])


@routes.delete("/spaces/{space}/peerings/{pcx_id}", status=202, title="Destroy")
def delete(context: RequestContext) -> Row:
    """Delete a peering; the one that Heroku manages stays (422)."""
    space, row = administered(context), info(context)
    if row["type"] == "heroku-managed":
        raise invalid("A peering that Heroku manages cannot be deleted.")
    row["status"] = "deleted"
    context.call_later(context.state.behavior.network_seconds, lambda _: space.peerings.remove(row))
    return row


def _accept(context: RequestContext, id: str) -> Row:
    space = administered(context)
    _fill(context, space)
    row = found(space.peerings.find(id), "peering")
    if row["status"] != "pending-acceptance":
        raise invalid(f"The peering is {row['status']}.")
    row["status"] = "provisioning"
    context.call_later(context.state.behavior.network_seconds, lambda _: _activate(row))
    return row


def _activate(row: Row) -> None:
    if row["status"] == "provisioning":
        row["status"] = "active"


def _fill(context: RequestContext, space: Space) -> None:
    """A space begins with its own peering, and with the request of another network."""
    if len(space.peerings):
        return
    for kind, status, cidr, account in (
        ("heroku-managed", "active", space.row["data_cidr"], ACCOUNT),
        ("customer-managed", "pending-acceptance", "172.31.0.0/16", "123456789012"),
    ):
        space.peerings.add(
            {
                "aws_account_id": account,
                "aws_region": _region(context, space),
                "aws_vpc_id": f"vpc-{context.state.rng.getrandbits(68):017x}",
                "cidr_blocks": [cidr],
                "expires": stamp(context.state.now() + WEEK),
                "pcx_id": f"pcx-{context.state.rng.getrandbits(68):017x}",
                "status": status,
                "type": kind,
            }
        )


def _region(context: RequestContext, space: Space) -> str:
    row = context.state.catalogue.regions.find(space.row["region"]["id"])
    region: str = row["provider"]["region"] if row else "us-east-1"
    return region
