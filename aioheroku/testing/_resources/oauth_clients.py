"""OAuth Client."""

import re

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.account_rows import ClientRow
from aioheroku.testing._state.table import Row, Table

routes = Routes("OAuth Client")

_SAFE = re.compile(r"https://[^/\s]|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")


@routes.list("/oauth/clients", "id")
def listing(context: RequestContext) -> Table[ClientRow]:
    """The account's clients."""
    return context.account.clients


@routes.get("/oauth/clients/{client}")
def info(context: RequestContext) -> ClientRow:
    """One client."""
    return context.find(context.account.clients, "client", "client")


@routes.post("/oauth/clients", {"name": str, "redirect_uri": str})
def create(context: RequestContext) -> ClientRow:
    """Register a client, which gets a secret; 422 for a blank name and an address that is not https."""
    taken = _checked(context.parameters())
    return context.account.clients.add(
        {
            "ignores_delinquent": False,
            "name": taken["name"],
            "redirect_uri": taken["redirect_uri"],
            "secret": context.state.uuid(),
            **context.dated(),
        }
    )


@routes.patch("/oauth/clients/{client}", optional={"name": str, "redirect_uri": str})
def update(context: RequestContext) -> ClientRow:
    """Another name or address; its authorizations show it."""
    row = info(context)
    taken = _checked(context.parameters())
    row["name"] = taken.get("name", row["name"])
    row["redirect_uri"] = taken.get("redirect_uri", row["redirect_uri"])
    row["updated_at"] = context.now
    for authorization in context.state.authorizations.of(row["id"]):
        if shown := authorization.row["client"]:
            shown.update({"name": row["name"], "redirect_uri": row["redirect_uri"]})
    return row


@routes.delete("/oauth/clients/{client}")
def delete(context: RequestContext) -> ClientRow:
    """Delete the client, and all its authorizations with their tokens."""
    row = info(context)
    context.account.clients.remove(row)
    for authorization in context.state.authorizations.of(row["id"]):
        authorization.account.authorizations.remove(authorization.row)
        context.state.authorizations.revoke(authorization.row["id"])
    return row


@routes.post("/oauth/clients/{client}/actions/rotate-credentials", title="Rotate Credentials", status=200)
def rotate_credentials(context: RequestContext) -> ClientRow:
    """A new secret; the old one is no longer valid."""
    row = info(context)
    row.update({"secret": context.state.uuid(), "updated_at": context.now})
    return row


def _checked(taken: Row) -> Row:
    if not taken.get("name", "x").strip():
        raise invalid("Name can't be blank.")
    uri: str | None = taken.get("redirect_uri")
    if uri is not None and not _SAFE.match(uri):
        raise invalid("Redirect uri must be a secure (HTTPS) address.")
    return taken
