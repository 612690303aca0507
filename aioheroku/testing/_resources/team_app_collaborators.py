"""Team App Collaborator: the collaborators of a team's app, with what each may do; and Team App Permission."""

from aioheroku.testing._errors import forbidden, found, invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams, collaborators, team_apps
from aioheroku.testing._resources._app_access import (
    add_collaborator,
    remove_collaborator,
    shown_collaborator,
    shown_collaborators,
)
from aioheroku.testing._state.app_rows import CollaboratorRow
from aioheroku.testing._state.membership import add_member, require_role
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Row, Table, table_of
from aioheroku.testing._state.team_catalogue import APP_PERMISSIONS

routes = Routes("Team App Collaborator")


@routes.list("/teams/permissions", of="Team App Permission")
def permissions(context: RequestContext) -> Table[Row]:  # noqa: ARG001 - the same for everybody
    """What a collaborator may be allowed to do."""
    rows = ({"description": description, "name": name} for name, description in APP_PERMISSIONS.items())
    return table_of(rows, identity="name")


@routes.list("/teams/apps/{app}/collaborators")
def listing(context: RequestContext) -> Table[Row]:
    """Who has joined the app, with the role in its team."""
    return shown_collaborators(owned(context)[0])


@routes.get("/teams/apps/{app}/collaborators/{collaborator}")
def info(context: RequestContext) -> Row:
    """One of them, by e-mail or id."""
    app, _, row = named(context)
    return shown_collaborator(app, row)


@routes.post("/teams/apps/{app}/collaborators", {"user": str}, {"permissions": list, "silent": bool})
def create(context: RequestContext) -> Row:
    """Add a collaborator; members may add themselves (`~`) unless the app is locked (403).

    Admins add anybody, members those who join an app that they have joined themselves (403). A stranger becomes a
    collaborator of the team.
    """
    app, _, row = add(context)
    return shown_collaborator(app, row)


@routes.patch("/teams/apps/{app}/collaborators/{collaborator}", {"permissions": list})
def update(context: RequestContext) -> Row:
    """Change what a collaborator may do: 403 unless the account may add others too."""
    app, team, row = named(context)
    if not _may_manage(context, app, team):
        raise forbidden("You cannot change permissions on this app.")
    app.permissions[row["user"]["id"]] = _checked(context.parameters()["permissions"])
    row["updated_at"] = context.now
    app.touch(context.now)
    return shown_collaborator(app, row)


@routes.delete("/teams/apps/{app}/collaborators/{collaborator}")
def delete(context: RequestContext) -> Row:
    """Remove a collaborator; those who may not add others may only remove themselves (403)."""
    app, _, row = named(context)
    shown = shown_collaborator(app, row)
    remove(context)
    return shown


def owned(context: RequestContext) -> tuple[App, Organization]:
    """The app that the path names, and its team; 404 if it has none, with the path's word for a team."""
    app = team_apps.visible(context)
    return app, found(app.organization, context.request.path.split("/")[1].removesuffix("s"))


def named(context: RequestContext) -> tuple[App, Organization, CollaboratorRow]:
    """The same with the collaborator that the path names."""
    app, team = owned(context)
    return app, team, context.find(app.parts.collaborators, "collaborator", "collaborator")


def add(context: RequestContext) -> tuple[App, Organization, CollaboratorRow]:
    """Add the collaborator that the body names."""
    app, team = owned(context)
    taken = context.parameters()
    account = context.account if taken["user"] == "~" else collaborators.person(context.state, taken["user"])
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
    return app, team, row


def remove(context: RequestContext) -> None:
    """Remove the collaborator that the path names."""
    app, team, row = named(context)
    if row["user"] is not context.account.ref and not _may_manage(context, app, team):
        raise forbidden("You cannot remove others from this app.")
    remove_collaborator(app, context.state.accounts[row["user"]["email"]])
    app.touch(context.now)


def _may_manage(context: RequestContext, app: App, team: Organization) -> bool:
    role = team.role(context.account)
    return role == "admin" or (role == "member" and context.account in app.members)


def _checked(names: list[object]) -> list[str]:
    """The permissions in their usual order, with `view`, which everybody has; 422 for another word."""
    return _teams.check_permissions([*names, "view"], APP_PERMISSIONS)
