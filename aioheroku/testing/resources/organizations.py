"""Organization and Organization Member."""

from aioheroku.testing.call import Call
from aioheroku.testing.checks import OneOf, is_email
from aioheroku.testing.organizations import ROLES, enrol, expect, prefer
from aioheroku.testing.ownership import part
from aioheroku.testing.replies import invalid, not_found
from aioheroku.testing.routing import Routes
from aioheroku.testing.state import Account, Organization
from aioheroku.testing.table import Row, Table

routes = Routes("Organization")

_YES_OR_NO = OneOf((True, False, "true", "false"))


@routes.list("/organizations", "name")
def listing(call: Call) -> Table:
    """Those the account is a member of."""
    table = Table(identity="name")
    for organization in call.state.organizations.values():
        if organization.role(call.account):
            table.add(_shown(organization, call.account))
    return table


@routes.patch("/organizations/{organization}", optional={"default": bool}, beyond={"default": _YES_OR_NO})
def update(call: Call) -> Row:
    """Make it the account's default, or make it that no more."""
    organization = named(call)
    wanted = call.take().get("default")
    if wanted in {True, "true"}:
        prefer(call.account, organization)
    elif wanted is not None and call.account.default is organization:
        prefer(call.account, None)
    return _shown(organization, call.account)


@routes.list("/organizations/{organization}/members", "email", of="Organization Member")
def members(call: Call) -> Table:
    """Who belongs to it."""
    return named(call).members


@routes.put(
    "/organizations/{organization}/members",
    {"email": str, "role": OneOf(ROLES)},
    of="Organization Member",
    status=201,
)
def put_member(call: Call) -> Row:
    """Invite somebody, or change a role; for admins (403), one of whom must be left (422)."""
    organization = named(call)
    expect(organization, call.account, "admin")
    taken = call.take()
    email: str = taken["email"]
    if not is_email(email):
        raise invalid("Email is invalid.")
    account = call.state.account(email)
    if taken["role"] != "admin":
        _keep_one_admin(organization, account)
    return enrol(call.state, organization, account, taken["role"])


@routes.delete("/organizations/{organization}/members/{member}", of="Organization Member")
def remove_member(call: Call) -> Row:
    """Send somebody away, from its apps too; for admins, and for oneself (403)."""
    organization = named(call)
    row = organization.members.find(call.params["member"])
    if row is None:
        raise not_found("organization_member")
    if row["email"] != call.account.ref["email"]:
        expect(organization, call.account, "admin")
    account = call.state.accounts[row["email"]]
    _keep_one_admin(organization, account)
    organization.members.remove(row)
    for app in organization.apps:
        part(app, account)
    if account.default is organization:
        prefer(account, None)
    return row


def named(call: Call) -> Organization:
    """The organization the path names; 404 where the account is no member."""
    organization = call.state.organizations.get(call.params["organization"])
    if organization is None or organization.role(call.account) is None:
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


def _keep_one_admin(organization: Organization, leaving: Account) -> None:
    admins = [row["email"] for row in organization.members if row["role"] == "admin"]
    if admins == [leaving.ref["email"]]:
        raise invalid("An organization needs at least one admin.")
