"""Pages: a list of the API, read item by item, page by page, or at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from math import inf
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import attrs

from aioheroku.errors import InvalidRequest
from aioheroku.paging.ranges import Range
from aioheroku.paging.walk import Failed, Fetch, Walk

T = TypeVar("T")

_IDS = 2**128
"""So many UUIDs there are."""


@attrs.define(eq=False)
class Pages(Generic[T]):
    """A list of the API, walked page by page; nothing is asked for until it is used.

    `async for item in pages`, `async for page in pages.pages()`, `await pages.all()`, `await pages.first()`. Each of
    them begins at the start; after an error or a `break`, `Range.parse(pages.cursor)` goes on.

    While one page is read the next one is already under way: from the middle of the first page on, so that a look
    at its first items costs one request. A `break` cancels it.

    Raises (all of them):
        PagingError: the list cannot be walked to its end: a range that was already asked for, or a cut page that
            names no next one.
        APIError, ConnectionFailed, DecodeError: as any call.
    """

    _fetch: Fetch[T] = attrs.field(repr=False)
    _range: Range
    path: str = ""
    _failed: Failed = attrs.field(default=lambda _: None, repr=False)
    cursor: str | None = attrs.field(init=False)
    """The range from which nothing is lost: that of the page after the last one that was used up; `None` at the
    end."""
    gathered: Sequence[T] = attrs.field(init=False, factory=tuple, repr=False)
    """What `all()` had fetched when it failed."""

    def __attrs_post_init__(self) -> None:
        self.cursor = self._range.text

    def pages(self) -> AsyncIterator[Sequence[T]]:
        """The pages one by one, each a sequence of items; empty ones are left out."""
        return _PageIterator(self, self._walk(alone=1))

    def __aiter__(self) -> AsyncIterator[T]:
        return _ItemIterator(self, self._walk(alone=1))

    async def all(self, *, parallel: int = 1) -> list[T]:
        """Every item, as a list. If it fails half-way, `gathered` holds what was fetched.

        Args:
            parallel: cut the list into so many ranges of ids and read them at the same time, in the same order and
                for up to `parallel` requests more: worth it for many thousands of items. It takes a whole list in
                the order of its ids; any other one is read page after page. All or nothing: after an error nothing
                is `gathered`.
        """
        if isinstance(parallel, bool) or not isinstance(parallel, int) or parallel < 1:
            raise InvalidRequest(f"{parallel!r} is no number of ranges from 1 on.", "parallel")
        if parallel > 1 and self._range.is_whole and self._range.field == "id":
            every = await self._all_at_once(parallel)
            if every is not None:
                self.cursor = None
                return every
        items: list[T] = []
        try:
            async for page in _PageIterator(self, self._walk(alone=0)):
                items.extend(page)
        except Exception as error:
            self.gathered = items
            error.add_note(f"{len(items)} items are in pages.gathered; pages.cursor goes on from there.")
            raise
        return items

    async def _all_at_once(self, parallel: int) -> list[T] | None:
        """All items, of several ranges of ids at the same time; `None` where the platform ignores their bounds."""
        edges = [UUID(int=min(_IDS * cut // parallel, _IDS - 1)) for cut in range(parallel + 1)]
        parts = [
            Pages(self._fetch, attrs.evolve(self._range, start=start, end=end), self.path, self._failed)
            for start, end in pairwise(edges)
        ]
        if self._range.order == "desc":
            parts.reverse()
        tasks = [asyncio.ensure_future(part.all()) for part in parts]
        try:
            found = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        items: list[T] = []
        for some in found:
            # An item on an edge is in both ranges; more than that means that the bounds were not kept.
            fresh = some[1:] if items and some and some[0] == items[-1] else some
            if items and fresh and not _in_order(items[-1], fresh[0], self._range.order):
                return None
            items.extend(fresh)
        return items

    async def first(self) -> T | None:
        """The first item, or `None` where there is none; costs one request if the first page has an item."""
        found = await Walk(self._fetch, self._range.narrowed(1).text, self.path, inf, self._failed).next_page()
        return found[1][0] if found is not None else None

    def _walk(self, alone: float) -> Walk[T]:
        return Walk(self._fetch, self._range.text, self.path, alone, self._failed)


def _in_order(one: Any, other: Any, order: str) -> bool:
    before = str(one.id) < str(other.id)
    return before if order == "asc" else not before


class _PageIterator(Generic[T]):
    """The cursor of the list moves on with each page that is handed out."""

    __slots__ = ("_list", "_walk")

    def __init__(self, list_: Pages[T], walk: Walk[T]) -> None:
        self._list = list_
        self._walk = walk

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Sequence[T]:
        found = await self._walk.next_page()
        if found is None:
            self._list.cursor = None
            raise StopAsyncIteration
        page, items = found
        if page.leads_on:
            self._list.cursor = page.next_range
        return items


class _ItemIterator(Generic[T]):
    """The cursor of the list moves on with the last item of a page, so that going on from it loses none.

    Between its marks (the middle of a page, its last item, its end) an item costs an index and a comparison.
    """

    __slots__ = ("_cursor", "_index", "_items", "_list", "_mark", "_walk")

    def __init__(self, list_: Pages[T], walk: Walk[T]) -> None:
        self._list = list_
        self._walk = walk
        self._cursor = list_.cursor
        self._items: Sequence[T] = ()
        self._index = 0
        self._mark = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        if self._index == self._mark:
            await self._pass_mark()
        item = self._items[self._index]
        self._index += 1
        return item

    async def _pass_mark(self) -> None:
        if self._index == len(self._items):
            self._items = ()  # before the next page is made: two pages at most are there at any time
            self._index = 0
            self._mark = 0
            found = await self._walk.next_page()
            if found is None:
                self._list.cursor = None
                raise StopAsyncIteration
            page, self._items = found
            if page.leads_on:
                self._cursor = page.next_range
            self._mark = len(self._items) // 2
            if self._mark:
                return
        last = len(self._items) - 1
        if self._index < last:
            await self._walk.look_ahead()
            self._mark = last
        else:
            self._list.cursor = self._cursor
            self._mark = last + 1
