"""Collaborator."""

from aioheroku.testing import ownership
from aioheroku.testing.call import Call
from aioheroku.testing.checks import is_email
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.state import Account, State
from aioheroku.testing.table import Row, Table

routes = Routes("Collaborator")


@routes.list("/apps/{app}/collaborators", "email", "id")
def listing(call: Call) -> Table:
    """Who may see the app, its owner included."""
    return call.parts.collaborators


@routes.get("/apps/{app}/collaborators/{collaborator}")
def info(call: Call) -> Row:
    """One collaborator, by e-mail or id."""
    return call.find(call.parts.collaborators, "collaborator", "collaborator")


@routes.post("/apps/{app}/collaborators", {"user": str}, {"silent": bool})
def create(call: Call) -> Row:
    """Let a user see the app, by e-mail or id; 422 for an unknown id, a malformed e-mail and one who already may."""
    taken = call.take()
    account = person(call.state, taken["user"])
    app = call.app
    if call.parts.collaborators.find(account.row["email"]):
        raise invalid("User is already a collaborator on app.")
    row = ownership.join(call, app, account)
    app.touch(call.now)
    return row


@routes.delete("/apps/{app}/collaborators/{collaborator}")
def delete(call: Call) -> Row:
    """Stop showing the app to a user; its owner stays (422)."""
    row = info(call)
    app = call.app
    if row["user"] is app.owner.ref:
        raise invalid("The owner of an app cannot be removed.")
    ownership.part(app, call.state.accounts[row["user"]["email"]])
    app.touch(call.now)
    return row


def person(state: State, text: str) -> Account:
    """The account with this id or e-mail; an e-mail nobody has yet is invited."""
    if is_email(text):
        return state.account(text)
    known = state.person(text)
    if known is None:
        raise invalid("Couldn't find that user.")
    return known
