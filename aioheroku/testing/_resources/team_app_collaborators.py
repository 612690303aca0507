"""Team App Collaborator: the collaborators of an app once more, with what each may do; and Team App Permission."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import collaborators, team_apps
from aioheroku.testing._resources._app_access import (
    add_collaborator,
    remove_collaborator,
    shown_collaborator,
    shown_collaborators,
)
from aioheroku.testing._state.app_rows import CollaboratorRow
from aioheroku.testing._state.membership import add_member, forbidden, require_role
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Row, Table
from aioheroku.testing._state.team_catalogue import APP_PERMISSIONS

routes = Routes("Team App Collaborator")


@routes.list("/teams/permissions", of="Team App Permission")
def permissions(context: RequestContext) -> Table[Row]:  # noqa: ARG001 - the same for everybody
    """What a collaborator may be allowed to do."""
    table = Table[Row](identity="name")
    for name, description in APP_PERMISSIONS.items():
        table.add({"description": description, "name": name})
    return table


@routes.list("/teams/apps/{app}/collaborators")
def listing(context: RequestContext) -> Table[Row]:
    """Who has joined the app, with the role in its team."""
    return shown_collaborators(_found(context)[0])


@routes.get("/teams/apps/{app}/collaborators/{collaborator}")
def info(context: RequestContext) -> Row:
    """One of them, by e-mail or id."""
    app, row, _ = _named(context)
    return shown_collaborator(app, row)


@routes.post("/teams/apps/{app}/collaborators", {"user": str}, {"permissions": list, "silent": bool})
def create(context: RequestContext) -> Row:
    """Add a collaborator; members may add themselves (`~`) unless the app is locked (403).

    Admins add anybody, members those who join an app that they have joined themselves (403). A stranger becomes a
    collaborator of the team.
    """
    app, team = _found(context)
    taken = context.parameters()
    mine = taken["user"] == "~"
    account = context.account if mine else collaborators.person(context.state, taken["user"])
    if account is context.account and app.locked:
        require_role(team, context.account, "admin")
    require_role(team, context.account, "admin", "member")
    if account is not context.account and not _may_manage(context, app, team):
        raise forbidden("Join the app before you add others to it.")
    if app.parts.collaborators.find(account.ref["email"]):
        raise invalid("User is already a collaborator on app.")
    if team.role(account) is None:
        add_member(context.state, team, account, "collaborator")
    if "permissions" in taken:
        app.permissions[account.row["id"]] = _checked(taken["permissions"])
    row = add_collaborator(context, app, account)
    app.touch(context.now)
    return shown_collaborator(app, row)


@routes.patch("/teams/apps/{app}/collaborators/{collaborator}", {"permissions": list})
def update(context: RequestContext) -> Row:
    """Change what a collaborator may do: 403 for who may not add others either."""
    app, row, team = _named(context)
    if not _may_manage(context, app, team):
        raise forbidden("You cannot change permissions on this app.")
    app.permissions[row["user"]["id"]] = _checked(context.parameters()["permissions"])
    row["updated_at"] = context.now
    app.touch(context.now)
    return shown_collaborator(app, row)


@routes.delete("/teams/apps/{app}/collaborators/{collaborator}")
def delete(context: RequestContext) -> Row:
    """Remove a collaborator; those who may not add others may only remove themselves (403)."""
    app, row, team = _named(context)
    if row["user"] is not context.account.ref and not _may_manage(context, app, team):
        raise forbidden("You cannot remove others from this app.")
    shown = shown_collaborator(app, row)
    remove_collaborator(app, context.state.accounts[row["user"]["email"]])
    app.touch(context.now)
    return shown


def _found(context: RequestContext) -> tuple[App, Organization]:
    app = team_apps.visible(context)
    if app.organization is None:
        raise not_found("team")
    return app, app.organization


def _named(context: RequestContext) -> tuple[App, CollaboratorRow, Organization]:
    app, team = _found(context)
    return app, context.find(app.parts.collaborators, "collaborator", "collaborator"), team


def _may_manage(context: RequestContext, app: App, team: Organization) -> bool:
    role = team.role(context.account)
    return role == "admin" or (role == "member" and context.account in app.members)


def _checked(names: list[object]) -> list[str]:
    """The permissions in their usual order, with `view`, which everybody has; 422 for another word."""
    if any(name not in APP_PERMISSIONS for name in names):
        raise invalid(f"Permissions must be of {', '.join(APP_PERMISSIONS)}.")
    return [name for name in APP_PERMISSIONS if name in names or name == "view"]
