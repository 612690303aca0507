"""What teams have used: always the same numbers for a team, an app and a day."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from aioheroku.testing._state.models import Organization
from aioheroku.testing._state.refs import Ref
from aioheroku.testing._state.table import Row

_SUMS = ("addons", "data", "dynos", "partner")


def days(start: date, end: date) -> Iterator[str]:
    """Each day of a period, both ends included."""
    for number in range((end - start).days + 1):
        yield (start + timedelta(number)).isoformat()


def months(start: date, end: date) -> Iterator[str]:
    """Each month of a period, both ends included."""
    for number in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        yield f"{number // 12:04}-{number % 12 + 1:02}"


def team_usage(team: Organization, period: str) -> Row:
    """What the apps of a team have used in a day or a month, and all of them together."""
    apps = [_app_usage(app.row["id"], app.row["name"], period) for app in team.apps]
    rng = Random(f"usage {team.id} {period}")
    return {**_total(team.ref, period, apps, rng), "apps": apps}


def enterprise_usage(ref: Ref, teams: Iterable[Organization], period: str) -> Row:
    """The same of an enterprise account, by team."""
    rows = [team_usage(team, period) for team in teams]
    for row in rows:
        del row[_unit(period)]
    return {**_total(ref, period, rows, Random(f"usage {ref['id']} {period}")), "teams": rows}


def _app_usage(id: str, name: str, period: str) -> Row:
    rng = Random(f"usage {id} {period}")
    days = 30 if _unit(period) == "month" else 1
    return {
        "addons": days * rng.randint(0, 400) / 1.0,
        "app_name": name,
        "data": round(days * rng.uniform(0, 40), 2),
        "dynos": round(days * rng.uniform(0, 4), 3),
        "partner": round(days * rng.uniform(0, 20), 2),
    }


def _total(ref: Ref, period: str, rows: list[Row], rng: Random) -> Row:
    sums = {name: round(sum(row[name] for row in rows), 3) for name in _SUMS}
    row: Row = {**sums, **ref, "space": round(rng.uniform(0, 2), 3) if rows else 0, _unit(period): period}
    return row | ({"connect": rng.randint(0, 20_000) if rows else 0} if _unit(period) == "month" else {})


def _unit(period: str) -> str:
    return "month" if len(period) == len("2019-01") else "date"
