"""The columns of the table of apps, and what its cells say."""

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from aioheroku.audit._reports.rows import Row, day
from aioheroku.errors import bounded, printable

NAME: Final = 120
"""Characters of a name that are shown."""
_LINE: Final = 300
_COUNTED: Final = {
    "domains": "Domains",
    "addons": "Add-ons",
    "collaborators": "People",
    "config-vars": "Vars",
    "log-drains": "Drains",
}


@frozen
class Column:
    """A column of the table of apps."""

    key: str
    title: str
    kind: str = "text"
    """How it is sorted: `text`, `number` or `date`."""


@frozen
class Cell:
    """A cell: what it says, what it is sorted by, and a second line."""

    text: str
    value: str
    note: str = ""
    tone: str = ""


def shown(text: str, most: int = _LINE) -> str:
    """Foreign text, short and without characters that would reverse or hide it."""
    return bounded(printable(text), most)


def _ago(days: float) -> str:
    for size, unit in ((365.25, "year"), (30.44, "month"), (1, "day")):
        if days >= size:
            number = int(days // size)
            return f"{number} {unit}{'s' * (number != 1)}"
    return "today"


def columns_of(row: Row) -> list[Column]:
    """The columns: those of the parts that were requested for the first app."""
    requested = {*row.parts, *(error.part for error in row.errors)}
    columns = [Column("name", "App"), Column("findings", "Findings", "number")]
    if row.data.get("account") is not None:
        columns.insert(1, Column("account", "Account"))
    columns.append(Column("stack", "Stack"))
    if requested & {"formation", "dynos"}:
        columns.append(Column("dynos", "Dynos", "number"))
    columns.append(Column("released", "Released", "date"))
    if "sni-endpoints" in requested:
        columns.append(Column("certificate", "Certificate", "date"))
    columns += [Column(part, title, "number") for part, title in _COUNTED.items() if part in requested]
    return columns


def cell_of(row: Row, key: str, at: datetime) -> Cell:
    """The cell of an app in a column."""
    if key == "dynos":
        return _dynos(row)
    if key == "released":
        return _date(at, row.released, "never", ago=True)
    if key == "certificate":
        if row.items("sni-endpoints") is None:
            return Cell("?", "")
        return _date(at, next(iter(row.certificates), None), "none", ago=False)
    if key in _COUNTED:
        items = row.items(key)
        return Cell("?", "") if items is None else Cell(f"{len(items):,}", str(len(items)))
    if key == "findings":
        return Cell("", str(len(row.findings)))
    text = shown(row.text(key), NAME)
    return Cell(text, text)


def _dynos(row: Row) -> Cell:
    if row.items("formation") is None and row.items("dynos") is None:
        return Cell("?", "")
    sizes = row.sizes
    crashed = sum(item.get("state") == "crashed" for item in row.objects("dynos"))
    note = f"{crashed} crashed" if crashed else shown(", ".join(sorted(sizes)), 40)
    number = sum(sizes.values())
    return Cell(f"{number:,}", str(number), note, "bad" if crashed else "")


def _date(at: datetime, time: datetime | None, absent: str, *, ago: bool) -> Cell:
    if time is None:
        return Cell(absent, "")
    days = (at - time) / timedelta(days=1)
    if ago:
        old = _ago(days)
        return Cell(day(time), time.isoformat(), old if old == "today" else f"{old} ago", "warn" * (days > 365))
    left = -days
    note = "has expired" if left < 0 else "expires today" if left < 1 else f"{_ago(left)} left"
    return Cell(day(time), time.isoformat(), note, "bad" if left < 0 else "warn" * (left < 30))
