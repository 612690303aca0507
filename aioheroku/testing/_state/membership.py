"""Organizations, their members, and what members of each role may do."""

from random import Random

from aioheroku.testing._errors import ErrorResponse
from aioheroku.testing._state.account_rows import MemberRow
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account, Organization
from aioheroku.testing._state.state import State

ROLES = ("admin", "member", "collaborator")


def create_organization(state: State, name: str) -> Organization:
    """A new organization without members."""
    manager = state.account(f"{name}@herokumanager.com", name=name)
    id = uuid(Random(f"organization {state.seed} {name}"))
    organization = state.organizations[name] = Organization({"id": id, "name": name}, manager)
    return organization


def add_member(state: State, organization: Organization, account: Account, role: str) -> MemberRow:
    """Add the account with this role, or change the role of a member."""
    now, email = state.stamp(), account.ref["email"]
    row = organization.members.find(email)
    if row is None:
        return organization.members.add({"created_at": now, "email": email, "role": role, "updated_at": now})
    row.update({"role": role, "updated_at": now})
    return row


def set_default(account: Account, organization: Organization | None) -> None:
    """Make this the account's default organization; None: it has none."""
    account.default = organization
    account.row["default_organization"] = account.row["default_team"] = organization.ref if organization else None


def require_role(organization: Organization, account: Account, *roles: str) -> None:
    """403 unless the account has one of these roles."""
    if organization.role(account) not in roles:
        raise forbidden(f"You need to be {' or '.join(roles)} of {organization.name} to do that.")


def forbidden(message: str) -> ErrorResponse:
    """403 for an account without the permission."""
    return ErrorResponse(403, "forbidden", message)
