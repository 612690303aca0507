"""Pagination with one page of prefetch."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

import attrs

from aioheroku._pagination.cursor import Cursor
from aioheroku._pagination.progress import Progress
from aioheroku._pagination.ranges import Range
from aioheroku.errors import HerokuError, PagingError

T = TypeVar("T")


@attrs.frozen
class Page(Generic[T]):
    """One page of a list, not yet decoded, and the range of the next one."""

    read: Callable[[], Sequence[T]]
    """Decode the items."""
    next_range: str | None
    partial: bool
    """Whether the response was a 206: there are more pages."""
    request_id: str | None


Fetch = Callable[[str], Awaitable[Page[T]]]
OnFailed = Callable[[HerokuError], None]
"""Called with the `PagingError` of a list that cannot be read to its end."""


class Paginator(Generic[T]):
    """One pass over a list: the next range, the ranges that were read, and the prefetch.

    Args:
        fetch: requests the page of a range.
        range: the first range.
        path: the list's path template, for errors.
        failed: called with a `PagingError`; `fetch` reports all other errors itself.
        prefetch_after: pages to fetch before prefetching starts, so that reading only the first page costs one request.
        method: its HTTP method, for errors.
    """

    __slots__ = (
        "_end", "_failed", "_fetch", "_method", "_next", "_path", "_prefetch_after", "_prefetched", "_progress",
        "_read", "cursor", "gathered",
    )  # fmt: skip

    def __init__(  # noqa: PLR0917 - those of `Pages`
        self,
        fetch: Fetch[T],
        range: Range,
        path: str,
        failed: OnFailed,
        prefetch_after: float,
        method: str = "GET",
    ) -> None:
        self._fetch = fetch
        self._path = path
        self._method = method
        self._failed = failed
        self._prefetch_after = prefetch_after
        self._next: str | None = range.text
        self._read: set[str] = set()
        self._progress = Progress(range)
        self._end: tuple[str, str, str | None] | None = None
        self._prefetched: asyncio.Future[Page[T]] | None = None
        self.cursor = Cursor(range.text)
        self.gathered: Sequence[T] = ()
        """The items that `all()` has fetched."""

    async def pages(self) -> AsyncGenerator[tuple[str, Sequence[T]]]:
        """The pages that have items, each with its range.

        Closing the generator cancels the prefetch; asyncio closes one that is dropped. After an error, calling this
        method again continues.
        """
        try:
            while (page := await self.next_page()) is not None:
                yield page
                del page  # before the next one is decoded, so that at most two pages are in memory
        finally:
            prefetched, self._prefetched = self._prefetched, None
            if prefetched is not None:
                prefetched.cancel()  # its error is dropped with it

    async def next_page(self) -> tuple[str, Sequence[T]] | None:
        """The next page that has items, with its range; `None` at the end. Fetched pages are returned before an error.

        Raises:
            PagingError: the list cannot be read any further; raised again by each call.
        """
        while (range := self._next) is not None:
            if items := await self._advance(range):
                return range, items
        if self._end is None:
            return None
        problem, range, request_id = self._end
        error = PagingError(problem, range, self._method, self._path, request_id)
        self._failed(error)
        raise error

    async def _advance(self, range: str) -> Sequence[T]:
        """The items of the next page; `_next` is then the range that follows. Empty if the list cannot be read on."""
        if range in self._read:
            self._stop("the list leads back to a range that was already read.", range)
            return ()
        page = await self._page(range)
        if len(self._read) >= self._prefetch_after and page.next_range is not None and page.next_range != range:
            self._prefetch(page.next_range)
            await asyncio.sleep(0)  # send the prefetch before this page is decoded: they overlap
        items = page.read()
        if (problem := self._progress.problem(items)) is not None:
            self._stop(problem, range, page.request_id)
            return ()
        self._read.add(range)
        self._next = page.next_range
        if page.partial and page.next_range is None:
            self._stop("the platform truncated the list (206) and named no next range.", range, page.request_id)
        elif page.next_range is not None and not page.next_range.isprintable():
            self._stop("the platform named a next range that cannot be sent.", range, page.request_id)
        return items

    @property
    def is_complete(self) -> bool:
        """Whether all pages were read."""
        return self._next is None and self._end is None

    def next_after(self, range: str) -> str | None:
        """The range after this one, which was read last; the same range if the list cannot be read on."""
        return range if self._end is not None else self._next

    def prefetch(self) -> None:
        """Start to fetch the next page, if there is one and it is not being fetched yet."""
        if self._prefetched is None and self._next is not None:
            self._prefetch(self._next)

    def _prefetch(self, text: str) -> None:
        if text not in self._read and text.isprintable():
            self._prefetched = asyncio.ensure_future(self._fetch(text))

    async def _page(self, range: str) -> Page[T]:
        prefetched, self._prefetched = self._prefetched, None
        return await (prefetched if prefetched is not None and _is_ours(prefetched) else self._fetch(range))

    def _stop(self, problem: str, range: str, request_id: str | None = None) -> None:
        self._next = None
        self._end = problem, range, request_id


def _is_ours(prefetched: "asyncio.Future[Any]") -> bool:
    """Whether a prefetch can be awaited here: one of a former event loop was cancelled with it, or will never end."""
    if prefetched.done():
        return not prefetched.cancelled()
    return prefetched.get_loop() is asyncio.get_running_loop()
