"""Teams, enterprise accounts and their parts, as the path names them and as the wire shows them."""

from collections.abc import Iterable
from random import Random
from typing import Any

from aioheroku.testing._errors import forbidden, invalid, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.account_rows import MemberRow
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Account, App, Enterprise, Organization
from aioheroku.testing._state.state import State
from aioheroku.testing._state.table import Row, Table, table_of

LIMIT = 500
_APP = (
    "archived_at",
    "build_stack",
    "buildpack_provided_description",
    "created_at",
    "git_url",
    "id",
    "maintenance",
    "name",
    "owner",
    "region",
    "released_at",
    "repo_size",
    "slug_size",
    "stack",
    "updated_at",
    "web_url",
)


def team(context: RequestContext) -> Organization:
    """The team that the path names, by name or id; 404 if the account neither is in it nor in its enterprise."""
    found = context.state.known_team(context.params["team"])
    if found is None or not _may_see(found, context.account):
        raise not_found("team")
    return found


def administered(context: RequestContext) -> Organization:
    """The team that the path names; 403 unless the account is an admin, or manages its enterprise account."""
    found = team(context)
    managed = found.enterprise.permissions(context.account) if found.enterprise else None
    if found.role(context.account) != "admin" and "manage" not in (managed or ()):
        raise forbidden(f"You need to be admin of {found.name} to do that.")
    return found


def _may_see(found: Organization, account: Account) -> bool:
    known = found.members.find(account.ref["email"]) is not None
    return known or (found.enterprise is not None and found.enterprise.permissions(account) is not None)


def check_name(state: State, name: str) -> str:
    """The name, if a team may have it: 422 for a malformed one and for one that is taken."""
    if not name or not name.isascii() or not name.replace("-", "").isalnum() or name != name.lower():
        raise invalid("Name can only contain lowercase letters, numbers, and dashes.")
    if name in state.organizations:
        raise invalid("Name is already taken")
    return name


def check_permissions(names: list[Any], known: Iterable[str]) -> list[str]:
    """The permissions in their usual order; 422 for another word."""
    known = list(known)
    if any(name not in known for name in names):
        raise invalid(f"Permissions must be of {', '.join(known)}.")
    return [name for name in known if name in names]


def shown_team(found: Organization, account: Account) -> Row:
    """A team as one of its members sees it."""
    row = found.members.find(account.ref["email"])
    provider = next(iter(found.identity_providers), None)
    return {
        "created_at": found.created_at,
        "credit_card_collections": True,
        "default": account.default is found,
        "enterprise_account": found.enterprise.ref if found.enterprise else None,
        "id": found.id,
        "identity_provider": provider_ref(provider) if provider else None,
        "membership_limit": LIMIT,
        "name": found.name,
        "provisioned_licenses": found.enterprise is not None,
        "role": row["role"] if row else None,
        "type": "enterprise" if found.enterprise else "team",
        "updated_at": found.updated_at,
    }


def provider_ref(row: Row) -> Row:
    """An identity provider as the objects show it that use it."""
    return {"id": row["id"], "name": f"{row['owner']['name']}-sso", "owner": row["owner"]}


def shown_member(state: State, found: Organization, row: MemberRow) -> Row:
    """A member of a team as the wire shows it today."""
    account = state.accounts[row["email"]]
    federated = account.row["id"] in found.federated
    provider = next(iter(found.identity_providers), None) if federated else None
    return {
        **row,
        "federated": federated,
        "id": uuid(Random(f"member {found.id} {account.row['id']}")),
        "identity_provider": {**provider_ref(provider), "redacted": False} if provider else None,
        "two_factor_authentication": account.row["two_factor_authentication"],
        "user": named_person(account),
    }


def named_person(account: Account) -> Row:
    """An account with its name."""
    return {"email": account.row["email"], "id": account.row["id"], "name": account.row["name"]}


def shown_app(app: App, account: Account) -> Row:
    """An app as the routes of teams show it to an account."""
    row: Row = {**app.row}
    return {
        **{name: row[name] for name in _APP},
        "internal_routing": row.get("internal_routing"),
        "joined": account in app.members,
        "locked": app.locked,
        "space": {"id": app.row["space"]["id"], "name": app.row["space"]["name"]} if app.row["space"] else None,
        "team": {"name": app.organization.name} if app.organization else None,
    }


def apps_table(account: Account, several: list[App]) -> Table[Row]:
    """Those of the apps that the account may see."""
    return table_of(shown_app(app, account) for app in several if sees(account, app))


def sees(account: Account, app: App) -> bool:
    """Whether the account has joined the app, or works in its team."""
    working = app.organization is not None and app.organization.role(account) in {"admin", "member", "viewer"}
    return working or account in app.members


def enterprise(context: RequestContext, *needed: str) -> Enterprise:
    """The enterprise account that the path names, by name or id: 404 unless a member asks, 403 without a permission."""
    text, known = context.params["enterprise_account"], context.state.enterprises
    found = known.get(text) or next((one for one in known.values() if one.ref["id"] == text), None)
    given = found.permissions(context.account) if found else None
    if found is None or given is None:
        raise not_found("enterprise_account")
    if not set(needed) <= set(given):
        raise forbidden(f"You need the permission {needed[0]} in {found.ref['name']} to do that.")
    return found


def teams_of(state: State, found: Enterprise) -> list[Organization]:
    """The teams of an enterprise account."""
    return [one for one in state.organizations.values() if one.enterprise is found]
