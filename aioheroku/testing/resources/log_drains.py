"""Log Drain."""

import re

from aioheroku.testing.call import Call
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table

routes = Routes("Log Drain")

_ADDRESS = re.compile(r"(?:https?|syslog(?:\+tls)?)://(?:[^/@\s]*@)?[^/@:\s]")


@routes.list("/apps/{app}/log-drains", "url", "id")
def listing(call: Call) -> Table:
    """Where the app's logs go."""
    return call.parts.log_drains


@routes.get("/apps/{app}/log-drains/{drain}")
def info(call: Call) -> Row:
    """One drain, by id, URL or token."""
    return call.find(call.parts.log_drains, "drain", "drain")


@routes.post("/apps/{app}/log-drains", {"url": str})
def create(call: Call) -> Row:
    """Send the logs somewhere; 422 for an URL that takes none, and for one that is there already."""
    url: str = call.take()["url"]
    if not _ADDRESS.match(url):
        raise invalid("Url is invalid: use http, https, syslog or syslog+tls.")
    if call.parts.log_drains.find(url):
        raise invalid("Url has already been taken.")
    call.app.touch(call.now)
    return call.parts.log_drains.add(call.new({"addon": None, "token": f"d.{call.state.uuid()}", "url": url}))


@routes.delete("/apps/{app}/log-drains/{drain}")
def delete(call: Call) -> Row:
    """Stop sending the logs there; an add-on's drain goes with the add-on only (422)."""
    row = info(call)
    if row["addon"] is not None:
        raise invalid("This drain belongs to an add-on and cannot be removed by itself.")
    call.parts.log_drains.remove(row)
    call.app.touch(call.now)
    return row
