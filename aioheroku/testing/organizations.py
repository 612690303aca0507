"""Organizations as the fleet has them, and what members of each role may do."""

from random import Random

from .replies import Refusal
from .state import Account, App, Organization, State, uuid
from .table import Row

ROLES = ("admin", "member", "collaborator")


def populate(state: State, viewer: Account, people: tuple[Account, ...]) -> None:
    """Two of them: the viewer runs the first, which is its default, and is a plain member of the second."""
    first, *others = people
    half = len(others) // 2
    acme = found(state, "acme")
    initech = found(state, "initech")
    for organization, roles in (
        (acme, [(viewer, "admin"), (first, "admin"), *((person, "member") for person in others[:half])]),
        (initech, [(first, "admin"), (viewer, "member"), *((person, "collaborator") for person in others[half:])]),
    ):
        for account, role in roles:
            enrol(state, organization, account, role)
    prefer(viewer, acme)


def adopt(state: State, app: App, number: int) -> None:
    """Every fourth app of a fleet belongs to an organization, to the first one rather than to the second."""
    if number % 4 == 3:
        organization = state.organizations["acme" if number % 12 != 11 else "initech"]
        app.owner = organization.manager
        app.row["owner"] = organization.manager.ref
        app.organization = organization
        organization.apps.append(app)


def found(state: State, name: str) -> Organization:
    """A new organization without members."""
    manager = state.account(f"{name}@herokumanager.com", name=name)
    id = uuid(Random(f"organization {state.seed} {name}"))
    organization = state.organizations[name] = Organization(id, name, manager)
    return organization


def enrol(state: State, organization: Organization, account: Account, role: str) -> Row:
    """The account is a member with this role from now on."""
    now, email = state.stamp(), account.ref["email"]
    row = organization.members.find(email)
    if row is None:
        return organization.members.add({"created_at": now, "email": email, "role": role, "updated_at": now})
    row.update(role=role, updated_at=now)
    return row


def prefer(account: Account, organization: Organization | None) -> None:
    """The account's default organization is this one, or none."""
    account.default = organization
    named = {"id": organization.id, "name": organization.name} if organization else None
    account.row["default_organization"] = named


def expect(organization: Organization, account: Account, *roles: str) -> None:
    """403 for a member with another role."""
    if organization.role(account) not in roles:
        raise forbidden(f"You need to be {' or '.join(roles)} of {organization.name} to do that.")


def forbidden(message: str) -> Refusal:
    """403 for what somebody else may do."""
    return Refusal(403, "forbidden", message)
