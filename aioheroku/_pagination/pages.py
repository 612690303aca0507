"""Pages: a list of the API, read item by item, page by page, or at once."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from itertools import chain, pairwise
from math import inf
from typing import Any, Final, Generic, NoReturn, Self, TypeVar
from uuid import UUID

import attrs

from aioheroku._misuse import explains
from aioheroku._options import whole
from aioheroku._pagination.paginator import Failed, Fetch, Paginator
from aioheroku._pagination.ranges import Range

T = TypeVar("T")

_IDS: Final = 2**128
"""Size of the UUID space."""
_LAZY: Final = "a list of the API is fetched only when it is walked"
_LIST: Final = f"{_LAZY}: write `items = await pages` (or `await pages.all()`) for a list"
_EACH: Final = f"{_LAZY}: write `async for item in pages`, or `await pages.all()` for a list."
_PAGES: Final = f"{_LAZY}: write `async for page in pages.pages()`, or `await pages.all()` for a list of all items."
_OPEN: Final = f"{_LAZY}, and needs no `with`: write `async for item in pages`, or `await pages.all()` for a list."


@explains(
    {
        "__iter__": _EACH,
        "__next__": f"{_LAZY}: write `await pages.first()`, or `async for item in pages`.",
        "__len__": f"{_LIST}, and `len(items)`.",
        "__contains__": f"{_LIST}, and `x in items`.",
        "__getitem__": f"{_LIST}, and `items[0]`; `await pages.first()` fetches the first item alone.",
        "__add__": f"{_LIST}, and `items + more`.",
        "__radd__": f"{_LIST}, and `more + items`.",
        "__enter__": _OPEN,
        "__exit__": _OPEN,
        "__aenter__": _OPEN,
        "__aexit__": _OPEN,
    }
)
@attrs.define(eq=False, repr=False)
class Pages(Generic[T]):
    """A list of the API, fetched page by page; nothing is asked for until it is used.

    `async for item in pages`, `async for page in pages.pages()`, `await pages.all()` (or `await pages`),
    `await pages.first()`. Each walk begins at the start; `Range.parse(pages.cursor)` goes on where one ended early.

    While one page is read the next one is already under way: from the middle of the first page on, so that a look
    at its first items costs one request. A `break` cancels it.

    One iterator may serve several tasks: each item, or page, goes to one of them.

    See <https://devcenter.heroku.com/articles/platform-api-reference#ranges>.

    Raises:
        PagingError: the list cannot be read to its end: a range or items that were already read, a hundred pages in
            a row without anything new, a truncated page without a Next-Range.
        APIError, ConnectionFailed, DecodeError: as any call.
    """

    _fetch: Fetch[T]
    _range: Range
    path: str = ""
    _failed: Failed = attrs.field(default=lambda _: None)
    _walk: Paginator[T] | None = attrs.field(init=False, default=None)

    @property
    def cursor(self) -> str | None:
        """The range from which nothing is lost: that of the first page that is not done; `None` at the end.

        A page is done when its consumer comes back for more, or calls `done()`. It is the cursor of the walk that
        was begun last.
        """
        return self._walk.cursor.text if self._walk is not None else self._range.text

    @property
    def gathered(self) -> Sequence[T]:
        """What the last `all()` had fetched when it failed: everything before `cursor`."""
        return self._walk.gathered if self._walk is not None else ()

    def done(self) -> None:
        """Say that what was handed out is done with, as coming back for more does: before a `break`.

        The cursor moves behind the page. In the middle of a page, when it is read item by item, it stays.
        """
        if self._walk is not None:
            self._walk.cursor.done()

    def pages(self) -> "PageIterator[T]":
        """The pages one by one, each a sequence of items; empty ones are left out."""
        return PageIterator(self._begin(1))

    def __aiter__(self) -> "ItemIterator[T]":
        return ItemIterator(self._begin(1))

    def __await__(self) -> Generator[Any, None, list[T]]:
        return self.all().__await__()

    async def all(self, *, parallel: int = 1) -> list[T]:
        """Every item, as a list. If it fails half-way, `gathered` holds what was fetched.

        Args:
            parallel: cut the list into so many ranges of ids and read them at the same time, in the same order and
                for up to `parallel` requests more: worth it for many thousands of items. It takes a whole list in
                the order of its ids; any other one is read page after page. If it fails, `gathered` holds the items
                up to the first gap.
        """
        whole(parallel, "parallel")
        walk = self._begin(0)
        try:
            if parallel > 1 and self._range.is_whole and self._range.field == "id":
                every = await self._all_at_once(walk, parallel)
                if every is not None:
                    walk.cursor.finish()
                    return every
            items = await _collected(walk)
        except Exception as error:
            if walk is self._walk:  # else another one was begun since, and `gathered` is its
                error.add_note(f"{len(walk.gathered)} items are in pages.gathered; pages.cursor goes on from there.")
            raise
        walk.gathered = ()
        return items

    async def _all_at_once(self, walk: Paginator[T], parallel: int) -> list[T] | None:
        """All items, of several ranges of ids at the same time; `None` where the platform ignores their bounds."""
        edges = [UUID(int=min(_IDS * cut // parallel, _IDS - 1)) for cut in range(parallel + 1)]
        parts = [self._paginator(attrs.evolve(self._range, start=start, end=end), 0) for start, end in pairwise(edges)]
        if self._range.order == "desc":
            parts.reverse()
        tasks = [asyncio.ensure_future(_collected(part)) for part in parts]
        try:
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            walk.gathered = self._joined(_up_to_the_gap(parts)) or []
            last: Any = walk.gathered[-1] if walk.gathered else None
            if last is not None:
                walk.cursor.text = attrs.evolve(self._range, after=last.id).text
            raise
        return self._joined([part.gathered for part in parts])

    def _joined(self, found: Sequence[Sequence[T]]) -> list[T] | None:
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
        found = await self._paginator(self._range.narrowed(1), inf).next_page()
        return found[1][0] if found is not None else None

    def _begin(self, prefetch_after: float) -> Paginator[T]:
        self._walk = walk = self._paginator(self._range, prefetch_after)
        return walk

    def _paginator(self, range: Range, prefetch_after: float) -> Paginator[T]:
        return Paginator(self._fetch, range, self.path, self._failed, prefetch_after)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{_LAZY}, so nobody knows yet whether it is empty: write `if await pages.first() is not None`, or "
            "`if await pages.all()`."
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list | tuple | set | frozenset):
            raise TypeError(f"{_LIST}, and compare that.")
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<Pages of GET {self.path}, range {self._range.text!r}>"


async def _collected(walk: Paginator[T]) -> list[T]:
    items = walk.gathered = list[T]()
    async for page in PageIterator(walk):
        items.extend(page)
    return items


def _up_to_the_gap(parts: Sequence[Paginator[T]]) -> list[Sequence[T]]:
    found: list[Sequence[T]] = []
    for part in parts:
        found.append(part.gathered)
        if not part.is_complete:
            break
    return found


def _in_order(one: Any, other: Any, order: str) -> bool:
    before = str(one.id) < str(other.id)
    return before if order == "asc" else not before


class _Iterator(Generic[T]):
    """What both iterators share: pages are fetched by one task at a time, and dropping it cancels the prefetch."""

    __slots__ = ("_closed", "_source", "_turn", "_walk")

    def __init__(self, walk: Paginator[T]) -> None:
        self._closed = False
        self._walk = walk
        self._source = walk.pages()
        self._turn = asyncio.Lock()

    def __aiter__(self) -> Self:
        return self

    async def aclose(self) -> None:
        """End the walk and its prefetch now; dropping the iterator does it a moment later."""
        self._closed = True
        async with self._turn:
            await self._source.aclose()

    async def _next_page(self) -> tuple[str, Sequence[T]]:
        try:
            return await anext(self._source)
        except StopAsyncIteration:
            if self._walk.is_complete:
                self._walk.cursor.finish()
            elif not self._closed:  # but the event loop that ended has closed its generators: go on in this one
                self._source = self._walk.pages()
                return await self._next_page()
            raise
        except BaseException:
            self._source = self._walk.pages()  # a generator that raised is over; the walk is not
            raise


@explains(dict.fromkeys(("__await__", "__bool__", "__contains__", "__getitem__", "__iter__", "__len__"), _PAGES))
class PageIterator(_Iterator[T], AsyncIterator[Sequence[T]]):
    """The pages of a list. Several tasks may draw from it: whoever comes first fetches, the others wait."""

    __slots__ = ()

    def __init__(self, walk: Paginator[T]) -> None:
        super().__init__(walk)
        walk.cursor.by_task = True

    async def __anext__(self) -> Sequence[T]:
        self._walk.cursor.done()
        async with self._turn:
            range, items = await self._next_page()
            self._walk.cursor.hand_out(range, self._walk.next_after(range))
            return items


class ItemIterator(_Iterator[T], AsyncIterator[T]):
    """The items of a list. Several tasks may draw from it: whoever comes first fetches, the others wait.

    Within a page the work at its boundaries happens between the parts that `chain` puts together: an item costs 0.85
    of what an index and a comparison cost, and an async generator, which costs half, serves one task only.
    """

    __slots__ = ("_items",)

    def __init__(self, walk: Paginator[T]) -> None:
        super().__init__(walk)
        self._items: Iterator[T] = iter(())

    async def __anext__(self) -> T:
        for item in self._items:
            return item
        self._walk.cursor.done()
        async with self._turn:
            for item in self._items:  # another task has fetched them meanwhile
                return item
            self._items = chain.from_iterable(_parts(self._walk, *await self._next_page()))
            return next(self._items)

    async def aclose(self) -> None:
        """End the walk and its prefetch now; dropping the iterator does it a moment later."""
        self._items = iter(())
        await super().aclose()


def _parts(walk: Paginator[T], range: str, items: Sequence[T]) -> Iterator[Sequence[T]]:
    """A page in parts: what happens between them happens when their items were taken."""
    half, last = len(items) // 2, len(items) - 1
    yield items[:half]
    if half < last:
        walk.prefetch()
    yield items[half:last]
    walk.cursor.hand_out(range, walk.next_after(range))
    yield items[last:]
