"""Organization App Collaborator, as Team App Collaborator was called before."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import team_app_collaborators as current
from aioheroku.testing._state.app_rows import CollaboratorRow, OrganizationCollaboratorRow
from aioheroku.testing._state.models import Organization, user_email
from aioheroku.testing._state.table import Table, table_of

routes = Routes("Organization App Collaborator")


@routes.list("/organizations/apps/{app}/collaborators", "email")
def listing(context: RequestContext) -> Table[OrganizationCollaboratorRow]:
    """Who has joined the app, with the role in its organization."""
    app, organization = current.owned(context)
    return table_of((_shown(context, organization, row) for row in app.parts.collaborators), email=user_email)


@routes.get("/organizations/apps/{app}/collaborators/{collaborator}")
def info(context: RequestContext) -> OrganizationCollaboratorRow:
    """One of them, by e-mail."""
    _, organization, row = current.named(context)
    return _shown(context, organization, row)


@routes.post("/organizations/apps/{app}/collaborators", {"user": str}, {"silent": bool})
def create(context: RequestContext) -> OrganizationCollaboratorRow:
    """Add a collaborator, as to an app of a team."""
    _, organization, row = current.add(context)
    return _shown(context, organization, row)


@routes.delete("/organizations/apps/{app}/collaborators/{collaborator}")
def delete(context: RequestContext) -> OrganizationCollaboratorRow:
    """Remove a collaborator, as from an app of a team."""
    shown = info(context)
    current.remove(context)
    return shown


def _shown(context: RequestContext, organization: Organization, row: CollaboratorRow) -> OrganizationCollaboratorRow:
    account = context.state.accounts[row["user"]["email"]]
    return {**row, "role": organization.role(account) or "collaborator"}
