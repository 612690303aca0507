"""Organizations (today: teams), their members, and what members of each role may do."""

from random import Random

from aioheroku.testing._errors import forbidden, invalid
from aioheroku.testing._state.account_rows import MemberRow
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account, Enterprise, Organization
from aioheroku.testing._state.state import State
from aioheroku.testing._state.team_catalogue import ENTERPRISE_PERMISSIONS, team_features

ROLES = ("admin", "member", "collaborator")


def create_organization(state: State, name: str, enterprise: Enterprise | None = None) -> Organization:
    """A new organization without members."""
    manager = state.account(f"{name}@herokumanager.com", name=name)
    id, now = uuid(Random(f"organization {state.seed} {name}")), state.stamp()
    organization = Organization({"id": id, "name": name}, manager, now, now, enterprise)
    organization.features.extend(team_features(now))
    state.organizations[name] = organization
    return organization


def rename_organization(state: State, organization: Organization, name: str) -> None:
    """Give it another name, and the account in whose name it owns its apps."""
    del state.organizations[organization.name]
    state.organizations[name] = organization
    manager, old = organization.manager, organization.manager.row["email"]
    state.accounts[f"{name}@herokumanager.com"] = state.accounts.pop(old)
    manager.row["email"] = manager.ref["email"] = f"{name}@herokumanager.com"
    organization.ref["name"] = name


def create_enterprise(state: State, name: str, account: Account) -> Enterprise:
    """A new enterprise account, in which this account may do everything."""
    id, now = uuid(Random(f"enterprise {state.seed} {name}")), state.stamp()
    enterprise = state.enterprises[name] = Enterprise({"id": id, "name": name}, now, now)
    add_enterprise_member(state, enterprise, account, list(ENTERPRISE_PERMISSIONS))
    return enterprise


def add_enterprise_member(state: State, enterprise: Enterprise, account: Account, permissions: list[str]) -> None:
    """Let the account do this much in the enterprise account."""
    given = [{"description": ENTERPRISE_PERMISSIONS[name], "name": name} for name in permissions]
    row = enterprise.members.find(account.ref["email"])
    if row is not None:
        row["permissions"] = given
        return
    enterprise.members.add(
        {
            "enterprise_account": enterprise.ref,
            "id": state.uuid(),
            "identity_provider": None,
            "permissions": given,
            "two_factor_authentication": account.row["two_factor_authentication"],
            "user": account.ref,
        }
    )


def add_member(state: State, organization: Organization, account: Account, role: str) -> MemberRow:
    """Add the account with this role, or change the role of a member."""
    now, email = state.stamp(), account.ref["email"]
    row = organization.members.find(email)
    if row is None:
        return organization.members.add({"created_at": now, "email": email, "role": role, "updated_at": now})
    row.update({"role": role, "updated_at": now})
    return row


def keep_one_admin(organization: Organization, leaving: Account) -> None:
    """422 if this account is the last admin."""
    admins = [row["email"] for row in organization.members if row["role"] in {"admin", "owner"}]
    if admins == [leaving.ref["email"]]:
        raise invalid("An organization needs at least one admin.")


def set_default(account: Account, organization: Organization | None) -> None:
    """Make this the account's default organization; None: it has none."""
    account.default = organization
    account.row["default_organization"] = account.row["default_team"] = organization.ref if organization else None


def joined(state: State, account: Account, text: str) -> Organization:
    """The team that shall own a new app: 404 unless the account is in it, 403 for a collaborator."""
    team = state.team(account, text)
    require_role(team, account, "admin", "member")
    return team


def require_role(organization: Organization, account: Account, *roles: str) -> None:
    """403 unless the account has one of these roles."""
    if organization.role(account) not in roles:
        raise forbidden(f"You need to be {' or '.join(roles)} of {organization.name} to do that.")
