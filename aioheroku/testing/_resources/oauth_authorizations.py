"""OAuth Authorization."""

from typing import Any

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.account_rows import AuthorizationRow, ClientRow, ShownClient, TokenRow
from aioheroku.testing._state.authorizations import LIFE, LONGEST_LIFE, Authorization
from aioheroku.testing._state.table import Table

routes = Routes("OAuth Authorization")

SCOPES = ("global", "identity", "read", "read-protected", "write", "write-protected")
MASK = "*" * 10


@routes.list("/oauth/authorizations", "id")
def listing(context: RequestContext) -> Table[AuthorizationRow]:
    """What the account has authorized, with asterisks for tokens."""
    table = Table[AuthorizationRow]()
    for row in context.account.authorizations:
        access, refresh = _masked(row["access_token"]), _masked(row["refresh_token"])
        table.add({**row, "access_token": access, "refresh_token": refresh})
    return table


@routes.get("/oauth/authorizations/{authorization}")
def info(context: RequestContext) -> AuthorizationRow:
    """One authorization."""
    return context.find(context.account.authorizations, "authorization", "authorization")


@routes.post(
    "/oauth/authorizations",
    {"scope": list},
    {"client": str, "description": str, "expires_in": Nullable(int)},
)
def create(context: RequestContext) -> AuthorizationRow:
    """Authorize oneself, with an access token at once, or a client, with a code that it exchanges for tokens.

    422 for an unknown scope or client, and for a token that would have expired already.
    """
    taken = context.parameters()
    scope: list[Any] = taken["scope"]
    if not scope or any(word not in SCOPES for word in scope):
        raise invalid(f"Scope must be one or more of {', '.join(SCOPES)}.")
    client = _client(context, taken["client"]) if "client" in taken else None
    life: int | None = taken.get("expires_in", LIFE if client else None)
    if life is not None and not 0 < life <= LONGEST_LIFE:
        raise invalid(f"Expires in must be between 1 and {LONGEST_LIFE}.")
    shown: ShownClient | None = None
    if client is not None:
        shown = {"id": client["id"], "name": client["name"], "redirect_uri": client["redirect_uri"]}
    row: AuthorizationRow = {
        "access_token": None,
        "client": shown,
        "grant": None,
        "refresh_token": None,
        "scope": scope,
        **context.dated(),
    }
    context.state.authorizations.add(Authorization(context.account, row, client, life))
    return context.account.authorizations.add(row)


@routes.delete("/oauth/authorizations/{authorization}")
def delete(context: RequestContext) -> AuthorizationRow:
    """Revoke it: its access token, refresh token and code are worth nothing from now on."""
    row = info(context)
    context.account.authorizations.remove(row)
    context.state.authorizations.revoke(row["id"])
    return row


def _masked(token: TokenRow | None) -> TokenRow | None:
    return {**token, "token": MASK} if token else None


def _client(context: RequestContext, id: str) -> ClientRow:
    """A client of any account."""
    for account in context.state.accounts.values():
        row = account.clients.find(id)
        if row is not None:
            return row
    raise invalid("Couldn't find that client.")
