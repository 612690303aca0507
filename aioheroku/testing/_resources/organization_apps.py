"""Organization App."""

from collections.abc import Iterable

from aioheroku.testing._data.names import haiku
from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import BodySchema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.response import Response, dump
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._resources import apps, organizations, releases
from aioheroku.testing._resources._app_access import transfer_to_account, transfer_to_organization
from aioheroku.testing._state.membership import forbidden, require_role
from aioheroku.testing._state.models import Account, App, Organization
from aioheroku.testing._state.offers import DEFAULT_REGION, DEFAULT_STACK
from aioheroku.testing._state.table import Row, Table

routes = Routes("Organization App")

_NOT_SHOWN = frozenset({"acm", "build_stack", "generation", "internal_routing", "process_tier", "space", "team"})


@routes.list("/organizations/apps", "name")
def listing(context: RequestContext) -> Table[Row]:
    """The apps of the account's default organization; its own where it has none."""
    if context.account.default is not None:
        return _table(context.account, context.account.default.apps)
    mine = (context.state.apps[row["id"]] for row in context.account.apps)
    return _table(context.account, [app for app in mine if app.owner is context.account])


@routes.list("/organizations/{organization}/apps", "name", title="List For Organization")
def of_organization(context: RequestContext) -> Table[Row]:
    """The apps of one organization: all of them, for a collaborator those that it has joined."""
    return _table(context.account, organizations.named(context).apps)


@routes.get("/organizations/apps/{app}")
def info(context: RequestContext) -> Row:
    """One app, of an organization or one's own."""
    return _shown(visible(context), context.account)


@routes.post(
    "/organizations/apps",
    optional={"locked": bool, "name": str, "organization": str, "personal": bool, "region": str, "stack": str},
)
def create(context: RequestContext) -> Response:
    """A new app of an organization, of the default one where none is named; one's own where there is none either.

    403 for a collaborator of the organization, 422 as for any other app.
    """
    taken = context.parameters()
    organization = _wanted(context, taken)
    if organization is not None:
        require_role(organization, context.account, "admin", "member")
    name = apps.check_name(context.state, taken.get("name") or haiku(context.state.rng))
    region = context.state.catalogue.region(taken.get("region", DEFAULT_REGION))
    stack = context.state.catalogue.stack(taken.get("stack", DEFAULT_STACK))
    app = apps.make(context, name, region, stack, organization)
    app.locked = organization is not None and taken.get("locked", False)
    body = dump(_shown(app, context.account))
    releases.create_release(context, app, "Enable Logplex")
    return Response(201, body, {"Oauth-Scope": "global"})


@routes.patch(
    "/organizations/apps/{app}",
    {"locked": bool},
    title="Update Locked",
    also=(
        Link("Transfer to Account", BodySchema({"owner": str})),
        Link("Transfer to Organization", BodySchema({"owner": str})),
    ),
)
def update(context: RequestContext) -> Row:
    """Lock or unlock, or transfer to an account (e-mail or id) or an organization (name).

    For admins of the organization, or the owner where it is none's (403); 422 for an unknown owner and a lock on an
    app of one's own.
    """
    app = visible(context)
    taken = context.parameters()
    if not app.is_administered_by(context.account):
        raise forbidden("You need to be admin of the app's organization to do that.")
    if not taken:
        raise invalid("Require params: locked.")
    if "locked" in taken:
        if app.organization is None:
            raise invalid("Only apps of an organization can be locked.")
        app.locked = taken["locked"]
        app.touch(context.now)
    if "owner" in taken:
        _transfer(context, app, taken["owner"])
    return _shown(app, context.account)


def visible(context: RequestContext) -> App:
    """The app the path names: one that the account has joined, or one of an organization it works in (404)."""
    app = context.state.named(context.params["app"])
    if app is None or not _sees(context.account, app):
        raise not_found("app")
    return app


def _sees(account: Account, app: App) -> bool:
    working = app.organization is not None and app.organization.role(account) in {"admin", "member"}
    return working or account in app.members


def _wanted(context: RequestContext, taken: Row) -> Organization | None:
    if taken.get("personal"):
        return None
    if "organization" not in taken:
        return context.account.default
    organization = context.state.organizations.get(taken["organization"])
    if organization is None or organization.role(context.account) is None:
        raise not_found("organization")
    return organization


def _transfer(context: RequestContext, app: App, owner: str) -> None:
    organization = context.state.organizations.get(owner)
    if organization is not None and organization.role(context.account) is not None:
        require_role(organization, context.account, "admin", "member")
        transfer_to_organization(context, app, organization)
        return
    recipient = context.state.person(owner)
    if recipient is None:
        raise invalid("Couldn't find that owner.")
    transfer_to_account(context, app, recipient)


def _table(account: Account, several: Iterable[App]) -> Table[Row]:
    table = Table[Row]()
    for app in several:
        if _sees(account, app):
            table.add(_shown(app, account))
    return table


def _shown(app: App, account: Account) -> Row:
    """As this account sees it."""
    row = {name: value for name, value in app.row.items() if name not in _NOT_SHOWN}
    organization = {"name": app.organization.name} if app.organization else None
    row.update({"joined": account in app.members, "locked": app.locked, "organization": organization})
    return dict(sorted(row.items()))
