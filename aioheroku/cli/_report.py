"""The formats of a report: table, JSON lines, CSV; HTML and SQLite are those of `aioheroku.audit`."""

import csv
import errno
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO

from attrs import define, field, frozen
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aioheroku.audit import FINDINGS, Record
from aioheroku.audit._reports import Report, html_report, sqlite_report
from aioheroku.cli._formatting import cell
from aioheroku.cli._streams import write
from aioheroku.errors import printable

WIDTH: Final = 100
"""Width of a table that is not written to a terminal, unless COLUMNS is set."""


@define
class JSONLines:
    """One line of JSON per app, written immediately, so that an interrupted audit loses nothing."""

    stream: TextIO

    def add(self, record: Record) -> None:
        """Write the record."""
        write(self.stream, json.dumps(record.as_json()))

    def close(self, unfinished: str = "", changes: Iterable[object] | None = None) -> None:
        """Nothing is buffered."""


Cell = Callable[[Any], str]


def _joined(form: str) -> Cell:
    return lambda items: " ".join(map(form.format_map, items))


_CELLS: Final[Mapping[str, Cell]] = {
    "formation": _joined("{type}={quantity}:{size}"),
    "dynos": _joined("{name}={state}"),
    "releases": lambda releases: " ".join(f"v{one['version']}@{one['created_at'].isoformat()}" for one in releases),
    "domains": " ".join,
    "addons": _joined("{plan}"),
    "collaborators": " ".join,
    "config-vars": " ".join,
    "log-drains": _joined("{scheme}://{host}"),
    "ssl-endpoints": _joined("{name}"),
    "sni-endpoints": _joined("{name}@{expires_at:%Y-%m-%d}"),
    "buildpacks": " ".join,
    "addon-attachments": _joined("{name}={addon}"),
    "pipelines": _joined("{stage}"),
    "team": lambda team: team["name"] if team else "",
}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)


_NARROW: Final = 60
"""Below this terminal width an app's name is folded, so that findings are not cut."""
_FIXED: Final = ("id", "name", "owner", "region", "stack", "maintenance", "created_at", "released_at")


class CSV:
    """One row per app, one column per part, its items separated by spaces."""

    def __init__(self, stream: TextIO, include: tuple[str, ...], *, accounts: bool = False) -> None:
        self._include = include
        self._stream = stream
        self._fixed = ("account", *_FIXED) if accounts else _FIXED
        self._writer = csv.writer(stream)
        self._begun = False

    def _begin(self, parts: Iterable[str] = ()) -> None:
        """Write the header once; a platform of 2014 has a part that is not a default."""
        if not self._begun:
            self._begun = True
            self._include += tuple(part for part in parts if part not in self._include)
            self._writer.writerow([*self._fixed, *self._include, "findings", "errors"])

    def add(self, record: Record) -> None:
        """Write the row."""
        self._begin(record.parts)
        fixed = (getattr(record, name) for name in self._fixed)
        parts = (_CELLS[part](record.parts[part]) if part in record.parts else "" for part in self._include)
        self._writer.writerow(
            [
                *(cell(_text(value)) for value in fixed),
                *map(cell, parts),
                " ".join(finding.kind for finding in record.findings),
                cell(" | ".join(f"{error.part}: {error.message}" for error in record.errors)),
            ]
        )
        self._stream.flush()

    def close(self, unfinished: str = "", changes: Iterable[object] | None = None) -> None:  # noqa: ARG002 - standard error has them
        """Write the header, if there was no row."""
        self._begin()


@frozen
class _Column:
    """A column of the table: its title, the part that it shows, and the smallest width at which it is shown."""

    name: str
    part: str | None
    show: Callable[[Record], str]
    width: int = 0
    number: bool = False


def _states(record: Record) -> str:
    states = Counter(dyno["state"] for dyno in record.parts["dynos"])
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none"


def _newest(record: Record) -> str:
    return next((f"{release['created_at']:%Y-%m-%d}" for release in record.parts["releases"]), "never")


def _counted(name: str, part: str) -> _Column:
    return _Column(name, part, lambda record: str(len(record.parts[part])), 140, number=True)


_ACCOUNT: Final = _Column("Account", None, lambda record: record.account or "")
_COLUMNS: Final = (
    _Column("App", None, lambda record: record.name),
    _Column("Formation", "formation", lambda record: _CELLS["formation"](record.parts["formation"]), 180),
    _Column("Dynos", "dynos", _states, 80),
    _Column("Released", "releases", _newest, 100),
    _Column("Stack", None, lambda record: record.stack, 100),
    _counted("Domains", "domains"),
    _counted("Add-ons", "addons"),
    _counted("People", "collaborators"),
    _counted("Vars", "config-vars"),
    _counted("Drains", "log-drains"),
    _counted("SSL", "ssl-endpoints"),
    _counted("Certs", "sni-endpoints"),
    _Column("Findings", None, lambda record: ", ".join(finding.kind for finding in record.findings) or "-"),
)


class _Console(Console):
    """A console that raises an error where nobody reads any more: the command decides how it ends."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def console_for(stream: TextIO) -> Console:
    """A console as wide as its terminal, or of a readable width if there is no terminal."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH
    return _Console(file=stream, width=width, highlight=False, soft_wrap=False)


@define
class TableReport:
    """A table of all apps, those with most findings first; rows are kept as short strings and written at the end."""

    console: Console
    include: tuple[str, ...]
    accounts: bool = False
    """Whether there are several accounts, which a column names."""
    _rows: list[tuple[int, tuple[str, ...]]] = field(factory=list[tuple[int, tuple[str, ...]]], init=False)
    _columns: tuple[_Column, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._columns = tuple(
            column
            for column in (*(_ACCOUNT,) * self.accounts, *_COLUMNS)
            if (column.part is None or column.part in self.include) and column.width <= self.console.width
        )

    def add(self, record: Record) -> None:
        """Keep the row."""
        cells = (
            printable(column.show(record))
            if column.part is None or column.part in record.parts
            else "?" * any(error.part == column.part for error in record.errors) or "-"
            for column in self._columns
        )
        self._rows.append((len(record.findings), tuple(cells)))

    def close(self, unfinished: str = "", changes: Iterable[object] | None = None) -> None:  # noqa: ARG002
        """Write the table."""
        if not self._rows:
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        narrow = self.console.width < _NARROW
        finding = max(map(len, FINDINGS)) + 1  # with its comma
        for column in self._columns:
            last = column is self._columns[-1]
            table.add_column(
                column.name,
                justify="right" if column.number else "left",
                no_wrap=not last and not narrow,
                overflow="fold",
                max_width=max(1, self.console.width - finding - 4) if narrow and not last else None,
            )
        for findings, cells in sorted(self._rows, key=lambda row: (-row[0], row[1])):
            table.add_row(*map(Text, cells[:-1]), Text(cells[-1], "yellow" if findings else "dim"))
        self.console.print(table)


def report_for(format: str, stream: TextIO, include: tuple[str, ...], *, accounts: bool = False) -> Report:
    """The report of this format, written to the stream; with a column for the account where there are several."""
    if format == "jsonl":
        return JSONLines(stream)
    if format == "csv":
        return CSV(stream, include, accounts=accounts)
    if format == "html":
        text: Any = stream
        if hasattr(text, "reconfigure"):
            text.reconfigure(encoding="utf-8")  # as the page says, whatever the terminal's is
        return html_report(stream)
    if format == "sqlite":
        return sqlite_report(Path(stream.name))  # the temporary file that will be the report
    return TableReport(console_for(stream), include, accounts)
