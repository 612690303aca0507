"""The report of an earlier audit: parts that are still valid need not be read again."""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, Self, cast
from uuid import UUID

from attrs import define, field

from aioheroku.errors import InvalidRequest, bounded, printable
from aioheroku.resources.apps.apps import App

_UNMARKED: Final = frozenset({"dynos", "addons", "addon-attachments", "pipelines", "team"})
"""Parts that change without a change of the app's `updated_at`: read each time, most by account-wide lists."""
_SOON: Final = timedelta(days=45)
"""Managed certificates are renewed within this time before they expire, without a change of the app."""


@define(eq=False)
class Earlier:
    """The report of an earlier audit, in JSON lines. Only an index of its records is in memory."""

    path: Path
    _places: dict[tuple[str, UUID], tuple[int, int]] = field(repr=False)
    """The position of each app's record: its first byte and its length."""

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """The report in this file. A last line that was cut off is left out.

        Raises:
            InvalidRequest: the file cannot be read, or is not a report.
        """
        if not isinstance(path, str | os.PathLike):
            raise InvalidRequest(f"expected the path of a file, got {type(path).__name__}.", "since")
        file = Path(path)
        try:
            with file.open("rb") as stream:
                return cls(file, dict(_indexed(file, stream)))
        except (OSError, ValueError) as error:
            if isinstance(error, InvalidRequest):
                raise
            problem = getattr(error, "strerror", None) or "it is not a file"
        raise InvalidRequest(f"{_shown(file)} cannot be read: {problem}.", "since")

    def record(self, app: UUID, account: str | None) -> dict[str, Any] | None:
        """The record of an app, as plain JSON data; of a report that names no accounts, whatever the account.

        Raises:
            InvalidRequest: the file was changed meanwhile.
        """
        name = account if account is not None and (account, app) in self._places else ""
        place = self._places.get((name, app))
        if place is None:
            return None
        start, length = place
        with self.path.open("rb") as stream:
            stream.seek(start)
            line = stream.read(length)
        if _place(line) != (name, app):
            raise InvalidRequest(f"{_shown(self.path)} was changed while it was read.", "since")
        return cast("dict[str, Any]", json.loads(line))

    def others(self, apps: Collection[UUID], account: str | None) -> Iterator[dict[str, Any]]:
        """The records of an account's apps that are not among these."""
        for name, app in self._places:
            if name == (account or "") and app not in apps and (found := self.record(app, account)) is not None:
                yield found

    def kept(
        self, app: App, account: str | None, parts: Iterable[str], reread: Collection[str], now: datetime
    ) -> dict[str, Any]:
        """The parts of an app that are still valid: those that were read, if the app was not changed since.

        Args:
            app: the app as it is now.
            account: the account's name in the report.
            parts: the parts that are wanted.
            reread: the parts that are to be read again in any case.
            now: the time.
        """
        record = self.record(app.id, account)
        if record is None or not _unchanged(record, app):
            return {}
        read = record["parts"].keys() - set(reread)
        return {
            part: revived(record["parts"][part])
            for part in parts
            if part in read and _holds(part, record["parts"][part], now)
        }


def _unchanged(record: Mapping[str, Any], app: App) -> bool:
    """Whether the app has the same times; a record of an earlier version has no `updated_at`."""
    times = (("updated_at", app.updated_at), ("released_at", app.released_at))
    return all(name in record and _same(record[name], time) for name, time in times)


def _holds(part: str, value: Any, now: datetime) -> bool:
    """Whether a part cannot have changed without a change of the app."""
    try:
        if part == "releases":  # a pending release ends
            return all(release["status"] != "pending" for release in value)
        if part == "sni-endpoints":
            return all(_time(endpoint["expires_at"]) > now + _SOON for endpoint in value)
    except (KeyError, TypeError, ValueError):  # not as this version writes it
        return False
    return part not in _UNMARKED


def _same(text: object, time: datetime | None) -> bool:
    try:
        return text is None if time is None else _time(text) == time
    except ValueError:
        return False


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def revived(value: Any) -> Any:
    """A part as it was before it became plain JSON data: `id` is a UUID again, and what ends in `_at` a time."""
    if isinstance(value, list):
        return [revived(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _revived(key, item) for key, item in cast("dict[str, Any]", value).items()}
    return value


def _revived(key: str, value: Any) -> Any:
    if isinstance(value, str) and (key == "id" or key.endswith("_at")):
        try:
            return UUID(value) if key == "id" else _time(value)
        except ValueError:
            return value
    return revived(value)


def _shown(file: Path) -> str:
    return bounded(printable(str(file)), 300)


def _indexed(file: Path, stream: BinaryIO) -> Iterator[tuple[tuple[str, UUID], tuple[int, int]]]:
    start = 0
    for number, line in enumerate(stream, 1):
        place = _place(line)
        if place is None:
            if line.endswith(b"\n") or not _is_torn(line):
                problem = f"line {number} is not a record of an audit: give a report of --format jsonl"
                raise InvalidRequest(f"{_shown(file)}: {problem}.", "since")
            return  # cut off while it was written
        yield place, (start, len(line))
        start += len(line)


def _is_torn(line: bytes) -> bool:
    """Whether it can be the beginning of a record, and no more than that."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return line[:2] == b'{"'[: len(line)]
    return False


def _place(line: bytes) -> tuple[str, UUID] | None:
    try:
        data = json.loads(line)
        account: object = data.get("account")
        if isinstance(data["parts"], dict) and isinstance(data["findings"], list) and isinstance(data["name"], str):
            return account if isinstance(account, str) else "", UUID(data["id"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None


def earlier_of(value: "str | os.PathLike[str] | Earlier | None") -> Earlier | None:
    """The path of a report as a report."""
    return value if value is None or isinstance(value, Earlier) else Earlier.read(value)
