"""Team App, and Filters: many apps by their ids."""

from aioheroku.testing._errors import forbidden, invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema, Nullable
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.expansion import Widening
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._resources import _teams, apps
from aioheroku.testing._resources._app_access import transfer_to_account, transfer_to_organization
from aioheroku.testing._state.membership import joined, require_role
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Row, Table

_WIDENING = Widening(sdk={"generation": lambda context, row: context.state.apps[row["id"]].row["generation"]["name"]})

routes = Routes("Team App", widening=_WIDENING)


@routes.list("/teams/{team}/apps", title="List By Team")
def of_team(context: RequestContext) -> Table[Row]:
    """The apps of one team: all of them, for a collaborator those that it has joined."""
    return _teams.apps_table(context.account, _teams.team(context).apps)


@routes.get("/teams/apps/{app}")
def info(context: RequestContext) -> Row:
    """One app, of a team or of the account."""
    return _teams.shown_app(visible(context), context.account)


@routes.post(
    "/teams/apps",
    optional={
        **dict.fromkeys(("name", "region", "space", "stack", "team"), str),
        **dict.fromkeys(("locked", "personal"), bool),
        "internal_routing": Nullable(bool),
    },
    undocumented={"feature_flags": object, "kernel": str},
)
def create(context: RequestContext) -> Response:
    """A new app of a team, by default of the account's default one; without any, of the account itself.

    403 for a collaborator of the team, 422 as for any other app.
    """
    taken = context.parameters()
    space = apps.wanted_space(context, taken)
    app = apps.begin(context, taken, space.team if space else _wanted(context, taken), space)
    return apps.created(context, app, _WIDENING.shown(context, _teams.shown_app(app, context.account)))


@routes.patch(
    "/teams/apps/{app}",
    {"locked": bool},
    title="Update Locked",
    also=(
        Link("Transfer to Account", BodySchema({"owner": str})),
        Link("Transfer to Team", BodySchema({"owner": str})),
    ),
)
def update(context: RequestContext) -> Row:
    """Lock or unlock, or transfer to an account (e-mail, id, or `~` for the calling one) or a team (name or id).

    For admins of the team, or the owner of an app without a team (403); 422 for an unknown owner, and for a lock on an
    app without a team.
    """
    return _teams.shown_app(lock_or_transfer(context), context.account)


@routes.post(
    "/filters/apps",
    optional={"in": BodySchema(optional={"id": list})},
    of="Filters",
    title="Apps",
    status=200,
    orders=("id", "name", "updated_at"),
)
def filtered(context: RequestContext) -> Table[Row]:
    """The apps that the account may see, or those of them with these ids."""
    wanted = context.parameters().get("in", {}).get("id")
    known = list(context.state.apps.values())
    if wanted is not None:
        ids = {id for id in wanted if isinstance(id, str)}
        known = [app for app in known if app.row["id"] in ids]
    return _teams.apps_table(context.account, known)


def visible(context: RequestContext) -> App:
    """The app the path names: one that the account has joined, or one of a team it works in (404)."""
    app = context.state.named(context.params["app"])
    if app is None or not _teams.sees(context.account, app):
        raise not_found("app")
    return app


def lock_or_transfer(context: RequestContext) -> App:
    """The app that the path names, after what the body asks for."""
    app = visible(context)
    taken = context.parameters()
    if not app.is_administered_by(context.account):
        raise forbidden("You need to be admin of the app's team to do that.")
    if not taken:
        raise invalid("Require params: locked.")
    if "locked" in taken:
        if app.organization is None:
            raise invalid("Only apps of a team can be locked.")
        app.locked = taken["locked"]
        app.touch(context.now)
    if "owner" in taken:
        _transfer(context, app, taken["owner"])
    return app


def _wanted(context: RequestContext, taken: Row) -> Organization | None:
    if taken.get("personal"):
        return None
    if "team" not in taken:
        if context.account.default is not None:
            require_role(context.account.default, context.account, "admin", "member")
        return context.account.default
    return joined(context.state, context.account, taken["team"])


def _transfer(context: RequestContext, app: App, owner: str) -> None:
    team = context.state.known_team(owner)
    if team is not None and team.role(context.account) is not None:
        require_role(team, context.account, "admin", "member")
        transfer_to_organization(context, app, team)
        return
    recipient = context.account if owner == "~" else context.state.person(owner)
    if recipient is None:
        raise invalid("Couldn't find that owner.")
    transfer_to_account(context, app, recipient)
