"""Detects endless lists: do successive pages make progress?"""

from collections.abc import Callable, Sequence
from operator import gt, lt
from typing import Any, Final

from aioheroku._pagination.ranges import Range

MOST_IDLE: Final = 100
"""Consecutive pages without new items after which a list counts as endless; a normal list may have a few."""


class Progress:
    """Checks the pages of one pass over a list, one after the other.

    Sorted by id, which never changes, the check is exact: each page begins after the last item of the previous one.
    In any other order an item may legitimately come twice (it was renamed, or created again), so only whole pages
    that come again are detected.
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
        """Why the list counts as endless, given the next page's items; `None` if it does not."""
        if items and (not self._is_known(items) if self._beyond is None else self._is_beyond(items)):
            self._idle = 0
            return None
        if items and self._beyond is not None:
            return "the page does not begin after the last item of the previous one."
        self._idle += 1
        return f"{MOST_IDLE} consecutive pages have no new items." if self._idle >= MOST_IDLE else None

    def _is_beyond(self, items: Sequence[Any]) -> bool:
        first, last, before = id_of(items[0]), id_of(items[-1]), self._last
        self._last = last
        try:
            if len(items) > 1 and not self._beyond(last, first):  # type: ignore[misc]
                self._beyond = None  # the list is not in the requested order, so the exact check does not apply
                return not self._is_known(items)
            # The first item is compared with itself, so that ids without an order raise TypeError on the first page.
            return self._beyond(first, first if before is None else before) or before is None  # type: ignore[misc]
        except TypeError:  # no id, or ids of several types: they cannot be ordered
            self._beyond = None
            return not self._is_known(items)

    def _is_known(self, items: Sequence[Any]) -> bool:
        """Whether a page with the same length, first and last item was read before."""
        page = hash((_identity(items[0]), _identity(items[-1]), len(items)))
        known = page in self._seen
        self._seen.add(page)
        return known


def id_of(item: Any) -> Any:
    """The id of a model or of a plain object of JSON; `None` if it has none."""
    return item.get("id") if isinstance(item, dict) else getattr(item, "id", None)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def _identity(item: Any) -> Any:
    """The id of an item, or its text if it has none."""
    return id_of(item) or repr(item)
