"""OAuth Session: one of each token; deleting it ends the token."""

from aioheroku.testing._errors import found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("OAuth Session")


@routes.list("/oauth/sessions")
def listing(context: RequestContext) -> Table[Row]:
    """The account's sessions."""
    return context.account.sessions


@routes.get("/oauth/sessions/{session}")
def info(context: RequestContext) -> Row:
    """One session, by id; `~` is the one of the request itself."""
    wanted, state = context.params["session"], context.state
    id = state.session_of.get(context.token or "") if wanted == "~" else wanted
    return found(context.account.sessions.find(id or ""), "session")


@routes.delete("/oauth/sessions/{session}")
def delete(context: RequestContext) -> Row:
    """The session ends, and its token with it."""
    row, state = info(context), context.state
    state.authorizations.end_session(row["id"])
    for token in [token for token, id in state.session_of.items() if id == row["id"]]:
        state.withdraw(token)
    context.account.sessions.remove(row)
    return row
