"""Private Spaces VPN."""

from ipaddress import ip_address
from typing import Any

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources.spaces import administered, allocated, check_cidr, named
from aioheroku.testing._state.models import Space
from aioheroku.testing._state.table import Row, Table

routes = Routes("Private Spaces VPN")


@routes.list("/spaces/{space}/vpn-connections")
def listing(context: RequestContext) -> Table[Row]:
    """The connections of a space."""
    return named(context).vpns


@routes.get("/spaces/{space}/vpn-connections/{vpn}")
def info(context: RequestContext) -> Row:
    """One connection, by id or name."""
    return context.find(named(context).vpns, "vpn", "vpn_connection")


@routes.post("/spaces/{space}/vpn-connections", {"name": str, "public_ip": str, "routable_cidrs": list})
def create(context: RequestContext) -> Row:
    """A connection, `pending`, then `provisioning`, then `active` with two tunnels.

    422 before the space is allocated, for a name that is taken, and for invalid addresses.
    """
    administered(context)
    space, taken = allocated(context), context.parameters()
    if not taken["name"].strip() or space.vpns.find(taken["name"]):
        raise invalid("Name is blank or has already been taken.")
    row: Row = {
        "id": f"{context.state.rng.randrange(10**11, 10**12)}",
        "ike_version": 1,
        "name": taken["name"],
        "public_ip": _address(taken["public_ip"]),
        "routable_cidrs": _blocks(taken["routable_cidrs"]),
        "space_cidr_block": space.row["cidr"],
        "status": "pending",
        "status_message": "",
        "tunnels": [],
    }
    space.vpns.add(row)
    step = context.state.behavior.network_seconds
    context.call_later(step, lambda later: _provision(later, row, step))
    return row


@routes.patch("/spaces/{space}/vpn-connections/{vpn}", {"routable_cidrs": list})
def update(context: RequestContext) -> Row:
    """Change the blocks that are reached through it."""
    administered(context)
    row = info(context)
    row["routable_cidrs"] = _blocks(context.parameters()["routable_cidrs"])
    return row


@routes.delete("/spaces/{space}/vpn-connections/{vpn}", status=202, title="Destroy")
def delete(context: RequestContext) -> Row:
    """It is `deprovisioning`, then gone."""
    space: Space = administered(context)
    row = info(context)
    row["status"] = "deprovisioning"
    context.call_later(context.state.behavior.network_seconds, lambda _: space.vpns.remove(row))
    return row


def _provision(context: RequestContext, row: Row, step: float) -> None:
    if row["status"] == "pending":
        row["status"] = "provisioning"
        context.call_later(step, lambda later: _activate(later, row))


def _activate(context: RequestContext, row: Row) -> None:
    if row["status"] != "provisioning":
        return
    rng = context.state.rng
    row["status"] = "active"
    row["tunnels"] = [
        {
            "customer_ip": row["public_ip"],
            "ip": f"203.0.113.{rng.randint(1, 254)}",
            "last_status_change": context.now,
            "pre_shared_key": f"{rng.getrandbits(128):032x}",
            "status": "UP",
            "status_message": "",
        }
        for _ in range(2)
    ]


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise invalid(f"Public ip {text} is not an address.") from None


def _blocks(given: list[Any]) -> list[str]:
    if not given or not all(isinstance(one, str) for one in given):
        raise invalid("Routable cidrs must be one or more CIDR blocks.")
    return [check_cidr(one) for one in given]
