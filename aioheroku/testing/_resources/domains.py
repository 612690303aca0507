"""Domain."""

import re

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.app_rows import DomainRow
from aioheroku.testing._state.models import App
from aioheroku.testing._state.table import Table

routes = Routes("Domain")

_HOSTNAME = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@routes.list("/apps/{app}/domains", "hostname", "id")
def listing(context: RequestContext) -> Table[DomainRow]:
    """The default domain and the custom ones."""
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
    cname = f"{app.row['name']}.herokuapp.com"
    return table.add({"app": app.ref, "cname": cname, "hostname": hostname, "kind": "custom", **context.dated()})


@routes.delete("/apps/{app}/domains/{domain}")
def delete(context: RequestContext) -> DomainRow:
    """Stop routing a hostname; the default domain stays (422)."""
    row = info(context)
    if row["kind"] == "heroku":
        raise invalid("The default domain of an app cannot be removed.")
    context.parts.domains.remove(row)
    context.state.hostnames.pop(row["hostname"], None)
    context.app.touch(context.now)
    return row


def add_default(context: RequestContext, app: App) -> None:
    """The domain every app is born with."""
    hostname = f"{app.row['name']}.herokuapp.com"
    app.parts.domains.add({"app": app.ref, "cname": None, "hostname": hostname, "kind": "heroku", **context.dated()})


def rename(app: App, name: str) -> None:
    """The app gets another name, and its default domain with it."""
    old, new = f"{app.row['name']}.herokuapp.com", f"{name}.herokuapp.com"
    for row in app.parts.domains:
        for key in ("hostname", "cname"):
            if row[key] == old:
                row[key] = new
    app.parts.domains.changed()
