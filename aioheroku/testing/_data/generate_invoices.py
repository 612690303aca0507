"""Invoices of a team: one for each month of the last half-year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Organization
from aioheroku.testing._state.table import Row

_MONTHS = 6


def invoices(team: Organization, now: float) -> Iterator[Row]:
    """The newest last; their numbers go up."""
    month = datetime.fromtimestamp(now, UTC).date().replace(day=1)
    firsts = list[date]()
    for _ in range(_MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        firsts.insert(0, month)
    for first in firsts:
        yield _invoice(team, first)


def _invoice(team: Organization, first: date) -> Row:
    rng = Random(f"invoice {team.id} {first}")
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    created = f"{following.isoformat()}T06:00:00Z"
    addons, database, platform = (rng.randint(0, 400) * 100 for _ in range(3))
    units = rng.randint(1, 900)
    charges = addons + database + platform
    return {
        "addons_total": addons,
        "charges_total": charges,
        "created_at": created,
        "credits_total": 0,
        "database_total": database,
        "dyno_units": round(units / 30, 2),
        "id": uuid(rng),
        "number": first.toordinal() * 10 + Random(team.id).randint(0, 9),
        "payment_status": "Paid",
        "period_end": (following - timedelta(days=1)).strftime("%m/%d/%Y"),
        "period_start": first.strftime("%m/%d/%Y"),
        "platform_total": platform,
        "state": 1,
        "total": charges,
        "updated_at": created,
        "weighted_dyno_hours": units * 24.0,
    }
