"""Organization App Collaborator."""

from aioheroku.testing.call import Call
from aioheroku.testing.organizations import enrol, expect, forbidden
from aioheroku.testing.ownership import join, part
from aioheroku.testing.replies import invalid, not_found
from aioheroku.testing.routing import Routes
from aioheroku.testing.state import App, Organization
from aioheroku.testing.table import Row, Table

from . import collaborators, organization_apps

routes = Routes("Organization App Collaborator")


@routes.list("/organizations/apps/{app}/collaborators", "email")
def listing(call: Call) -> Table:
    """Who has joined the app, with the role in its organization."""
    app, organization = _found(call)
    table = Table(email=_email)
    for row in app.parts.collaborators:
        table.add(_shown(call, organization, row))
    return table


@routes.get("/organizations/apps/{app}/collaborators/{collaborator}")
def info(call: Call) -> Row:
    """One of them, by e-mail."""
    app, organization = _found(call)
    return _shown(call, organization, call.find(app.parts.collaborators, "collaborator", "collaborator"))


@routes.post("/organizations/apps/{app}/collaborators", {"user": str}, {"silent": bool})
def create(call: Call) -> Row:
    """Let somebody join; a member may join by itself unless the app is locked (403).

    Admins add anybody, members those who join an app that they have joined themselves (403). A stranger becomes a
    collaborator of the organization.
    """
    app, organization = _found(call)
    account = collaborators.person(call.state, call.take()["user"])
    if account is call.account and app.locked:
        expect(organization, call.account, "admin")
    expect(organization, call.account, "admin", "member")
    if account is not call.account and not _may_manage(call, app, organization):
        raise forbidden("Join the app before you add others to it.")
    if app.parts.collaborators.find(account.ref["email"]):
        raise invalid("User is already a collaborator on app.")
    if organization.role(account) is None:
        enrol(call.state, organization, account, "collaborator")
    row = join(call, app, account)
    app.touch(call.now)
    return _shown(call, organization, row)


@routes.delete("/organizations/apps/{app}/collaborators/{collaborator}")
def delete(call: Call) -> Row:
    """Let somebody leave; who may not add others may only leave by itself (403)."""
    app, organization = _found(call)
    row = call.find(app.parts.collaborators, "collaborator", "collaborator")
    if row["user"] is not call.account.ref and not _may_manage(call, app, organization):
        raise forbidden("You cannot remove others from this app.")
    shown = _shown(call, organization, row)
    part(app, call.state.accounts[row["user"]["email"]])
    app.touch(call.now)
    return shown


def _found(call: Call) -> tuple[App, Organization]:
    app = organization_apps.visible(call)
    if app.organization is None:
        raise not_found("organization")
    return app, app.organization


def _may_manage(call: Call, app: App, organization: Organization) -> bool:
    role = organization.role(call.account)
    return role == "admin" or (role == "member" and call.account in app.members)


def _shown(call: Call, organization: Organization, row: Row) -> Row:
    account = call.state.accounts[row["user"]["email"]]
    return dict(sorted({**row, "role": organization.role(account) or "collaborator"}.items()))


def _email(row: Row) -> str:
    email: str = row["user"]["email"]
    return email
