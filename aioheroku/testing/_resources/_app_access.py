"""Transfers of apps, and their collaborators."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.app_rows import CollaboratorRow
from aioheroku.testing._state.models import Account, App, Organization


def transfer_to_account(context: RequestContext, app: App, recipient: Account) -> None:
    """Make the account the owner of the app; its collaborators stay."""
    _leave(app)
    app.owner = recipient
    app.row["owner"] = recipient.ref
    app.admins = {recipient.row["id"]}
    add_collaborator(context, app, recipient)
    app.touch(context.now)


def transfer_to_organization(context: RequestContext, app: App, organization: Organization) -> None:
    """Make the organization the owner of the app."""
    _leave(app)
    app.owner = organization.manager
    app.row["owner"] = organization.manager.ref
    app.admins = set()
    app.belong_to(organization)
    app.touch(context.now)


def add_collaborator(context: RequestContext, app: App, account: Account) -> CollaboratorRow:
    """Make the account a collaborator of the app unless it is one; either way return its row."""
    app.add_viewer(account)
    row = app.parts.collaborators.find(account.ref["email"])
    return row or app.parts.collaborators.add({"user": account.ref, **context.dated()})


def remove_collaborator(app: App, account: Account) -> None:
    """Remove the account from the app's collaborators."""
    row = app.parts.collaborators.find(account.ref["email"])
    if row is not None:
        app.parts.collaborators.remove(row)
    app.remove_viewer(account)


def _leave(app: App) -> None:
    app.belong_to(None)
    app.locked = False
