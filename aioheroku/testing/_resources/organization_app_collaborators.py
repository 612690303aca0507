"""Organization App Collaborator."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import collaborators, organization_apps
from aioheroku.testing._resources._app_access import add_collaborator, remove_collaborator
from aioheroku.testing._state.app_rows import CollaboratorRow, OrganizationCollaboratorRow
from aioheroku.testing._state.membership import add_member, forbidden, require_role
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Table

routes = Routes("Organization App Collaborator")


@routes.list("/organizations/apps/{app}/collaborators", "email")
def listing(context: RequestContext) -> Table[OrganizationCollaboratorRow]:
    """Who has joined the app, with the role in its organization."""
    app, organization = _found(context)
    table = Table[OrganizationCollaboratorRow](email=_email)
    for row in app.parts.collaborators:
        table.add(_shown(context, organization, row))
    return table


@routes.get("/organizations/apps/{app}/collaborators/{collaborator}")
def info(context: RequestContext) -> OrganizationCollaboratorRow:
    """One of them, by e-mail."""
    app, organization = _found(context)
    return _shown(context, organization, context.find(app.parts.collaborators, "collaborator", "collaborator"))


@routes.post("/organizations/apps/{app}/collaborators", {"user": str}, {"silent": bool})
def create(context: RequestContext) -> OrganizationCollaboratorRow:
    """Add a collaborator; members may add themselves unless the app is locked (403).

    Admins add anybody, members those who join an app that they have joined themselves (403). A stranger becomes a
    collaborator of the organization.
    """
    app, organization = _found(context)
    account = collaborators.person(context.state, context.parameters()["user"])
    if account is context.account and app.locked:
        require_role(organization, context.account, "admin")
    require_role(organization, context.account, "admin", "member")
    if account is not context.account and not _may_manage(context, app, organization):
        raise forbidden("Join the app before you add others to it.")
    if app.parts.collaborators.find(account.ref["email"]):
        raise invalid("User is already a collaborator on app.")
    if organization.role(account) is None:
        add_member(context.state, organization, account, "collaborator")
    row = add_collaborator(context, app, account)
    app.touch(context.now)
    return _shown(context, organization, row)


@routes.delete("/organizations/apps/{app}/collaborators/{collaborator}")
def delete(context: RequestContext) -> OrganizationCollaboratorRow:
    """Remove a collaborator; those who may not add others may only remove themselves (403)."""
    app, organization = _found(context)
    row = context.find(app.parts.collaborators, "collaborator", "collaborator")
    if row["user"] is not context.account.ref and not _may_manage(context, app, organization):
        raise forbidden("You cannot remove others from this app.")
    shown = _shown(context, organization, row)
    remove_collaborator(app, context.state.accounts[row["user"]["email"]])
    app.touch(context.now)
    return shown


def _found(context: RequestContext) -> tuple[App, Organization]:
    app = organization_apps.visible(context)
    if app.organization is None:
        raise not_found("organization")
    return app, app.organization


def _may_manage(context: RequestContext, app: App, organization: Organization) -> bool:
    role = organization.role(context.account)
    return role == "admin" or (role == "member" and context.account in app.members)


def _shown(context: RequestContext, organization: Organization, row: CollaboratorRow) -> OrganizationCollaboratorRow:
    account = context.state.accounts[row["user"]["email"]]
    return {**row, "role": organization.role(account) or "collaborator"}


def _email(row: CollaboratorRow) -> str:
    return row["user"]["email"]
