"""OAuth Authorization."""

from random import Random
from typing import Any

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema, Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.account_rows import AuthorizationRow, ClientRow, FullUserRef, ShownClient, TokenRow
from aioheroku.testing._state.authorizations import LIFE, LONGEST_LIFE, Authorization
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account
from aioheroku.testing._state.table import Table, table_of

routes = Routes("OAuth Authorization")

SCOPES = ("global", "identity", "read", "read-protected", "write", "write-protected")
MASK = "*" * 10


@routes.list("/oauth/authorizations", "id")
def listing(context: RequestContext) -> Table[AuthorizationRow]:
    """What the account has authorized, with asterisks for tokens."""
    return table_of(map(_masked, context.account.authorizations))


@routes.get("/oauth/authorizations/{authorization}")
def info(context: RequestContext) -> AuthorizationRow:
    """One authorization; `~` is the one of the request's own token."""
    if context.params["authorization"] == "~":
        return _own(context)
    return context.find(context.account.authorizations, "authorization", "authorization")


@routes.post(
    "/oauth/authorizations",
    {"scope": list},
    {"client": str, "description": str, "expires_in": Nullable(int)},
    undocumented={"expires_in": object},  # a number, a string of digits, or null
    waived=("scope",),
)
def create(context: RequestContext) -> AuthorizationRow:
    """Authorize the account itself, with an access token, or a client, with a code that it exchanges for tokens.

    Without a scope, as the Heroku CLI sends it by default, it is `global`.
    422 for an unknown scope or client, and for a token that would have expired already.
    """
    taken = context.parameters()
    scope: list[Any] = taken.get("scope", ["global"])
    if not scope or any(word not in SCOPES for word in scope):
        raise invalid(f"Scope must be one or more of {', '.join(SCOPES)}.")
    client = _client(context, taken["client"]) if "client" in taken else None
    life = _life(taken.get("expires_in", LIFE if client else None))
    row: AuthorizationRow = {
        "access_token": None,
        "client": _shown_client(client),
        "description": taken.get("description") or (client["name"] if client else "Long-lived user authorization"),
        "grant": None,
        "refresh_token": None,
        "scope": scope,
        "session": None,
        "user": _full(context.account),
        **context.dated(),
    }
    context.state.authorizations.add(Authorization(context.account, row, client, life))
    return context.account.authorizations.add(row)


@routes.delete("/oauth/authorizations/{authorization}")
def delete(context: RequestContext) -> AuthorizationRow:
    """Revoke it: its access token, refresh token and code are no longer valid."""
    row = info(context)
    context.account.authorizations.remove(row)
    context.state.authorizations.revoke(row["id"])
    return row


@routes.patch(
    "/oauth/authorizations/{authorization}",
    {"client": BodySchema({}, {"id": str, "secret": str})},
    {"description": str},
    waived=("client",),
)
def update(context: RequestContext) -> AuthorizationRow:
    """Another description, or another client; its tokens stay."""
    row = info(context)
    taken = context.parameters()
    if id := taken.get("client", {}).get("id"):
        client = _client(context, id)
        row["client"] = _shown_client(client)
        context.state.authorizations.named(row["id"]).client = client
    row["description"] = taken.get("description", row["description"])
    row["updated_at"] = context.now
    return row


@routes.post("/oauth/authorizations/{authorization}/actions/regenerate-tokens", title="Regenerate")
def regenerate(context: RequestContext) -> AuthorizationRow:
    """New tokens in place of the old ones, which are no longer valid."""
    row = info(context)
    context.state.authorizations.regenerate(row["id"])
    row["updated_at"] = context.now
    return row


def _own(context: RequestContext) -> AuthorizationRow:
    """The authorization of the request's token; one is invented for a token without one."""
    token = context.token or ""
    for row in context.account.authorizations:
        if row["access_token"] and row["access_token"]["token"] == token:
            return row
    user, id = context.account, context.state.session_of.get(token)
    made = uuid(Random(f"authorization {token}"))
    return {
        "access_token": {"expires_in": None, "id": made, "token": token},
        "client": None,
        "created_at": user.row["created_at"],
        "description": "Session",
        "grant": None,
        "id": made,
        "refresh_token": None,
        "scope": ["global"],
        "session": {"id": id} if id else None,
        "updated_at": user.row["updated_at"],
        "user": _full(user),
    }


def _full(user: Account) -> FullUserRef:
    return {"email": user.row["email"], "full_name": user.row["name"], "id": user.row["id"]}


def _life(given: Any) -> int | None:
    """Seconds that an access token lasts: a number, also in a string; None: for ever."""
    if isinstance(given, str) and given.isascii() and given.isdigit():
        given = int(given[:12])
    if given is None:
        return None
    if type(given) is not int or not 0 < given <= LONGEST_LIFE:
        raise invalid(f"Expires in must be between 1 and {LONGEST_LIFE}.")
    return given


def _shown_client(client: ClientRow | None) -> ShownClient | None:
    if client is None:
        return None
    return {"id": client["id"], "name": client["name"], "redirect_uri": client["redirect_uri"]}


def _masked(row: AuthorizationRow) -> AuthorizationRow:
    return {**row, "access_token": _hidden(row["access_token"]), "refresh_token": _hidden(row["refresh_token"])}


def _hidden(token: TokenRow | None) -> TokenRow | None:
    return {**token, "token": MASK} if token else None


def _client(context: RequestContext, id: str) -> ClientRow:
    """A client of any account."""
    for account in context.state.accounts.values():
        row = account.clients.find(id)
        if row is not None:
            return row
    raise invalid("Couldn't find that client.")
