"""The audit trail of an enterprise account: a few events a day of the last weeks, and archives of the last months."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from aioheroku.testing._data.names import app_name
from aioheroku.testing._state.ids import uuid
from aioheroku.testing._state.models import Enterprise
from aioheroku.testing._state.refs import Ref, UserRef
from aioheroku.testing._state.table import Row

_DAYS = 30
_ARCHIVES = 6
_DAY = 86400
_HOST = "https://audit-trail-archives.example.com"
_KINDS = (
    ("app", "create"),
    ("app", "destroy"),
    ("addon", "create"),
    ("collaborator", "create"),
    ("collaborator", "destroy"),
    ("config_var", "update"),
    ("dyno", "create"),
    ("release", "create"),
)


def events(enterprise: Enterprise, teams: list[Ref], now: float) -> Iterator[Row]:
    """The oldest first; the same each time for a day that is over."""
    today = int(now // _DAY)
    people: list[UserRef] = [row["user"] for row in enterprise.members]
    for day in range(today - _DAYS, today):
        rng = Random(f"audit {enterprise.ref['id']} {day}")
        for second in sorted(rng.sample(range(_DAY), rng.randint(1, 3))):
            yield _event(enterprise, teams, people, rng, day * _DAY + second)


def _event(enterprise: Enterprise, teams: list[Ref], people: list[UserRef], rng: Random, at: int) -> Row:
    kind, action = rng.choice(_KINDS)
    actor, owner = rng.choice(people), rng.choice(people)
    app = {"id": uuid(rng), "name": app_name(rng)}
    return {
        "action": action,
        "actor": actor,
        "app": app,
        "created_at": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {"name": app["name"], "region": {"name": "us"}},
        "enterprise_account": enterprise.ref,
        "id": uuid(rng),
        "owner": owner,
        "request": {"ip_address": f"192.0.2.{rng.randint(1, 254)}"},
        "team": rng.choice(teams) if teams else enterprise.ref,
        "type": kind,
    }


def archives(enterprise: Enterprise, now: float) -> Iterator[Row]:
    """One for each month that is over, the oldest first."""
    month = datetime.fromtimestamp(now, UTC).date().replace(day=1)
    found = list[Row]()
    for _ in range(_ARCHIVES):
        following, month = month, (month - timedelta(days=1)).replace(day=1)
        rng = Random(f"archive {enterprise.ref['id']} {month}")
        name = f"{month.year}-{month.month:02}.csv.gz"
        found.append(
            {
                "checksum": sha256(f"{enterprise.ref['id']} {name}".encode()).hexdigest(),
                "created_at": f"{following.isoformat()}T04:00:00Z",
                "month": f"{month.month:02}",
                "size": rng.randint(20_000, 900_000),
                "url": f"{_HOST}/{enterprise.ref['id']}/{name}?signature={rng.getrandbits(128):032x}",
                "year": month.year,
            }
        )
    yield from reversed(found)
