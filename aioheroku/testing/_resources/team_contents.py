"""A team's apps, with all who may use them."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._resources._app_access import shown_collaborator
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Permission Entity")


@routes.list("/teams/{team}/permissions")
def permissions(context: RequestContext) -> Table[Row]:
    """Each app with its collaborators and what they may do with it."""
    team = _teams.team(context)
    return table_of(_entity(team, app) for app in team.apps if _teams.sees(context.account, app))


def _entity(team: Organization, app: App) -> Row:
    shown = [shown_collaborator(app, row) for row in app.parts.collaborators]
    users = [
        {
            "email": row["user"]["email"],
            "id": row["user"]["id"],
            "permissions": [permission["name"] for permission in row["permissions"]],
        }
        for row in shown
    ]
    return {**app.ref, "team_id": team.id, "type": "app", "users": users}
