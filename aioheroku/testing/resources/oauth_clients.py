"""OAuth Client."""

import re

from aioheroku.testing.call import Call
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table

routes = Routes("OAuth Client")

_SAFE = re.compile(r"https://[^/\s]|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")


@routes.list("/oauth/clients", "id")
def listing(call: Call) -> Table:
    """The account's clients."""
    return call.account.clients


@routes.get("/oauth/clients/{client}")
def info(call: Call) -> Row:
    """One client."""
    return call.find(call.account.clients, "client", "client")


@routes.post("/oauth/clients", {"name": str, "redirect_uri": str})
def create(call: Call) -> Row:
    """Register a client, which gets a secret; 422 for a blank name and an address that is not https."""
    taken = _checked(call.take())
    return call.account.clients.add(
        call.new({"ignores_delinquent": False, **taken, "secret": call.state.uuid()}),
    )


@routes.patch("/oauth/clients/{client}", optional={"name": str, "redirect_uri": str})
def update(call: Call) -> Row:
    """Another name or address; its authorizations show it."""
    row = info(call)
    taken = _checked(call.take())
    row.update(taken, updated_at=call.now)
    for permit in call.state.permits.of(row["id"]):
        permit.row["client"].update(taken)
    return row


@routes.delete("/oauth/clients/{client}")
def delete(call: Call) -> Row:
    """The client goes, and every authorization of it with all its tokens."""
    row = info(call)
    call.account.clients.remove(row)
    for permit in call.state.permits.of(row["id"]):
        permit.account.authorizations.remove(permit.row)
        call.state.permits.revoke(permit.row["id"])
    return row


def _checked(taken: Row) -> Row:
    if not taken.get("name", "x").strip():
        raise invalid("Name can't be blank.")
    uri: str | None = taken.get("redirect_uri")
    if uri is not None and not _SAFE.match(uri):
        raise invalid("Redirect uri must be a secure (HTTPS) address.")
    return taken
