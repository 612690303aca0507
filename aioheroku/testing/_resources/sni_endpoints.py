"""SNI Endpoint."""

from aioheroku.testing._data import certificates
from aioheroku.testing._data.names import sni_endpoint_name
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.app_rows import SniEndpointRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Row, Table

routes = Routes("SNI Endpoint")

_CERTIFICATE = {"certificate_chain": str, "private_key": str}


@routes.list("/apps/{app}/sni-endpoints")
def listing(context: RequestContext) -> Table[SniEndpointRow]:
    """The app's certificates."""
    return context.parts.sni_endpoints


@routes.get("/apps/{app}/sni-endpoints/{endpoint}")
def info(context: RequestContext) -> SniEndpointRow:
    """One endpoint, by id or name."""
    return context.find(context.parts.sni_endpoints, "endpoint", "sni_endpoint")


@routes.post("/apps/{app}/sni-endpoints", _CERTIFICATE)
def create(context: RequestContext) -> SniEndpointRow:
    """A certificate and its key, which must parse and match (422); domains name it later."""
    chain, ssl_cert = _checked(context)
    return add(context, context.app, chain, ssl_cert)


@routes.patch("/apps/{app}/sni-endpoints/{endpoint}", _CERTIFICATE)
def update(context: RequestContext) -> SniEndpointRow:
    """Another certificate, for the same domains."""
    row = info(context)
    chain, ssl_cert = _checked(context)
    before = {"certificate_chain": row["certificate_chain"], "ssl_cert": row["ssl_cert"]}
    row.update({"certificate_chain": chain, "ssl_cert": ssl_cert, "updated_at": context.now})
    context.app.touch(context.now)
    context.changed("sni-endpoint", "update", context.app, row, before)
    return row


@routes.delete("/apps/{app}/sni-endpoints/{endpoint}")
def delete(context: RequestContext) -> SniEndpointRow:
    """Delete the certificate; its domains have none then. Where Heroku manages it (ACM), it stays (422)."""
    row = info(context)
    if row["ssl_cert"]["acm"]:
        raise invalid("This certificate is managed by Heroku: disable automated certificate management instead.")
    remove(context, context.app, row)
    return row


def add(context: RequestContext, app: App, chain: str, ssl_cert: Row) -> SniEndpointRow:
    """A new endpoint."""
    row: SniEndpointRow = {
        "app": app.ref,
        "certificate_chain": chain,
        "display_name": None,
        "domains": [],
        "name": sni_endpoint_name(context.state.rng),
        "ssl_cert": ssl_cert,
        **context.dated(),
    }
    app.parts.sni_endpoints.add(row)
    app.touch(context.now)
    context.changed("sni-endpoint", "create", app, row)
    return row


def remove(context: RequestContext, app: App, row: SniEndpointRow) -> None:
    """Remove the endpoint, also from the domains that name it."""
    app.parts.sni_endpoints.remove(row)
    for domain in app.parts.domains:
        if domain["sni_endpoint"] and domain["sni_endpoint"]["id"] == row["id"]:
            domain.update({"sni_endpoint": None, "updated_at": context.now})
    app.touch(context.now)
    context.changed("sni-endpoint", "destroy", app, row)


def _checked(context: RequestContext) -> tuple[str, Row]:
    taken = context.parameters()
    certificates.check(taken["certificate_chain"], taken["private_key"])
    return taken["certificate_chain"], certificates.describe(taken["certificate_chain"], context.state.uuid())
