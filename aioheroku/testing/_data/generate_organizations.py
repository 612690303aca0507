"""The organizations of a fleet: their members and their share of the apps."""

from aioheroku.testing._state.membership import add_member, create_enterprise, create_organization, set_default
from aioheroku.testing._state.models import Account, App
from aioheroku.testing._state.state import State


def generate_organizations(state: State, viewer: Account, people: tuple[Account, ...]) -> None:
    """Two of them, with the viewer as admin; the first is its default. And an enterprise account."""
    first, *others = people
    half = len(others) // 2
    acme = create_organization(state, "acme")
    initech = create_organization(state, "initech")
    for organization, roles in (
        (acme, [(viewer, "admin"), (first, "admin"), *((person, "member") for person in others[:half])]),
        (initech, [(first, "admin"), (viewer, "admin"), *((person, "collaborator") for person in others[half:])]),
    ):
        for account, role in roles:
            add_member(state, organization, account, role)
    set_default(viewer, acme)
    create_enterprise(state, "globex", viewer)


def assign_app(state: State, app: App, number: int) -> None:
    """Make an organization the owner of every fourth app of a fleet: two thirds `acme`, one third `initech`."""
    if number % 4 == 3:
        organization = state.organizations["acme" if number % 12 != 11 else "initech"]
        app.owner = organization.manager
        app.row["owner"] = organization.manager.ref
        app.belong_to(organization)
