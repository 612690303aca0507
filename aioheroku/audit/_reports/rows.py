"""A record as the reports read it: plain JSON data, of which any part may be absent, or of a later version."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from attrs import fields, frozen

from aioheroku._clock import aware
from aioheroku._codec import unstructure
from aioheroku.audit._records import PartError, Record

_NAMES: Final = {
    "formation": "{type}: {quantity} x {size}",
    "dynos": "{name} {state} ({size})",
    "addons": "{name} ({plan})",
    "log-drains": "{scheme}://{host}",
    "ssl-endpoints": "{name} ({cname})",
    "addon-attachments": "{name}: {addon}",
    "pipelines": "{stage} of {id}",
    "team": "{name}",
}
"""How the items of a part are written; those of other parts are written with the names of their values."""


class _Tolerant(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def moment(value: object) -> datetime | None:
    """The time that a text in ISO 8601 names, in UTC; `None` for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return aware(value).astimezone(UTC)


def written(value: object) -> str:
    """Any JSON value as a person writes it."""
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, object]", value).items()
        return ", ".join(f"{name} {written(one)}" for name, one in pairs if one is not None)
    if isinstance(value, list | tuple):
        return ", ".join(map(written, cast("list[object]", value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def day(value: object) -> str:
    """The date of a time; `?` for anything else."""
    found = moment(value)
    return f"{found:%Y-%m-%d}" if found else "?"


@frozen
class Changed:
    """How an app has changed since an earlier audit, as a report shows it."""

    kind: str
    """`new`, `gone` or `changed`."""
    id: str
    name: str
    account: str
    changed: tuple[str, ...]
    """The attributes and parts that differ."""
    found: tuple[str, ...]
    """The kinds of findings that are new."""
    solved: tuple[str, ...]

    @classmethod
    def of(cls, change: object) -> "Changed":
        """The change that the audit noted, or its JSON."""
        data = cast("Mapping[str, Any]", change if isinstance(change, Mapping) else unstructure(change))
        kind, id, name, account = (written(data.get(name)) for name in ("kind", "id", "name", "account"))
        lists = (tuple(map(written, data.get(name) or ())) for name in ("changed", "found", "solved"))
        return cls(kind, id, name, account, *lists)


def _release(item: Mapping[str, Any]) -> str:
    text = f"v{item.get('version', '?')} on {day(item.get('created_at'))} by {item.get('user', '?')}"
    if item.get("status") not in (None, "succeeded"):
        text += f" ({item['status']})"
    return f"{text}: {item['description']}" if item.get("description") else text


def _certificate(item: Mapping[str, Any]) -> str:
    names = written(item.get("domains") or [])
    return f"{item.get('name', '?')} until {day(item.get('expires_at'))}{f' for {names}' if names else ''}"


_UNREAD: Final = tuple(field.name for field in fields(PartError))


@frozen
class Row:
    """A record, read tolerantly: what an older or newer audit wrote is as good as this one's."""

    data: Mapping[str, Any]

    @classmethod
    def of(cls, record: "Record | Mapping[str, Any]") -> "Row":
        """The row of a record, or of the JSON object of its line."""
        return cls(record.as_json() if isinstance(record, Record) else record)

    def text(self, name: str) -> str:
        """An attribute as text; empty if it is absent."""
        return written(self.data.get(name))

    @property
    def parts(self) -> Mapping[str, Any]:
        """The parts that were read."""
        return cast("Mapping[str, Any]", self.data.get("parts") or {})

    @property
    def findings(self) -> list[tuple[str, str]]:
        """Kind and detail of each finding."""
        return [(written(one.get("kind")), written(one.get("detail"))) for one in self.data.get("findings") or ()]

    @property
    def errors(self) -> list[PartError]:
        """The parts that could not be read; empty texts are not known."""
        return [PartError(*(written(one.get(name)) for name in _UNREAD)) for one in self.data.get("errors") or ()]

    def items(self, part: str) -> list[Any] | None:
        """The items of a part; `None` if it was not read."""
        value = self.parts.get(part)
        if value is None:
            return None
        return list(cast("list[Any]", value)) if isinstance(value, list | tuple) else [value]

    def objects(self, part: str) -> list[Mapping[str, Any]]:
        """The items of a part that are objects."""
        return [item for item in self.items(part) or () if isinstance(item, Mapping)]

    def lines(self, part: str) -> list[str]:
        """The items of a part, a line each."""
        return [_line(part, item) for item in self.items(part) or ()]

    @property
    def released(self) -> datetime | None:
        """When the newest release was made."""
        newest = max(
            (time for item in self.objects("releases") if (time := moment(item.get("created_at")))), default=None
        )
        return newest or moment(self.data.get("released_at"))

    @property
    def certificates(self) -> list[datetime]:
        """When the certificates end, the first one first."""
        return sorted(time for item in self.objects("sni-endpoints") if (time := moment(item.get("expires_at"))))

    @property
    def sizes(self) -> dict[str, int]:
        """The number of dynos of each size: as they are scaled, else as they run."""
        found: dict[str, int] = {}
        part, scaled = ("formation", True) if "formation" in self.parts else ("dynos", False)
        for item in self.objects(part):
            size, number = written(item.get("size")) or "?", item.get("quantity") if scaled else 1
            if isinstance(number, int) and number > 0:
                found[size] = found.get(size, 0) + number
        return found


def _line(part: str, item: Any) -> str:
    if not isinstance(item, Mapping):
        return written(item)
    values = cast("Mapping[str, Any]", item)
    if part == "releases":
        return _release(values)
    if part == "sni-endpoints":
        return _certificate(values)
    if part in _NAMES:
        return _NAMES[part].format_map(_Tolerant({name: written(value) for name, value in values.items()}))
    return written(values)
