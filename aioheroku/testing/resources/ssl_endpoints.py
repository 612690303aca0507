"""SSL Endpoint."""

from aioheroku.testing import certificates
from aioheroku.testing.call import Call
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table
from aioheroku.testing.words import endpoint_name

routes = Routes("SSL Endpoint")


@routes.list("/apps/{app}/ssl-endpoints", "name", "id")
def listing(call: Call) -> Table:
    """The app's certificates."""
    return call.parts.ssl_endpoints


@routes.get("/apps/{app}/ssl-endpoints/{endpoint}")
def info(call: Call) -> Row:
    """One endpoint, by id or name."""
    return call.find(call.parts.ssl_endpoints, "endpoint", "ssl_endpoint")


@routes.post(
    "/apps/{app}/ssl-endpoints",
    {"certificate_chain": str, "private_key": str},
    {"preprocess": bool},
)
def create(call: Call) -> Row:
    """An endpoint for a certificate and its key, which must parse and match (422)."""
    taken = call.take()
    certificates.check(taken["certificate_chain"], taken["private_key"])
    name = endpoint_name(call.state.rng)
    call.app.touch(call.now)
    return call.parts.ssl_endpoints.add(
        call.new(
            {
                "certificate_chain": taken["certificate_chain"],
                "cname": f"{name}.herokussl.com",
                "name": name,
            }
        )
    )


@routes.patch(
    "/apps/{app}/ssl-endpoints/{endpoint}",
    optional={"certificate_chain": str, "preprocess": bool, "private_key": str, "rollback": bool},
)
def update(call: Call) -> Row:
    """Another certificate, or with `rollback` the one before; 422 where there is none before."""
    row = info(call)
    before = call.parts.certificates.setdefault(row["id"], [])
    taken = call.take()
    if taken.get("rollback"):
        if not before:
            raise invalid("There is no earlier certificate to roll back to.")
        row["certificate_chain"] = before.pop()
    elif "certificate_chain" in taken:
        certificates.check(taken["certificate_chain"], taken.get("private_key"))
        before.append(row["certificate_chain"])
        row["certificate_chain"] = taken["certificate_chain"]
    row["updated_at"] = call.now
    call.app.touch(call.now)
    return row


@routes.delete("/apps/{app}/ssl-endpoints/{endpoint}")
def delete(call: Call) -> Row:
    """Give the endpoint up."""
    row = info(call)
    call.parts.ssl_endpoints.remove(row)
    call.app.touch(call.now)
    return row
