"""Daily and monthly usage of teams and enterprise accounts."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from aioheroku.testing._data.usage import days, enterprise_usage, months, team_usage
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _teams
from aioheroku.testing._state.table import Row, Table

routes = Routes("Team Daily Usage")

_MONTH = len("2019-01")
_LONGEST = 366


@routes.list("/teams/{team}/usage/daily", required={"start": str}, optional={"end": str}, title="Info List")
def team_days(context: RequestContext) -> Table[Row]:
    """Day by day, from `start` to `end`, which is today unless given (422 without a start)."""
    team = _teams.team(context)
    return _table(context, days, "date", lambda period: team_usage(team, period))


@routes.list(
    "/teams/{team}/usage/monthly",
    required={"start": str},
    optional={"end": str},
    of="Team Monthly Usage",
    title="Info List",
)
def team_months(context: RequestContext) -> Table[Row]:
    """Month by month."""
    team = _teams.team(context)
    return _table(context, months, "month", lambda period: team_usage(team, period))


@routes.list(
    "/enterprise-accounts/{enterprise_account}/usage/daily",
    required={"start": str},
    optional={"end": str},
    of="Enterprise Account Daily Usage",
    title="Info List",
)
def enterprise_days(context: RequestContext) -> Table[Row]:
    """Day by day, with the share of each team."""
    return _table(context, days, "date", _by_team(context))


@routes.list(
    "/enterprise-accounts/{enterprise_account}/usage/monthly",
    required={"start": str},
    optional={"end": str},
    of="Enterprise Account Monthly Usage",
    title="Info List",
)
def enterprise_months(context: RequestContext) -> Table[Row]:
    """Month by month."""
    return _table(context, months, "month", _by_team(context))


def _by_team(context: RequestContext) -> Callable[[str], Row]:
    found = _teams.enterprise(context, "billing")
    teams = _teams.teams_of(context.state, found)
    return lambda period: enterprise_usage(found.ref, teams, period)


def _table(
    context: RequestContext,
    periods: Callable[[date, date], Iterator[str]],
    identity: str,
    usage: Callable[[str], Row],
) -> Table[Row]:
    taken = context.parameters()
    today = datetime.fromtimestamp(context.state.now(), UTC).date()
    start = _date(taken["start"], identity)
    end = _date(taken["end"], identity) if "end" in taken else today
    if end < start or (end - start).days > 12 * _LONGEST:
        raise invalid("Invalid params: end must not be before start, nor more than twelve years after it.")
    table = Table[Row](identity=identity)
    for period in periods(start, end):
        table.add(usage(period))
    return table


def _date(text: str, identity: str) -> date:
    """A day, or a month as its first day; 422 where it is neither."""
    is_month = identity == "month"
    try:
        return date.fromisoformat(f"{text[:_MONTH]}-01" if is_month else text)
    except ValueError:
        form = "2019-01" if is_month else "2019-01-25"
        raise invalid(f"Invalid params: dates must have the form of {form}.") from None
