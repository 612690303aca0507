"""Which pipelines an account may see and change, and who owns them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from aioheroku.testing._errors import ErrorResponse, invalid, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.delivery import may_see, role_in
from aioheroku.testing._state.models import App, Organization
from aioheroku.testing._state.table import Row


def pipelines_of(context: RequestContext) -> Iterator[Row]:
    """The pipelines that the account may see."""
    return (row for row in context.state.delivery.pipelines if may_see_pipeline(context, row))


def may_see_pipeline(context: RequestContext, row: Row) -> bool:
    """Whether the account made it, owns it, is in the team that owns it, or may see one of its apps."""
    account, delivery = context.account, context.state.delivery
    owner: Row = row["owner"] or {}
    if delivery.creators.get(row["id"]) is account or owner.get("id") == account.row["id"]:
        return True
    if owner.get("type") == "team" and role_in(account, team(context, owner["id"])) is not None:
        return True
    apps = (context.state.apps.get(coupling["app"]["id"]) for coupling in delivery.coupled(row["id"]))
    return any(app is not None and may_see(account, app) for app in apps)


def pipeline(context: RequestContext, text: str) -> Row:
    """The pipeline with this id or name; 404 where there is none, or none that the account may see."""
    row = context.state.delivery.pipelines.find(text)
    if row is None or not may_see_pipeline(context, row):
        raise not_found("pipeline")
    return row


def named(context: RequestContext) -> Row:
    """The pipeline that the path names."""
    return pipeline(context, context.params["pipeline"])


def team(context: RequestContext, text: str) -> Organization | None:
    """The team with this name or id."""
    known = context.state.organizations
    return known.get(text) or next((one for one in known.values() if one.id == text), None)


def app(context: RequestContext, text: str) -> App:
    """The app with this id or name; 404 where there is none, or none that the account may see."""
    return context.state.app(context.account, text)


def owner(context: RequestContext, given: Mapping[str, Any]) -> Row:
    """The account or team that is to own a pipeline; 422 where there is none."""
    if given["type"] == "team":
        found = team(context, given["id"])
        if role_in(context.account, found) is None or found is None:
            raise invalid("Couldn't find that team.")
        return {"id": found.id, "type": "team"}
    person = context.state.person(given["id"])
    if person is None:
        raise invalid("Couldn't find that user.")
    return {"id": person.row["id"], "type": "user"}


def require_owner(context: RequestContext, row: Row) -> None:
    """403 for an account that may see a pipeline and does not own it: with a team, as an admin of it."""
    owner, account = row["owner"], context.account
    if owner is None or owner["id"] == account.row["id"]:
        return
    if owner["type"] == "team" and role_in(account, team(context, owner["id"])) == "admin":
        return
    raise ErrorResponse(403, "forbidden", "You do not have permission to change this pipeline.")


def require_id(given: Mapping[str, Any], *path: str) -> str:
    """The id below a few keys of the body: `source`, `app`; 422 where it is missing."""
    value: Any = given
    for key in (*path, "id"):
        value = cast("Row", value).get(key) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise invalid(f"Require params: {':'.join((*path, 'id'))}.")
    return value
