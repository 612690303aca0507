"""Whether a list makes progress: what tells a long list from one without an end."""

from collections.abc import Callable, Sequence
from operator import gt, lt
from typing import Any, Final

from aioheroku._pagination.ranges import Range

MOST_IDLE: Final = 100
"""Pages in a row that bring nothing: a list may have empty pages, one without an end has nothing else."""


class Progress:
    """Judges the pages of one walk, one after the other.

    In the order of ids, which nothing changes, it is exact: each page begins beyond the last item of the one before.
    In any other order an item may rightly come twice (it was renamed, or created again), and only pages that keep
    coming back whole are told from the rest.
    """

    __slots__ = ("_beyond", "_idle", "_last", "_seen")

    def __init__(self, range: Range) -> None:
        self._beyond: Callable[[Any, Any], bool] | None = None
        if range.field == "id":
            self._beyond = lt if range.order == "desc" else gt
        self._last: Any = None
        self._idle = 0
        self._seen: set[int] = set()

    def problem(self, items: Sequence[Any]) -> str | None:
        """Why the list has no end, as far as it can be told from the next page's items."""
        if items and (not self._is_known(items) if self._beyond is None else self._is_beyond(items)):
            self._idle = 0
            return None
        if items and self._beyond is not None:
            return "the page does not begin after the last item of the page before it."
        self._idle += 1
        return f"{MOST_IDLE} pages in a row bring nothing new." if self._idle >= MOST_IDLE else None

    def _is_beyond(self, items: Sequence[Any]) -> bool:
        first, last, before = getattr(items[0], "id", None), getattr(items[-1], "id", None), self._last
        self._last = last
        try:
            if len(items) > 1 and not self._beyond(last, first):  # type: ignore[misc]
                self._beyond = None  # this list is not in the order that was asked for, and cannot be judged by it
                return not self._is_known(items)
            # Compared with itself where there is none before, so that ids without an order are noticed at once.
            return self._beyond(first, first if before is None else before) or before is None  # type: ignore[misc]
        except TypeError:  # no id, or ids of several types: there is no order
            self._beyond = None
            return not self._is_known(items)

    def _is_known(self, items: Sequence[Any]) -> bool:
        """Whether a page of so many items with this beginning and this end was there before."""
        page = hash((_identity(items[0]), _identity(items[-1]), len(items)))
        known = page in self._seen
        self._seen.add(page)
        return known


def _identity(item: Any) -> Any:
    """What makes an item this one; its text where it has no id."""
    return getattr(item, "id", None) or repr(item)
