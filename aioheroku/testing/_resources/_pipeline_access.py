"""Which pipelines an account may see and change, and who owns them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from aioheroku.testing._errors import forbidden, invalid, not_found
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._state.delivery import may_see
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
    if _role(context, owner) is not None:
        return True
    apps = (context.state.apps.get(coupling["app"]["id"]) for coupling in delivery.coupled(row["id"]))
    return any(app is not None and may_see(account, app) for app in apps)


def pipeline(context: RequestContext, text: str) -> Row:
    """The pipeline with this id or name; 404 if there is none, or none that the account may see."""
    row = context.state.delivery.pipelines.find(text)
    if row is None or not may_see_pipeline(context, row):
        raise not_found("pipeline")
    return row


def named(context: RequestContext) -> Row:
    """The pipeline that the path names."""
    return pipeline(context, context.params["pipeline"])


def owner(context: RequestContext, given: Mapping[str, Any]) -> Row:
    """The account or team that is to own a pipeline; 422 if there is none."""
    if given["type"] == "team":
        team = context.state.known_team(given["id"])
        if team is None or team.role(context.account) is None:
            raise invalid("Couldn't find that team.")
        return {"id": team.id, "type": "team"}
    person = context.state.person(given["id"])
    if person is None:
        raise invalid("Couldn't find that user.")
    return {"id": person.row["id"], "type": "user"}


def require_owner(context: RequestContext, row: Row) -> None:
    """403 for an account that may see a pipeline and does not own it: with a team, as an admin of it."""
    owner = row["owner"]
    if owner is not None and owner["id"] != context.account.row["id"] and _role(context, owner) != "admin":
        raise forbidden("You do not have permission to change this pipeline.")


def _role(context: RequestContext, owner: Row) -> str | None:
    """What the account is in the team that owns a pipeline; None for any other owner."""
    team = context.state.known_team(owner["id"]) if owner.get("type") == "team" else None
    return None if team is None else team.role(context.account)


def require_id(given: Mapping[str, Any], *path: str) -> str:
    """The id below a few keys of the body: `source`, `app`; 422 if it is missing."""
    value: Any = given
    for key in (*path, "id"):
        value = cast("Row", value).get(key) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise invalid(f"Require params: {':'.join((*path, 'id'))}.")
    return value
