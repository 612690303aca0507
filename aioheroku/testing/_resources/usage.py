"""Daily and monthly usage of teams and enterprise accounts."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from aioheroku.testing._data.usage import days, enterprise_usage, months, team_usage
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Team Daily Usage")

_MONTH = len("2019-01")
_LONGEST = 366
_PERIOD: dict[str, Any] = {"required": {"start": str}, "optional": {"end": str}, "title": "Info List"}


@routes.list("/teams/{team}/usage/daily", **_PERIOD)
def team_days(context: RequestContext) -> Table[Row]:
    """Day by day, from `start` to `end`, which is today unless given (422 without a start)."""
    return _table(context, "date", _of_team(context))


@routes.list("/teams/{team}/usage/monthly", of="Team Monthly Usage", **_PERIOD)
def team_months(context: RequestContext) -> Table[Row]:
    """Month by month."""
    return _table(context, "month", _of_team(context))


_ENTERPRISE = "/enterprise-accounts/{enterprise_account}/usage"


@routes.list(f"{_ENTERPRISE}/daily", of="Enterprise Account Daily Usage", **_PERIOD)
def enterprise_days(context: RequestContext) -> Table[Row]:
    """Day by day, with the share of each team."""
    return _table(context, "date", _by_team(context))


@routes.list(f"{_ENTERPRISE}/monthly", of="Enterprise Account Monthly Usage", **_PERIOD)
def enterprise_months(context: RequestContext) -> Table[Row]:
    """Month by month."""
    return _table(context, "month", _by_team(context))


def _of_team(context: RequestContext) -> Callable[[str], Row]:
    return partial(team_usage, _teams.team(context))


def _by_team(context: RequestContext) -> Callable[[str], Row]:
    found = _teams.enterprise(context, "billing")
    return partial(enterprise_usage, found.ref, _teams.teams_of(context.state, found))


def _table(context: RequestContext, identity: str, usage: Callable[[str], Row]) -> Table[Row]:
    taken = context.parameters()
    today = datetime.fromtimestamp(context.state.now(), UTC).date()
    start = _date(taken["start"], identity)
    end = _date(taken["end"], identity) if "end" in taken else today
    if end < start or (end - start).days > 12 * _LONGEST:
        raise invalid("Invalid params: end must not be before start, nor more than twelve years after it.")
    periods = months if identity == "month" else days
    return table_of(map(usage, periods(start, end)), identity=identity)


def _date(text: str, identity: str) -> date:
    """A day, or a month as its first day; 422 if it is neither."""
    is_month = identity == "month"
    try:
        return date.fromisoformat(f"{text[:_MONTH]}-01" if is_month else text)
    except ValueError:
        form = "2019-01" if is_month else "2019-01-25"
        raise invalid(f"Invalid params: dates must have the form of {form}.") from None
