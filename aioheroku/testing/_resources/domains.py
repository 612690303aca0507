"""Domain."""

import re

from aioheroku.testing._errors import found, invalid
from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import certificate_management as acm
from aioheroku.testing._state.app_rows import DomainRow, SniEndpointRow
from aioheroku.testing._state.domain_rows import custom_domain, default_domain
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Table

routes = Routes("Domain")

_HOSTNAME = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@routes.list("/apps/{app}/domains", "hostname", "id", old_orders={"domain": "hostname"})
def listing(context: RequestContext) -> Table[DomainRow]:
    """The default domain and the custom ones; heroku3 asks for them by `domain`."""
    return context.parts.domains


@routes.get("/apps/{app}/domains/{domain}")
def info(context: RequestContext) -> DomainRow:
    """One domain, by id or hostname."""
    return context.find(context.parts.domains, "domain", "domain_name")


@routes.post("/apps/{app}/domains", {"hostname": str}, undocumented={"sni_endpoint": Nullable(str)})
def create(context: RequestContext) -> DomainRow:
    """Route a hostname to the app; 422 for a malformed one and for one in use."""
    taken = context.parameters()
    hostname = taken["hostname"].lower()
    app, table = context.app, context.parts.domains
    if not _HOSTNAME.fullmatch(hostname):
        raise invalid(f"Domain {hostname} is not a valid hostname.")
    if table.find(hostname):
        raise invalid("Domain already added to this app.")
    if hostname in context.state.hostnames:
        raise invalid(f"{hostname} is currently in use by another app.")
    context.state.hostnames[hostname] = app.row["id"]
    app.touch(context.now)
    endpoint = _endpoint(context, taken.get("sni_endpoint"))
    row = table.add(custom_domain(app, hostname, "pending", context.dated()))
    acm.serve(row, endpoint, app, context.now)
    context.changed("domain", "create", app, row)
    if app.row["acm"]:
        acm.begin(context, app, row)
    context.call_later(context.state.behavior_of(app).domain_seconds, lambda later: _settle(later, app, row))
    return row


@routes.patch("/apps/{app}/domains/{domain}", {"sni_endpoint": Nullable(str)})
def update(context: RequestContext) -> DomainRow:
    """Serve a custom domain with another certificate, by id or name, or with none."""
    row = info(context)
    if row["kind"] == "heroku":
        raise invalid("The default domain of an app has the certificate of the platform.")
    before = {"sni_endpoint": row["sni_endpoint"]}
    acm.serve(row, _endpoint(context, context.parameters()["sni_endpoint"]), context.app, context.now)
    context.app.touch(context.now)
    context.changed("domain", "update", context.app, row, before)
    return row


@routes.delete("/apps/{app}/domains/{domain}")
def delete(context: RequestContext) -> DomainRow:
    """Stop routing a hostname; the default domain stays (422)."""
    row = info(context)
    if row["kind"] == "heroku":
        raise invalid("The default domain of an app cannot be removed.")
    app, shown = context.app, {**row}
    acm.serve(row, None, app, row["updated_at"])
    context.parts.domains.remove(row)
    context.state.hostnames.pop(row["hostname"], None)
    app.touch(context.now)
    context.changed("domain", "destroy", app, shown)
    return shown  # type: ignore[return-value]


def _settle(context: RequestContext, app: App, row: DomainRow) -> None:
    """The router knows the hostname, or cannot: one with "fail" in it has failed."""
    if row["id"] in app.parts.domains:
        row.update({"status": "failed" if "fail" in row["hostname"] else "succeeded", "updated_at": context.now})
        context.changed("domain", "update", app, row, {"status": "pending"})


def _endpoint(context: RequestContext, text: str | None) -> SniEndpointRow | None:
    return None if text is None else found(context.parts.sni_endpoints.find(text), "sni_endpoint")


def add_default(context: RequestContext, app: App) -> None:
    """The domain every app is born with."""
    app.parts.domains.add(default_domain(app, context.dated()))


def rename(app: App, name: str) -> None:
    """The app gets another name, and its default domain with it."""
    old, new = f"{app.row['name']}.herokuapp.com", f"{name}.herokuapp.com"
    for row in app.parts.domains:
        for key in ("hostname", "cname"):
            if row[key] == old:
                row[key] = new
    app.parts.domains.changed()
