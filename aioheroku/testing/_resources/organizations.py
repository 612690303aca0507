"""Organization and Organization Member."""

from aioheroku.testing._errors import not_found
from aioheroku.testing._http.body_schema import OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources._app_access import change_member, remove_from_organization
from aioheroku.testing._state.account_rows import MemberRow
from aioheroku.testing._state.membership import ROLES, require_role, set_default
from aioheroku.testing._state.models import Account, Organization
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Organization")

_YES_OR_NO = OneOf((True, False, "true", "false"))


@routes.list("/organizations", "name")
def listing(context: RequestContext) -> Table[Row]:
    """The organizations that the account is a member of."""
    mine = (one for one in context.state.organizations.values() if one.role(context.account))
    return table_of((_shown(one, context.account) for one in mine), identity="name")


@routes.patch("/organizations/{organization}", optional={"default": bool}, undocumented={"default": _YES_OR_NO})
def update(context: RequestContext) -> Row:
    """Make it the account's default, or no longer so."""
    organization = named(context)
    wanted = context.parameters().get("default")
    if wanted in {True, "true"}:
        set_default(context.account, organization)
    elif wanted is not None and context.account.default is organization:
        set_default(context.account, None)
    return _shown(organization, context.account)


@routes.list("/organizations/{organization}/members", "email", of="Organization Member")
def members(context: RequestContext) -> Table[MemberRow]:
    """Who belongs to it."""
    return named(context).members


@routes.put(
    "/organizations/{organization}/members",
    {"email": str, "role": OneOf(ROLES)},
    of="Organization Member",
    status=201,
)
def put_member(context: RequestContext) -> MemberRow:
    """Add a member, or change a role: 403 unless an admin asks, 422 if no admin would be left."""
    organization = named(context)
    require_role(organization, context.account, "admin")
    return change_member(context, organization)


@routes.delete("/organizations/{organization}/members/{member}", of="Organization Member")
def remove_member(context: RequestContext) -> MemberRow:
    """Remove a member, from its apps too: 403 unless an admin asks, or the member."""
    organization = named(context)
    row = context.find(organization.members, "member", "organization_member")
    if row["email"] != context.account.ref["email"]:
        require_role(organization, context.account, "admin")
    remove_from_organization(organization, context.state.accounts[row["email"]])
    return row


def named(context: RequestContext) -> Organization:
    """The organization the path names; 404 if the account is not a member."""
    organization = context.state.organizations.get(context.params["organization"])
    if organization is None or organization.role(context.account) is None:
        raise not_found("organization")
    return organization


def _shown(organization: Organization, account: Account) -> Row:
    """As one of its members sees it; the reference has strings for booleans here."""
    return {
        "credit_card_collections": "true",
        "default": "true" if account.default is organization else "false",
        "name": organization.name,
        "provisioned_licenses": "false",
        "role": organization.role(account),
    }
