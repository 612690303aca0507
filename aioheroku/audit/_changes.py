"""What changed between two audits."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, Literal, cast
from uuid import UUID

from attrs import frozen

_ATTRIBUTES: Final = ("name", "owner", "region", "stack", "maintenance", "released_at")


@frozen
class Change:
    """How an app has changed since an earlier audit."""

    kind: Literal["new", "gone", "changed"]
    id: UUID
    name: str
    changed: tuple[str, ...] = ()
    """The attributes and parts that differ."""
    found: tuple[str, ...] = ()
    """The kinds of findings that are new."""
    solved: tuple[str, ...] = ()
    """The kinds of findings that are gone."""
    account: str | None = None
    """The account, where several are audited."""

    def __str__(self) -> str:
        where = f"{self.account}: " if self.account else ""
        details = [", ".join(self.changed), *(f"+{kind}" for kind in self.found), *(f"-{kind}" for kind in self.solved)]
        text = "; ".join(filter(None, details)) if self.kind == "changed" else self.kind
        return f"{where}{self.name}: {text}"

    @classmethod
    def between(
        cls, before: Mapping[str, Any] | None, after: Mapping[str, Any], needs: Callable[[str], str | None]
    ) -> "Change | None":
        """The difference between two records of an app, as plain JSON data; `None` if there is none.

        Parts and findings count only where both audits have read what they need.

        Args:
            before: the earlier record; `None` if there is none.
            after: the record now.
            needs: the part that a kind of finding needs.
        """
        about = UUID(after["id"]), after["name"]
        if before is None:
            return cls("new", *about, account=after["account"])
        both = _in_both(before["parts"], after["parts"])
        attributes = _in_both(before, _ATTRIBUTES)
        changed = (*_differing(before, after, attributes), *_differing(before["parts"], after["parts"], both))
        old, new = _kinds(before, both, needs), _kinds(after, both, needs)
        found, solved = _without(new, old), _without(old, new)
        if not (changed or found or solved):
            return None
        return cls("changed", *about, changed, found, solved, after["account"])

    @classmethod
    def gone(cls, before: Mapping[str, Any], account: str | None) -> "Change":
        """An app of the earlier report that no longer exists."""
        return cls("gone", UUID(before["id"]), before["name"], account=account)


def _in_both(before: Collection[str], after: Iterable[str]) -> list[str]:
    return [name for name in after if name in before]


def _without(names: Iterable[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)


def _kinds(record: Mapping[str, Any], parts: Collection[str], needs: Callable[[str], str | None]) -> list[str]:
    kinds = [finding["kind"] for finding in record["findings"]]
    return [kind for kind in dict.fromkeys(kinds) if (part := needs(kind)) is None or part in parts]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if _plain(before[name]) != _plain(after[name])]


def _plain(value: Any) -> Any:
    """A part in a form that does not depend on the order of its items."""
    if not isinstance(value, list):
        return value
    return sorted(json.dumps(item, sort_keys=True) for item in cast("list[object]", value))
