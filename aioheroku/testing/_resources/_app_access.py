"""Transfers of apps, their collaborators, and how apps are shown."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import is_email
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening, generation_name
from aioheroku.testing._state.account_rows import MemberRow
from aioheroku.testing._state.app_rows import CollaboratorRow
from aioheroku.testing._state.membership import add_member, keep_one_admin, set_default
from aioheroku.testing._state.models import Account, App, Organization, user_email
from aioheroku.testing._state.table import Row, Table, table_of
from aioheroku.testing._state.team_catalogue import APP_PERMISSIONS

WIDENING = Widening(sdk={"generation": generation_name})
"""What apps show otherwise on request."""


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
    app.permissions.pop(account.row["id"], None)
    app.remove_viewer(account)


def change_member(context: RequestContext, organization: Organization) -> MemberRow:
    """Add the member that the body names, or change its role.

    422 for a malformed e-mail, and if no admin would be left.
    """
    taken = context.parameters()
    if not is_email(taken["email"]):
        raise invalid("Email is invalid.")
    account = context.state.account(taken["email"])
    if taken["role"] not in {"admin", "owner"}:
        keep_one_admin(organization, account)
    return add_member(context.state, organization, account, taken["role"])


def remove_from_organization(organization: Organization, account: Account) -> None:
    """Remove a member, from the organization's apps too; 422 if no admin would be left."""
    keep_one_admin(organization, account)
    row = organization.members.find(account.ref["email"])
    if row is not None:
        organization.members.remove(row)
    organization.federated.discard(account.row["id"])
    for app in organization.apps:
        remove_collaborator(app, account)
    if account.default is organization:
        set_default(account, None)


def shown_collaborator(app: App, row: CollaboratorRow) -> Row:
    """A collaborator as the wire shows it today: with the app, the role and the permissions."""
    user = row["user"]
    names = app.permissions.get(user["id"], list(APP_PERMISSIONS))
    member = app.organization.members.find(user["email"]) if app.organization else None
    return {
        **row,
        "app": app.ref,
        "permissions": [{"description": APP_PERMISSIONS[name], "name": name} for name in names],
        "role": member["role"] if member else "owner" if user is app.owner.ref else "collaborator",
        "user": {**user, "federated": app.organization is not None and user["id"] in app.organization.federated},
    }


def shown_collaborators(app: App) -> Table[Row]:
    """All of them."""
    return table_of((shown_collaborator(app, row) for row in app.parts.collaborators), "email", email=user_email)


def _leave(app: App) -> None:
    app.belong_to(None)
    app.locked = False
