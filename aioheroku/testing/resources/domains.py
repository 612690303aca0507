"""Domain."""

import re

from aioheroku.testing.call import Call
from aioheroku.testing.checks import Nullable
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.state import App
from aioheroku.testing.table import Row, Table

routes = Routes("Domain")

_HOSTNAME = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@routes.list("/apps/{app}/domains", "hostname", "id")
def listing(call: Call) -> Table:
    """The default domain and the custom ones."""
    return call.parts.domains


@routes.get("/apps/{app}/domains/{domain}")
def info(call: Call) -> Row:
    """One domain, by id or hostname."""
    return call.find(call.parts.domains, "domain", "domain_name")


@routes.post("/apps/{app}/domains", {"hostname": str}, beyond={"sni_endpoint": Nullable(str)})
def create(call: Call) -> Row:
    """Route a hostname to the app; 422 for a malformed one and for one in use."""
    taken = call.take()
    hostname = taken["hostname"].lower()
    app, table = call.app, call.parts.domains
    if not _HOSTNAME.fullmatch(hostname):
        raise invalid(f"Domain {hostname} is not a valid hostname.")
    if table.find(hostname):
        raise invalid("Domain already added to this app.")
    if hostname in call.state.hostnames:
        raise invalid(f"{hostname} is currently in use by another app.")
    call.state.hostnames[hostname] = app.row["id"]
    app.touch(call.now)
    cname = f"{app.row['name']}.herokuapp.com"
    return table.add(call.new({"app": app.ref, "cname": cname, "hostname": hostname, "kind": "custom"}))


@routes.delete("/apps/{app}/domains/{domain}")
def delete(call: Call) -> Row:
    """Stop routing a hostname; the default domain stays (422)."""
    row = info(call)
    if row["kind"] == "heroku":
        raise invalid("The default domain of an app cannot be removed.")
    call.parts.domains.remove(row)
    call.state.hostnames.pop(row["hostname"], None)
    call.app.touch(call.now)
    return row


def add_default(call: Call, app: App) -> None:
    """The domain every app is born with."""
    hostname = f"{app.row['name']}.herokuapp.com"
    app.parts.domains.add(call.new({"app": app.ref, "cname": None, "hostname": hostname, "kind": "heroku"}))


def rename(app: App, name: str) -> None:
    """The app gets another name, and its default domain with it."""
    old, new = f"{app.row['name']}.herokuapp.com", f"{name}.herokuapp.com"
    for row in app.parts.domains:
        for key in ("hostname", "cname"):
            if row[key] == old:
                row[key] = new
    app.parts.domains.changed()
