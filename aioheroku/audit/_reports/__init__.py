"""Reports of an audit as files: one HTML page, or an SQLite database."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from aioheroku._clock import aware
from aioheroku.audit._records import Record
from aioheroku.audit._reports.files import in_place, replacing
from aioheroku.errors import HerokuError, InvalidRequest

Records = AsyncIterable[Record | Mapping[str, Any]] | Iterable[Record | Mapping[str, Any]]
_IN_USE: Final = ("-wal", "-journal")


class Report(Protocol):
    """Receives the records of an audit; complete once it is closed."""

    def add(self, record: Record) -> None:
        """Add an app."""
        ...

    def close(self, unfinished: str = "", changes: Iterable[object] | None = None) -> None:
        """Finish it.

        Args:
            unfinished: why apps are missing; empty if none are.
            changes: what is not as it was at an earlier audit; `None` without one.
        """
        ...


class FileReport(Report, Protocol):
    """A report that takes a record as JSON, too."""

    def add(self, record: "Record | Mapping[str, Any]") -> None:
        """Add an app."""
        ...


def html_report(stream: TextIO, at: datetime | None = None) -> FileReport:
    """A report that is written to the stream as one HTML page.

    Raises:
        InvalidRequest: jinja2 is not installed.
    """
    try:
        from aioheroku.audit._reports.html import HTMLReport  # noqa: PLC0415 - jinja2 is an extra
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"jinja2", "markupsafe"}:
            raise
        raise InvalidRequest("The HTML report needs the extra: pip install 'aioheroku[cli]'.", "format") from error
    return HTMLReport(stream, *_moment(at))


def sqlite_report(path: Path, at: datetime | None = None) -> FileReport:
    """A report that is written to a new database at the path."""
    from aioheroku.audit._reports.sqlite import SQLiteReport  # noqa: PLC0415 - some Pythons are built without it

    return SQLiteReport(path, *_moment(at))


def _moment(at: datetime | None) -> tuple[datetime, bool]:
    """When the audit was, and whether it is running: a time without a zone is taken as UTC."""
    if at is None:
        return datetime.now(UTC), True
    return aware(at).astimezone(UTC), False


def check_database(path: Path) -> None:
    """Refuse what cannot be replaced by a database.

    Raises:
        InvalidRequest: the path is standard output or anything but a file, or the database there is in use.
    """
    if str(path) == "-" or in_place(path):
        problem = f"A database cannot be written to {'standard output' if str(path) == '-' else path}"
        raise InvalidRequest(f"{problem}: give the name of a file, such as audit.db.", "output")
    for ending in _IN_USE:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            # SQLite would apply it to the new database, and corrupt it.
            problem = f"{path} is in use, or was left behind by a program that crashed: {beside.name} is next to it"
            raise InvalidRequest(f"{problem}. Close what has it open, or give another name.", "output")


async def write_html(
    records: Records,
    path: "str | PathLike[str]",
    *,
    at: datetime | None = None,
    changes: Iterable[object] | None = None,
) -> None:
    """Write the records as one HTML page that needs no other file, no network and no script to be read.

    The file is replaced when it is complete. If the records end with an error, it has those before it, says so on top,
    and the error is raised; without any record the former file stays. In memory are counts, and a name for each app.

    Args:
        records: What `Audit.records()` yields, or the JSON objects of the lines that `--format jsonl` writes.
        path: The file to write.
        at: The moment of the audit, which ages are measured from; by default now.
        changes: What changed since an earlier audit, read when the records have ended.

    Raises:
        InvalidRequest: jinja2 is missing, which the extra `cli` brings.
        OSError: the file cannot be written.
    """
    await _write(records, Path(fspath(path)), lambda stream: html_report(stream, at), changes)


async def write_sqlite(
    records: Records,
    path: "str | PathLike[str]",
    *,
    at: datetime | None = None,
    changes: Iterable[object] | None = None,
) -> None:
    """Write the records as an SQLite database; the guide on reports shows its tables.

    The file is replaced when it is complete. If the records end with an error, it has those before it, `audit.complete`
    is 0, and the error is raised; without any record the former file stays. No more than an app is in memory.

    Args:
        records: What `Audit.records()` yields, or the JSON objects of the lines that `--format jsonl` writes.
        path: The file to write.
        at: The moment of the audit; by default now.
        changes: What changed since an earlier audit, read when the records have ended.

    Raises:
        InvalidRequest: the path cannot be a database's, or the database there is in use.
        OSError: the file cannot be written.
    """
    target = Path(fspath(path))
    check_database(target)
    await _write(records, target, lambda stream: sqlite_report(Path(stream.name), at), changes)


async def _write(
    records: Records, path: Path, make: Callable[[TextIO], FileReport], changes: Iterable[object] | None
) -> None:
    apps, whole = 0, False
    with replacing(path, at_once=False, keep=lambda: whole) as stream:
        report = make(stream)
        try:
            async for record in _each(records):
                report.add(record)
                apps += 1
        except BaseException as error:
            report.close(unfinished(error), changes)
            whole = apps > 0
            raise
        report.close("", changes)
        whole = True


def unfinished(error: BaseException) -> str:
    """Why an audit ended early, in words for its report."""
    if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
        return "It was interrupted."
    # The text of a foreign exception may quote anything, secrets included.
    return str(error) if isinstance(error, HerokuError) else f"It failed: {type(error).__name__}."


async def _each(records: Records) -> AsyncIterator[Record | Mapping[str, Any]]:
    if isinstance(records, AsyncIterable):
        async for record in records:
            yield record
        return
    for record in records:
        yield record
