"""Pages: a list of the API, read item by item, page by page, or as a whole."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from itertools import chain, pairwise
from math import inf
from typing import Any, Final, Generic, NoReturn, Self, TypeVar
from uuid import UUID

import attrs

from aioheroku._misuse import explains
from aioheroku._options import whole
from aioheroku._pagination.paginator import Fetch, OnFailed, Paginator
from aioheroku._pagination.progress import id_of
from aioheroku._pagination.ranges import Range

T = TypeVar("T")

_IDS: Final = 2**128
"""Size of the UUID space."""
_LAZY: Final = "a list of the API is fetched only when it is iterated"
_LIST: Final = f"{_LAZY}: write `items = await pages` (or `await pages.all()`) for a list"
_EACH: Final = f"{_LAZY}: write `async for item in pages`, or `await pages.all()` for a list."
_NEXT: Final = f"{_LAZY}: write `await pages.first()`, or `async for item in pages`."
_PAGES: Final = f"{_LAZY}: write `async for page in pages.pages()`, or `await pages.all()` for a list of all items."
_OPEN: Final = f"{_LAZY}, and needs no `with`: write `async for item in pages`, or `await pages.all()` for a list."


@explains(
    {
        "__iter__": _EACH,
        "__reversed__": f"{_LIST}, and `reversed(items)`.",
        "__len__": f"{_LIST}, and `len(items)`.",
        "__contains__": f"{_LIST}, and `x in items`.",
        "__getitem__": f"{_LIST}, and `items[0]`; `await pages.first()` fetches the first item alone.",
        "__add__": f"{_LIST}, and `items + more`.",
        "__radd__": f"{_LIST}, and `more + items`.",
        "__next__": _NEXT,
        **dict.fromkeys(("__enter__", "__exit__", "__aenter__", "__aexit__"), _OPEN),
    },
    attributes=_EACH,
)
@attrs.define(eq=False, repr=False)
class Pages(Generic[T]):
    """A list of the API, fetched page by page; nothing is sent until it is used.

    `async for item in pages`, `async for page in pages.pages()`, `await pages.all()` (or `await pages`),
    `await pages.first()`. Each iteration begins at the start; `Range.parse(pages.cursor)` resumes one that ended early.

    The next page is prefetched while the current one is read, from the middle of the first page on, so that reading
    only its first items costs one request. A `break` cancels the prefetch.

    Several tasks may read from one iterator: each item, or page, goes to one of them.

    See <https://devcenter.heroku.com/articles/platform-api-reference#ranges>.

    Raises:
        PagingError: the list cannot be read to its end: a range or items that were already read, a hundred pages in
            a row without new items, a truncated page without a Next-Range.
        APIError, ConnectionFailed, DecodeError: as any call.
    """

    _fetch: Fetch[T]
    _range: Range
    path: str = ""
    _failed: OnFailed = attrs.field(default=lambda _: None)
    method: str = "GET"
    _current: Paginator[T] | None = attrs.field(init=False, default=None)

    @property
    def cursor(self) -> str | None:
        """The range of the first page that is not yet processed, from which a list can be resumed; `None` at the end.

        A page is processed when its consumer asks for the next one, or calls `done()`. It is the cursor of the
        iteration that was started last.
        """
        return self._current.cursor.text if self._current is not None else self._range.text

    @property
    def gathered(self) -> Sequence[T]:
        """The items that the last `all()` had fetched when it failed: all those before `cursor`."""
        return self._current.gathered if self._current is not None else ()

    def done(self) -> None:
        """Mark what was handed out as processed, before a `break`; asking for the next one does the same.

        The cursor advances past the page. In the middle of a page that is read item by item, it stays.
        """
        if self._current is not None:
            self._current.cursor.done()

    def pages(self) -> "PageIterator[T]":
        """The pages one by one, each a sequence of items; empty pages are skipped."""
        return PageIterator(self._begin(1))

    def __aiter__(self) -> "ItemIterator[T]":
        return ItemIterator(self._begin(1))

    def __await__(self) -> Generator[Any, None, list[T]]:
        return self.all().__await__()

    async def all(self, *, parallel: int = 1) -> list[T]:
        """All items, as a list. If it fails half-way, `gathered` holds what was fetched.

        Args:
            parallel: split the list into this number of id ranges and read them concurrently: the same result for up
                to `parallel` additional requests, which pays off for many thousands of items. It applies to a whole
                list sorted by id; any other list is read page after page. If it fails, `gathered` holds the items up
                to the first gap.
        """
        whole(parallel, "parallel")
        paginator = self._begin(0)
        try:
            if parallel > 1 and self._range.is_whole and self._range.field == "id":
                every = await self._all_at_once(paginator, parallel)
                if every is not None:
                    paginator.cursor.finish()
                    return every
            items = await _collected(paginator)
        except Exception as error:
            count = len(paginator.gathered)
            if paginator is self._current:  # else `gathered` is that of an iteration started since
                error.add_note(f"{count} items are in pages.gathered; pages.cursor resumes from there.")
            raise
        paginator.gathered = ()
        return items

    async def _all_at_once(self, paginator: Paginator[T], parallel: int) -> list[T] | None:
        """All items, read as several id ranges concurrently; `None` if the platform ignores the bounds."""
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
            paginator.gathered = self._joined(_up_to_the_gap(parts)) or []
            last: Any = paginator.gathered[-1] if paginator.gathered else None
            if last is not None:
                paginator.cursor.text = attrs.evolve(self._range, after=str(id_of(last))).text
            raise
        return self._joined([part.gathered for part in parts])

    def _joined(self, found: Sequence[Sequence[T]]) -> list[T] | None:
        items: list[T] = []
        for some in found:
            # An item on a boundary is in both ranges; more overlap means that the platform ignored the bounds.
            fresh = some[1:] if items and some and some[0] == items[-1] else some
            if items and fresh and not _in_order(items[-1], fresh[0], self._range.order):
                return None
            items.extend(fresh)
        return items

    async def first(self) -> T | None:
        """The first item, or `None` if the list is empty; costs one request unless the first page is empty."""
        found = await self._paginator(self._range.narrowed(1), inf).next_page()
        return found[1][0] if found is not None else None

    def _begin(self, prefetch_after: float) -> Paginator[T]:
        self._current = paginator = self._paginator(self._range, prefetch_after)
        return paginator

    def _paginator(self, range: Range, prefetch_after: float) -> Paginator[T]:
        return Paginator(self._fetch, range, self.path, self._failed, prefetch_after, self.method)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{_LAZY}, so it is not known whether it is empty: write `if await pages.first() is not None`, or "
            "`if await pages.all()`."
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list | tuple | set | frozenset):
            raise TypeError(f"{_LIST}, and compare that.")
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<Pages of {self.method} {self.path}, range {self._range.text!r}>"


async def _collected(paginator: Paginator[T]) -> list[T]:
    items = paginator.gathered = list[T]()
    async for page in PageIterator(paginator):
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
    before = str(id_of(one)) < str(id_of(other))
    return before if order == "asc" else not before


class _Iterator(Generic[T]):
    """Base of both iterators: one task at a time fetches a page, and dropping the iterator cancels the prefetch."""

    __slots__ = ("_closed", "_current", "_lock", "_source")

    def __init__(self, paginator: Paginator[T]) -> None:
        self._closed = False
        self._current = paginator
        self._source = paginator.pages()
        self._lock = asyncio.Lock()

    def __aiter__(self) -> Self:
        return self

    async def aclose(self) -> None:
        """End the iteration and cancel the prefetch now; dropping the iterator does it a moment later."""
        self._closed = True
        async with self._lock:
            await self._source.aclose()

    async def _next_page(self) -> tuple[str, Sequence[T]]:
        try:
            return await anext(self._source)
        except StopAsyncIteration:
            if self._current.is_complete:
                self._current.cursor.finish()
            elif not self._closed:  # an event loop that ended has closed its generators: continue in this one
                self._source = self._current.pages()
                return await self._next_page()
            raise
        except BaseException:
            self._source = self._current.pages()  # a generator is exhausted after an error; the paginator can continue
            raise


@explains(dict.fromkeys(("__await__", "__bool__", "__contains__", "__getitem__", "__iter__", "__len__"), _PAGES))
class PageIterator(_Iterator[T], AsyncIterator[Sequence[T]]):
    """The pages of a list. Several tasks may read from it: the first one fetches, the others wait."""

    __slots__ = ()

    def __init__(self, paginator: Paginator[T]) -> None:
        super().__init__(paginator)
        paginator.cursor.by_task = True

    async def __anext__(self) -> Sequence[T]:
        self._current.cursor.done()
        async with self._lock:
            range, items = await self._next_page()
            self._current.cursor.hand_out(range, self._current.next_after(range))
            return items


class ItemIterator(_Iterator[T], AsyncIterator[T]):
    """The items of a list. Several tasks may read from it: the first one fetches, the others wait.

    The boundary work of a page (prefetch, cursor) happens between the parts that `chain` joins, so that an item costs
    nothing but `next`: 0.85 of an index and a comparison. An async generator costs half of that but serves one task.
    """

    __slots__ = ("_items",)

    def __init__(self, paginator: Paginator[T]) -> None:
        super().__init__(paginator)
        self._items: Iterator[T] = iter(())

    async def __anext__(self) -> T:
        for item in self._items:
            return item
        self._current.cursor.done()
        async with self._lock:
            for item in self._items:  # another task has fetched more meanwhile
                return item
            self._items = chain.from_iterable(_parts(self._current, *await self._next_page()))
            return next(self._items)

    async def aclose(self) -> None:
        """End the iteration and cancel the prefetch now; dropping the iterator does it a moment later."""
        self._items = iter(())
        await super().aclose()


def _parts(paginator: Paginator[T], range: str, items: Sequence[T]) -> Iterator[Sequence[T]]:
    """A page in parts; the code between two parts runs when the items of the first have been taken."""
    half, last = len(items) // 2, len(items) - 1
    yield items[:half]
    if half < last:
        paginator.prefetch()
    yield items[half:last]
    paginator.cursor.hand_out(range, paginator.next_after(range))
    yield items[last:]
