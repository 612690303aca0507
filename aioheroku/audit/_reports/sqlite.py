"""The report as an SQLite database, to be queried: a table for each part, with columns of one type each."""

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, cast

from attrs import define, field

from aioheroku._version import __version__
from aioheroku.audit._findings import FINDINGS
from aioheroku.audit._records import PartError, Record
from aioheroku.audit._reports.kinds import kind_of
from aioheroku.audit._reports.rows import Changed, Row, moment, written

VERSION: Final = 1
"""The version of the schema: it changes when a table or column is renamed or removed."""
_APPLICATION: Final = 0x61696F68  # "aioh": distinguishes the file from other databases
_FIRST: Final = (
    "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;"
    f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION};"
)
_LARGEST: Final = 2**63
_BATCH: Final = 500
_INDEXES: Final = (
    "apps (name)", "apps (stack)", "apps (id)", "findings (app)", "findings (kind)", "errors (app)",
    "formation (app)", "formation (size)", "dynos (app)", "dynos (state)", "releases (app)", "releases (created_at)",
    "domains (app)", "domains (hostname)", "addons (app)", "addons (plan)", "collaborators (app)",
    "collaborators (email)", "config_vars (app)", "config_vars (name)", "log_drains (app)", "ssl_endpoints (app)",
    "sni_endpoints (app)", "sni_endpoints (expires_at)", "certificate_domains (app)", "buildpacks (app)",
    "buildpacks (name)", "addon_attachments (app)", "pipelines (app)", "pipelines (id)", "team (app)", "team (name)",
)  # fmt: skip
"""Made at the end, when all rows are there."""


def _text(value: object) -> str | None:
    """Text that SQLite and its tools can hold: unpaired surrogates and NUL, which JSON may have, are replaced."""
    if value is None:
        return None
    return written(value).encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _number(value: object) -> int | None:
    fits = isinstance(value, int) and -_LARGEST <= value < _LARGEST
    return int(cast("int", value)) if fits else None


def _time(value: object) -> str | None:
    found = moment(value)
    return f"{found:%Y-%m-%dT%H:%M:%SZ}" if found else None


Column = Callable[[object], int | str | None]
_TABLES: Final[Mapping[str, Mapping[str, Column]]] = {
    "formation": {"type": _text, "quantity": _number, "size": _text},
    "dynos": {"name": _text, "state": _text, "size": _text},
    "releases": {
        "version": _number, "created_at": _time, "user": _text, "description": _text, "status": _text,
    },
    "domains": {"hostname": _text},
    "addons": {"name": _text, "plan": _text},
    "collaborators": {"email": _text},
    "config-vars": {"name": _text},
    "log-drains": {"id": _text, "scheme": _text, "host": _text, "addon": _number},
    "ssl-endpoints": {"name": _text, "cname": _text},
    "sni-endpoints": {"name": _text, "expires_at": _time},
    "buildpacks": {"position": _number, "name": _text},
    "addon-attachments": {"name": _text, "addon": _text},
    "pipelines": {"id": _text, "stage": _text},
    "team": {"id": _text, "name": _text},
}  # fmt: skip
"""The parts that have a table, and its columns; an item that is not an object is the value of the last one."""
_APP: Final[Mapping[str, Column]] = {
    "id": _text, "name": _text, "account": _text, "owner": _text, "region": _text, "stack": _text,
    "maintenance": _number, "created_at": _time, "updated_at": _time, "released_at": _time,
}  # fmt: skip


@contextmanager
def _as_os_errors(path: Path) -> Generator[None]:
    """Raise what the disk refuses as an `OSError`, whichever library writes."""
    try:
        yield
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
        raise OSError(errno.EIO, str(error), str(path)) from error


@define
class SQLiteReport:
    """Receives records and writes them to a new database, which is complete when it is closed.

    The file must be new: its journal is in memory, so what a killed process leaves is not a database.
    """

    path: Path
    at: datetime
    """The moment of the audit, which days left are counted from."""
    running: bool
    """Whether the audit ends when the report does."""
    _apps: int = field(default=0, init=False)
    _base: sqlite3.Connection = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._base = sqlite3.connect(self.path, isolation_level=None)
        self._base.executescript(_FIRST)
        self._base.executescript((files("aioheroku.audit._reports") / "schema.sql").read_text("utf-8"))
        self._base.execute("BEGIN")
        self._insert(
            "kinds", ((kind, about, kind_of(kind).remedy.replace("`", "")) for kind, about in FINDINGS.items())
        )

    def add(self, record: "Record | Mapping[str, Any]") -> None:
        """Insert an app and all that was read of it."""
        with _as_os_errors(self.path):
            self._add(Row.of(record))

    def _add(self, row: Row) -> None:
        self._apps += 1
        app = self._apps
        self._insert("apps", [(app, *(column(row.data.get(name)) for name, column in _APP.items()))])
        found = [(app, _text(kind), _text(detail)) for kind, detail in row.findings]
        self._base.executemany("INSERT OR IGNORE INTO kinds VALUES (?, '', '')", [(kind,) for _, kind, _ in found])
        self._insert("findings", found)
        self._insert("errors", (_error(app, error) for error in row.errors))
        for part in row.parts:
            self._part(app, row, part)
        if app % _BATCH == 0:
            self._base.execute("COMMIT")
            self._base.execute("BEGIN")

    def close(self, unfinished: str = "", changes: Iterable[object] | None = None) -> None:
        """Finish the database.

        Args:
            unfinished: Why the report has not all of the apps.
            changes: What changed since an earlier audit.
        """
        with closing(self._base), _as_os_errors(self.path):
            self._insert("changes", (_change(Changed.of(one)) for one in changes or ()))
            self._finish(unfinished)

    def _finish(self, unfinished: str) -> None:
        counts = self._base.execute("SELECT (SELECT count(*) FROM findings), (SELECT count(*) FROM errors)").fetchone()
        times = _time(self.at), _time(max(self.at, datetime.now(UTC)) if self.running else self.at)
        row = (VERSION, __version__, *times, int(not unfinished), _text(unfinished or None), self._apps, *counts)
        self._insert("audit", [row])
        for number, columns in enumerate(_INDEXES):
            self._base.execute(f"CREATE INDEX index_{number} ON {columns}")
        self._base.execute("COMMIT")

    def _part(self, app: int, row: Row, part: str) -> None:
        items, own = row.items(part), part in _TABLES
        if items is None:
            return
        value = None if own else json.dumps(row.parts[part])
        self._insert("parts", [(app, _text(part), len(items), value)])
        if own:
            self._insert(part.replace("-", "_"), ((app, *values) for values in _values(part, items)))
        if part == "sni-endpoints":
            self._insert("certificate_domains", _domains(app, row))

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        values = list(rows)
        if values:
            marks = ", ".join("?" * len(values[0]))
            self._base.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - names of ours


def _values(part: str, items: list[Any]) -> Iterator[tuple[int | str | None, ...]]:
    columns = _TABLES[part]
    for position, item in enumerate(items, 1):
        given = cast("Mapping[str, Any]", item) if isinstance(item, Mapping) else {list(columns)[-1]: item}
        values = {"position": position, **given}
        yield tuple(column(values.get(name)) for name, column in columns.items())


def _change(change: Changed) -> tuple[str | None, ...]:
    lists = (json.dumps(names) for names in (change.changed, change.found, change.solved))
    return _text(change.kind), _text(change.id), _text(change.name), _text(change.account or None), *lists


def _error(app: int, error: PartError) -> tuple[int | str | None, ...]:
    return app, _text(error.part), _text(error.error), _text(error.message), _text(error.request_id or None)


def _domains(app: int, row: Row) -> Iterator[tuple[int, str | None, str | None]]:
    for item in row.objects("sni-endpoints"):
        for domain in item.get("domains") or ():
            yield app, _text(item.get("name")), _text(domain)
