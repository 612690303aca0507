"""SSL Endpoint."""

from aioheroku.testing._data import certificates
from aioheroku.testing._data.names import endpoint_name
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.app_rows import SslEndpointRow
from aioheroku.testing._state.table import Table

routes = Routes("SSL Endpoint")


@routes.list("/apps/{app}/ssl-endpoints", "name", "id")
def listing(context: RequestContext) -> Table[SslEndpointRow]:
    """The app's certificates."""
    return context.parts.ssl_endpoints


@routes.get("/apps/{app}/ssl-endpoints/{endpoint}")
def info(context: RequestContext) -> SslEndpointRow:
    """One endpoint, by id or name."""
    return context.find(context.parts.ssl_endpoints, "endpoint", "ssl_endpoint")


@routes.post(
    "/apps/{app}/ssl-endpoints",
    {"certificate_chain": str, "private_key": str},
    {"preprocess": bool},
)
def create(context: RequestContext) -> SslEndpointRow:
    """An endpoint for a certificate and its key, which must parse and match (422)."""
    taken = context.parameters()
    certificates.check(taken["certificate_chain"], taken["private_key"])
    name = endpoint_name(context.state.rng)
    context.app.touch(context.now)
    return context.parts.ssl_endpoints.add(
        {
            "certificate_chain": taken["certificate_chain"],
            "cname": f"{name}.herokussl.com",
            "name": name,
            **context.dated(),
        }
    )


@routes.patch(
    "/apps/{app}/ssl-endpoints/{endpoint}",
    optional={"certificate_chain": str, "preprocess": bool, "private_key": str, "rollback": bool},
)
def update(context: RequestContext) -> SslEndpointRow:
    """Another certificate, or with `rollback` the previous one; 422 if there is none."""
    row = info(context)
    before = context.parts.certificates.setdefault(row["id"], [])
    taken = context.parameters()
    if taken.get("rollback"):
        if not before:
            raise invalid("There is no earlier certificate to roll back to.")
        row["certificate_chain"] = before.pop()
    elif "certificate_chain" in taken:
        certificates.check(taken["certificate_chain"], taken.get("private_key"))
        before.append(row["certificate_chain"])
        row["certificate_chain"] = taken["certificate_chain"]
    row["updated_at"] = context.now
    context.app.touch(context.now)
    return row


@routes.delete("/apps/{app}/ssl-endpoints/{endpoint}")
def delete(context: RequestContext) -> SslEndpointRow:
    """Delete the endpoint."""
    row = info(context)
    context.parts.ssl_endpoints.remove(row)
    context.app.touch(context.now)
    return row
