"""Organization App, as Team App was called before."""

from collections.abc import Iterable

from aioheroku.testing._errors import not_found
from aioheroku.testing._http.body_schema import BodySchema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.routing import Link, Routes
from aioheroku.testing._resources import _teams, apps, organizations, team_apps
from aioheroku.testing._state.membership import require_role
from aioheroku.testing._state.models import Account, App, Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Organization App")

_NOT_SHOWN = frozenset({"acm", "build_stack", "generation", "internal_routing", "process_tier", "space", "team"})


@routes.list("/organizations/apps", "name")
def listing(context: RequestContext) -> Table[Row]:
    """The apps of the account's default organization; its own if it has none."""
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
    """One app, of an organization or of the account."""
    return _shown(team_apps.visible(context), context.account)


@routes.post(
    "/organizations/apps",
    optional={"locked": bool, "name": str, "organization": str, "personal": bool, "region": str, "stack": str},
)
def create(context: RequestContext) -> Response:
    """A new app of an organization, by default of the account's default one; without any, of the account itself.

    403 for a collaborator of the organization, 422 as for any other app.
    """
    taken = context.parameters()
    organization = _wanted(context, taken)
    if organization is not None:
        require_role(organization, context.account, "admin", "member")
    app = apps.begin(context, taken, organization)
    return apps.created(context, app, _shown(app, context.account))


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
    """Lock or unlock, or transfer, as an app of a team."""
    return _shown(team_apps.lock_or_transfer(context), context.account)


def _wanted(context: RequestContext, taken: Row) -> Organization | None:
    if taken.get("personal"):
        return None
    if "organization" not in taken:
        return context.account.default
    organization = context.state.organizations.get(taken["organization"])
    if organization is None or organization.role(context.account) is None:
        raise not_found("organization")
    return organization


def _table(account: Account, several: Iterable[App]) -> Table[Row]:
    return table_of(_shown(app, account) for app in several if _teams.sees(account, app))


def _shown(app: App, account: Account) -> Row:
    """As this account sees it."""
    row = {name: value for name, value in app.row.items() if name not in _NOT_SHOWN}
    organization = {"name": app.organization.name} if app.organization else None
    row.update({"joined": account in app.members, "locked": app.locked, "organization": organization})
    return dict(sorted(row.items()))
