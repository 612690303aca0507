"""Rows of one resource, found by id or human key and sorted by any of their orders."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

Row = dict[str, Any]
Key = tuple[Any, str]
R = TypeVar("R", bound=Mapping[str, Any])

LAST = chr(0x10FFFF)  # sorts after every id


class SortedRows(Generic[R]):
    """The rows of a table in the ascending order of one field, ties broken by id."""

    __slots__ = ("keys", "rows")

    def __init__(self, rows: Iterable[R], read: Callable[[R], Any], identity: str = "id") -> None:
        self.rows = sorted(rows, key=lambda row: (read(row), row[identity]))
        self.keys: list[Key] = [(read(row), row[identity]) for row in self.rows]

    def before(self, value: Any) -> int:
        """How many rows come before the first one with this value."""
        return bisect_left(self.keys, (value,))

    def through(self, value: Any, id: str = LAST) -> int:
        """How many rows come before or at the last one with this value, or at the one with this id too."""
        return bisect_right(self.keys, (value, id))


class Table(Generic[R]):
    """Rows by id.

    *keys* are the human keys by which a row is found besides its id; *identity* is the field used in place of an id
    if rows have none; *reads* maps an order to a function that reads it, if it is not an attribute of the row.
    Sorted rows are cached until a write makes them stale, so that paginating a large table sorts it once.
    """

    __slots__ = ("_identity", "_keys", "_named", "_reads", "_rows", "_sorted")

    def __init__(self, *keys: str, identity: str = "id", **reads: Callable[[R], Any]) -> None:
        self._identity = identity
        self._keys = keys
        self._reads = reads
        self._rows: dict[str, R] = {}
        self._named: dict[str, R] | None = None
        self._sorted: dict[str, SortedRows[R]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __contains__(self, id: str) -> bool:
        return id in self._rows

    def add(self, row: R) -> R:
        """Add a row and return it."""
        self._rows[row[self._identity]] = row
        self.changed()
        return row

    def extend(self, rows: Iterable[R]) -> None:
        """Add several rows."""
        self._rows.update((row[self._identity], row) for row in rows)
        self.changed()

    def remove(self, row: R) -> None:
        """Remove a row, if it is there."""
        self._rows.pop(row[self._identity], None)
        self.changed()

    def remove_where(self, holds: Callable[[R], bool]) -> None:
        """Remove the rows for which this holds."""
        self._rows = {id: row for id, row in self._rows.items() if not holds(row)}
        self.changed()

    def changed(self, *fields: str) -> None:
        """Drop the caches that depend on these fields; without any, all caches."""
        if not fields:
            self._sorted.clear()
            self._named = None
        for field in fields:
            self._sorted.pop(field, None)
            if field in self._keys:
                self._named = None

    def where(self, holds: Callable[[R], bool]) -> "Table[R]":
        """The rows for which this holds, as a table of the same kind."""
        return table_of(filter(holds, self), *self._keys, identity=self._identity, **self._reads)

    def last(self, field: str) -> R | None:
        """The row that is the last in the order of a field, if there is one."""
        rows = self.sorted_by(field).rows
        return rows[-1] if rows else None

    def find(self, text: str) -> R | None:
        """The row with this id or human key; an id wins."""
        row = self._rows.get(text)
        if row is None and self._keys:
            if self._named is None:
                self._named = {str(self.read(key)(row)): row for key in self._keys for row in self._rows.values()}
            row = self._named.get(text)
        return row

    def read(self, field: str) -> Callable[[R], Any]:
        """How to read this field of a row."""
        return self._reads.get(field) or itemgetter(field)

    def sorted_by(self, field: str) -> SortedRows[R]:
        """The rows in the ascending order of a field."""
        known = self._sorted.get(field)
        if known is None:
            known = self._sorted[field] = SortedRows(self._rows.values(), self.read(field), self._identity)
        return known

    def sorted_by_any(self, field: str) -> SortedRows[R] | None:
        """The rows in the order of any attribute, null first; `id` is what identifies them. None: they lack it."""
        if field in self._reads:
            return self.sorted_by(field)
        if self._rows and field != "id" and not any(field in row for row in self):
            return None
        if field not in self._sorted:
            self._sorted[field] = self._sorted_by_value(self._identity if field == "id" else field)
        return self._sorted[field]

    def _sorted_by_value(self, name: str) -> SortedRows[R]:
        """The rows in the order of an attribute: of its numbers, if all are numbers, else of its texts."""
        kinds: set[type[Any]] = {type(row.get(name)) for row in self}
        read = itemgetter(name) if kinds <= {int} else _text(name)
        return SortedRows(self._rows.values(), read, self._identity)


def table_of(rows: Iterable[R], *keys: str, identity: str = "id", **reads: Callable[[R], Any]) -> Table[R]:
    """A table of these rows."""
    table = Table[R](*keys, identity=identity, **reads)
    table.extend(rows)
    return table


def _text(field: str) -> Callable[[Mapping[str, Any]], str]:
    """Reads a value as the text that stands for it in a Range header; `!` is null."""

    def read(row: Mapping[str, Any]) -> str:
        value: Any = row.get(field)
        if isinstance(value, dict):
            value = next(iter(cast("dict[str, Any]", value).values()), None)
        return "!" if value is None else quote(str(value), safe=":@/+,=")

    return read
