"""Organization App."""

from collections.abc import Iterable

from aioheroku.testing.call import Call
from aioheroku.testing.catalogue import DEFAULT_REGION, DEFAULT_STACK
from aioheroku.testing.checks import Takes
from aioheroku.testing.organizations import expect, forbidden
from aioheroku.testing.ownership import entrust, give
from aioheroku.testing.replies import Reply, dump, invalid, not_found
from aioheroku.testing.routing import Link, Routes
from aioheroku.testing.state import Account, App, Organization
from aioheroku.testing.table import Row, Table
from aioheroku.testing.words import haiku

from . import apps, organizations, releases

routes = Routes("Organization App")

_NOT_SHOWN = frozenset({"build_stack", "process_tier"})


@routes.list("/organizations/apps", "name")
def listing(call: Call) -> Table:
    """The apps of the account's default organization; its own where it has none."""
    if call.account.default is not None:
        return _table(call.account, call.account.default.apps)
    mine = (call.state.apps[row["id"]] for row in call.account.apps)
    return _table(call.account, [app for app in mine if app.owner is call.account])


@routes.list("/organizations/{organization}/apps", "name", title="List For Organization")
def of_organization(call: Call) -> Table:
    """The apps of one organization: all of them, for a collaborator those that it has joined."""
    return _table(call.account, organizations.named(call).apps)


@routes.get("/organizations/apps/{app}")
def info(call: Call) -> Row:
    """One app, of an organization or one's own."""
    return _shown(visible(call), call.account)


@routes.post(
    "/organizations/apps",
    optional={"locked": bool, "name": str, "organization": str, "personal": bool, "region": str, "stack": str},
)
def create(call: Call) -> Reply:
    """A new app of an organization, of the default one where none is named; one's own where there is none either.

    403 for a collaborator of the organization, 422 as for any other app.
    """
    taken = call.take()
    organization = _wanted(call, taken)
    if organization is not None:
        expect(organization, call.account, "admin", "member")
    name = apps.check_name(call.state, taken.get("name") or haiku(call.state.rng))
    region = call.state.catalogue.region(taken.get("region", DEFAULT_REGION))
    stack = call.state.catalogue.stack(taken.get("stack", DEFAULT_STACK))
    app = apps.make(call, name, region, stack, organization)
    app.locked = organization is not None and taken.get("locked", False)
    body = dump(_shown(app, call.account))
    releases.cut(call, app, "Enable Logplex")
    return Reply(201, body, {"Oauth-Scope": "global"})


@routes.patch(
    "/organizations/apps/{app}",
    {"locked": bool},
    title="Update Locked",
    also=(
        Link("Transfer to Account", Takes({"owner": str})),
        Link("Transfer to Organization", Takes({"owner": str})),
    ),
)
def update(call: Call) -> Row:
    """Lock or unlock, or transfer to an account (e-mail or id) or an organization (name).

    For admins of the organization, or the owner where it is none's (403); 422 for an unknown owner and a lock on an
    app of one's own.
    """
    app = visible(call)
    taken = call.take()
    if not app.answers_to(call.account):
        raise forbidden("You need to be admin of the app's organization to do that.")
    if not taken:
        raise invalid("Require params: locked.")
    if "locked" in taken:
        if app.organization is None:
            raise invalid("Only apps of an organization can be locked.")
        app.locked = taken["locked"]
        app.touch(call.now)
    if "owner" in taken:
        _transfer(call, app, taken["owner"])
    return _shown(app, call.account)


def visible(call: Call) -> App:
    """The app the path names: one that the account has joined, or one of an organization it works in (404)."""
    app = call.state.named(call.params["app"])
    if app is None or not _sees(call.account, app):
        raise not_found("app")
    return app


def _sees(account: Account, app: App) -> bool:
    working = app.organization is not None and app.organization.role(account) in {"admin", "member"}
    return working or account in app.members


def _wanted(call: Call, taken: Row) -> Organization | None:
    if taken.get("personal"):
        return None
    if "organization" not in taken:
        return call.account.default
    organization = call.state.organizations.get(taken["organization"])
    if organization is None or organization.role(call.account) is None:
        raise not_found("organization")
    return organization


def _transfer(call: Call, app: App, owner: str) -> None:
    organization = call.state.organizations.get(owner)
    if organization is not None and organization.role(call.account) is not None:
        expect(organization, call.account, "admin", "member")
        entrust(call, app, organization)
        return
    recipient = call.state.person(owner)
    if recipient is None:
        raise invalid("Couldn't find that owner.")
    give(call, app, recipient)


def _table(account: Account, several: Iterable[App]) -> Table:
    table = Table()
    for app in several:
        if _sees(account, app):
            table.add(_shown(app, account))
    return table


def _shown(app: App, account: Account) -> Row:
    """As this account sees it."""
    row = {name: value for name, value in app.row.items() if name not in _NOT_SHOWN}
    organization = {"name": app.organization.name} if app.organization else None
    row.update(joined=account in app.members, locked=app.locked, organization=organization)
    return dict(sorted(row.items()))
