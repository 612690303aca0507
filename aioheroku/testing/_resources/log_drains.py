"""Log Drain."""

import re

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources._addon_lookup import named
from aioheroku.testing._state.app_rows import LogDrainRow
from aioheroku.testing._state.table import Table

routes = Routes("Log Drain")

_ADDRESS = re.compile(r"(?:https?|syslog(?:\+tls)?)://(?:[^/@\s]*@)?[^/@:\s]")


@routes.list("/apps/{app}/log-drains", "url", "id")
def listing(context: RequestContext) -> Table[LogDrainRow]:
    """Where the app's logs go."""
    return context.parts.log_drains


@routes.get("/apps/{app}/log-drains/{drain}")
def info(context: RequestContext) -> LogDrainRow:
    """One drain, by id, URL or token."""
    return context.find(context.parts.log_drains, "drain", "drain")


@routes.post("/apps/{app}/log-drains", {"url": str})
def create(context: RequestContext) -> LogDrainRow:
    """Add a drain; 422 for a URL that logs cannot be sent to, and for one that is already a drain."""
    url = _checked(context)
    if context.parts.log_drains.find(url):
        raise invalid("Url has already been taken.")
    context.app.touch(context.now)
    return context.parts.log_drains.add(
        {"addon": None, "app": context.app.ref, "token": f"d.{context.state.uuid()}", "url": url, **context.dated()}
    )


@routes.delete("/apps/{app}/log-drains/{drain}")
def delete(context: RequestContext) -> LogDrainRow:
    """Stop sending the logs there; an add-on's drain is only removed with the add-on (422)."""
    row = info(context)
    if row["addon"] is not None:
        raise invalid("This drain belongs to an add-on and cannot be removed by itself.")
    context.parts.log_drains.remove(row)
    context.app.touch(context.now)
    return row


@routes.list("/addons/{addon}/log-drains", title="List By Add-on")
def list_by_addon(context: RequestContext) -> Table[LogDrainRow]:
    """Where an add-on receives the logs of its app."""
    app, addon = named(context, context.params["addon"])
    return app.parts.log_drains.where(lambda row: row["addon"] is not None and row["addon"]["id"] == addon["id"])


@routes.put("/addons/{addon}/log-drains/{drain}", {"url": str}, title="Update")
def update_by_addon(context: RequestContext) -> LogDrainRow:
    """Send the logs elsewhere, by id, URL or token of the add-on's drain."""
    row = context.find(list_by_addon(context), "drain", "drain")
    app = named(context, context.params["addon"])[0]
    row.update({"url": _checked(context), "updated_at": context.now})
    app.parts.log_drains.changed()
    app.touch(context.now)
    return row


def _checked(context: RequestContext) -> str:
    """The URL, if logs can be sent to it (422)."""
    url: str = context.parameters()["url"]
    if not _ADDRESS.match(url):
        raise invalid("Url is invalid: use http, https, syslog or syslog+tls.")
    return url
