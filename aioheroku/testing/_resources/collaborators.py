"""Collaborator."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import is_email
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _app_access
from aioheroku.testing._state.app_rows import CollaboratorRow
from aioheroku.testing._state.models import Account
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import Row, Table

routes = Routes("Collaborator")


@routes.list("/apps/{app}/collaborators", "email", "id")
def listing(context: RequestContext) -> Table[Row]:
    """Who may see the app, its owner included."""
    return _app_access.shown_collaborators(context.app)


@routes.get("/apps/{app}/collaborators/{collaborator}")
def info(context: RequestContext) -> Row:
    """One collaborator, by e-mail or id."""
    return _app_access.shown_collaborator(context.app, _found(context))


@routes.post("/apps/{app}/collaborators", {"user": str}, {"silent": bool})
def create(context: RequestContext) -> Row:
    """Let a user see the app, by e-mail or id; 422 for an unknown id, a malformed e-mail and a collaborator."""
    taken = context.parameters()
    account = person(context.state, taken["user"])
    app = context.app
    if context.parts.collaborators.find(account.row["email"]):
        raise invalid("User is already a collaborator on app.")
    row = _app_access.add_collaborator(context, app, account)
    context.changed("collaborator", "create", app, row)
    app.touch(context.now)
    return _app_access.shown_collaborator(app, row)


@routes.delete("/apps/{app}/collaborators/{collaborator}")
def delete(context: RequestContext) -> Row:
    """Stop showing the app to a user; its owner stays (422)."""
    row = _found(context)
    app = context.app
    if row["user"] is app.owner.ref:
        raise invalid("The owner of an app cannot be removed.")
    shown = _app_access.shown_collaborator(app, row)
    _app_access.remove_collaborator(app, context.state.accounts[row["user"]["email"]])
    app.touch(context.now)
    context.changed("collaborator", "destroy", app, shown)
    return shown


def _found(context: RequestContext) -> CollaboratorRow:
    return context.find(context.parts.collaborators, "collaborator", "collaborator")


def person(state: State, text: str) -> Account:
    """The account with this id or e-mail; an unknown e-mail is invited."""
    if is_email(text):
        return state.account(text)
    known = state.person(text)
    if known is None:
        raise invalid("Couldn't find that user.")
    return known
