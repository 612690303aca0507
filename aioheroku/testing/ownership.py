"""How an app changes hands."""

from .call import Call
from .state import Account, App, Organization
from .table import Row


def give(call: Call, app: App, recipient: Account) -> None:
    """The app is this account's; whoever could see it still can."""
    _leave(app)
    app.owner = recipient
    app.row["owner"] = recipient.ref
    app.admins = {recipient.row["id"]}
    join(call, app, recipient)
    app.touch(call.now)


def entrust(call: Call, app: App, organization: Organization) -> None:
    """The app is this organization's."""
    _leave(app)
    app.owner = organization.manager
    app.row["owner"] = organization.manager.ref
    app.admins = set()
    app.organization = organization
    organization.apps.append(app)
    app.touch(call.now)


def join(call: Call, app: App, account: Account) -> Row:
    """The account is a collaborator of the app, unless it is one already; either way its row."""
    app.admit(account)
    row = app.parts.collaborators.find(account.ref["email"])
    return row or app.parts.collaborators.add(call.new({"user": account.ref}))


def part(app: App, account: Account) -> None:
    """The account is no collaborator of the app any more."""
    row = app.parts.collaborators.find(account.ref["email"])
    if row is not None:
        app.parts.collaborators.remove(row)
    app.expel(account)


def _leave(app: App) -> None:
    if app.organization is not None:
        app.organization.apps.remove(app)
    app.organization = None
    app.locked = False
