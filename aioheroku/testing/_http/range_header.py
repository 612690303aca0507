"""The Range header of lists: parsing it, and cutting a page out of a table.

The grammar is the one Heroku's API team published in an exercise, `<order> <start>..<end>; max=<n>, order=asc|desc`,
without what the service was seen to reject.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from attrs import frozen

from aioheroku.testing._errors import ErrorResponse
from aioheroku.testing._state.table import LAST, SortedRows, Table

PAGE = 200
LARGEST = 1000
LONGEST = 1024  # characters of the header

_RANGE = re.compile(
    r"\s*(?:(?P<field>[a-z][a-z_]*)(?:\s+|$))?"
    r"(?:(?P<open>[\[\]])?(?P<start>[^;\s\[\]]+?))?"
    r"\.\."
    r"(?:(?P<end>[^;\s\[\]]+)(?P<close>[\[\]])?)?"
    r"\s*(?:;(?P<keys>[^;]*))?;?\s*"
)
_NUMBER = re.compile(r"[0-9]+")
_TIE = re.compile(r"~([0-9a-f-]{36})$")


@frozen
class RangeHeader:
    """A parsed Range: where to begin, where to end, which way and how many.

    The first bound is where the list begins, in either order; if both are given, they enclose the interval.
    """

    field: str
    start: str | None = None
    after: bool = False
    end: str | None = None
    before: bool = False
    max: int = PAGE
    order: Literal["asc", "desc"] = "asc"

    @classmethod
    def parse(
        cls, text: str | None, orders: tuple[str, ...], old: Mapping[str, str] = MappingProxyType({})
    ) -> "RangeHeader":
        """The range that a header asks for; without a header the first of the list's orders.

        Refused are malformed text (400) and an order that the list does not take (416). A `max` below 1 or above
        1000 is malformed, and so is an end without a start. A list whose orders are not stated takes any; `old` are
        names of orders that it once had.
        """
        usual = orders[0] if orders else "id"
        if text is None:
            return cls(usual)
        match = _RANGE.fullmatch(text) if len(text) <= LONGEST else None
        if match is None or not _complete(match):
            raise _malformed()
        field: str = match["field"] or usual
        field = old.get(field, field)
        if orders and field not in orders:
            raise _unsatisfiable()
        size, order = _keys(match["keys"] or "")
        return cls(
            field,
            match["start"],
            match["open"] == "]",
            match["end"],
            match["close"] == "[",
            size,
            order,
        )

    def picked(self, low: int, high: int) -> range:
        """The indices of the page, of rows between these bounds."""
        if self.order == "asc":
            return range(low, min(high, low + self.max))
        return range(high - 1, max(low, high - self.max) - 1, -1)

    def next(self, last: str) -> str:
        """The header that requests what comes after the last item of this page."""
        end = f"{self.end}{'[' if self.before else ''}" if self.end else ""
        order = ", order=desc" if self.order == "desc" else ""
        return f"{self.field} ]{last}..{end}; max={self.max}{order}"


@frozen
class Slice:
    """Rows cut from a list, and the headers that say which."""

    rows: list[Mapping[str, Any]]
    status: int
    headers: dict[str, str]


def paginate(table: Table[Any], wanted: RangeHeader, orders: tuple[str, ...]) -> Slice:
    """The page of a table that a range asks for: 200, or 206 if rows are left.

    A list whose orders are not stated is sorted by any attribute of its rows (416 for another word).
    """
    rows = table.sorted_by(wanted.field) if orders else table.sorted_by_any(wanted.field)
    if rows is None:
        raise _unsatisfiable()
    low, high = _bounds(rows, wanted)
    headers = {"Accept-Ranges": ", ".join(sorted(orders or {"id", wanted.field}))}
    more = high - low > wanted.max
    picked = wanted.picked(low, high)
    if not picked:
        return Slice([], 200, headers)
    first, last = rows.keys[picked[0]], rows.keys[picked[-1]]
    headers["Content-Range"] = f"{wanted.field} {first[0]}..{last[0]}"
    if more:
        follower = rows.keys[picked[-1] + picked.step]
        # Two rows may share a value of `updated_at`; a cursor of the value alone would lose the second one.
        tie = f"~{last[1]}" if follower[0] == last[0] else ""
        headers["Next-Range"] = wanted.next(f"{last[0]}{tie}")
    return Slice([rows.rows[i] for i in picked], 206 if more else 200, headers)


def _keys(text: str) -> tuple[int, Literal["asc", "desc"]]:
    size = PAGE
    order: Literal["asc", "desc"] = "asc"
    for part in filter(None, (part.strip() for part in text.split(","))):
        match part.partition("="):
            case "max", "=", number if 0 < _integer(number) <= LARGEST:
                size = _integer(number)
            case "order", "=", "asc" | "desc" as way:
                order = way
            case _:
                raise _malformed()
    return size, order


def _bounds(rows: SortedRows[Any], wanted: RangeHeader) -> tuple[int, int]:
    low, high = 0, len(rows.rows)
    if wanted.start is None:
        return low, high
    tie = _TIE.search(wanted.start)
    start, id = (wanted.start[: tie.start()], tie[1]) if tie else (wanted.start, "")
    first: tuple[Any, str, bool] = (_typed(rows, start), id, wanted.after)
    if wanted.end is None:
        return (_from(rows, first), high) if wanted.order == "asc" else (low, _upto(rows, first))
    last: tuple[Any, str, bool] = (_typed(rows, wanted.end), "", wanted.before)
    lower, upper = (first, last) if first[0] <= last[0] else (last, first)
    return _from(rows, lower), _upto(rows, upper)


def _from(rows: SortedRows[Any], bound: tuple[Any, str, bool]) -> int:
    value, id, exclusive = bound
    return rows.through(value, id or LAST) if exclusive else rows.before(value)


def _upto(rows: SortedRows[Any], bound: tuple[Any, str, bool]) -> int:
    value, id, exclusive = bound
    if not exclusive:
        return rows.through(value)
    return rows.through(value, id) - 1 if id else rows.before(value)


def _typed(rows: SortedRows[Any], text: str) -> Any:
    if not rows.keys or isinstance(rows.keys[0][0], str):
        return text
    return _integer(text)


def _integer(text: str) -> int:
    """A number of a range; malformed if it has other characters than digits."""
    if not _NUMBER.fullmatch(text):
        raise _malformed()
    return int(text)


def _complete(match: re.Match[str]) -> bool:
    """An end needs a start, and a start the name of its order; the bare `..` needs nothing."""
    return bool(match["start"] or not match["end"]) and bool(match["field"] or not match["start"])


def _malformed() -> ErrorResponse:
    return ErrorResponse(
        400, "bad_request", "Invalid `Range` header. Please use format like `id ..; max=10, order=desc`. "
    )


def _unsatisfiable() -> ErrorResponse:
    return ErrorResponse(
        416,
        "requested_range_not_satisfiable",
        "Requested range order is not allowed, please try `id` or another specified in `Accept-Ranges`.",
    )
