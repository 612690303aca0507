"""The way from page to page of a list, one page ahead of its reader."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import attrs

from aioheroku.errors import HerokuError, PagingError

T = TypeVar("T")


@attrs.frozen
class Page(Generic[T]):
    """One answer of a list, not yet decoded, and the range of the next one."""

    read: Callable[[], Sequence[T]]
    """Decode the items."""
    next_range: str | None
    partial: bool
    """Whether the platform said 206: there is more."""
    request_id: str | None

    @property
    def leads_on(self) -> bool:
        """Whether it is known what follows: another page, or the end."""
        return not self.partial or self.next_range is not None


Fetch = Callable[[str], Awaitable[Page[T]]]
Failed = Callable[[HerokuError], None]
"""Hears of a list that cannot be walked to its end."""


class _Ahead(Generic[T]):
    """A page under way while another one is read. Dropping it cancels it: nobody is left to read it."""

    __slots__ = ("_task", "text")

    def __init__(self, fetch: Fetch[T], text: str) -> None:
        self.text = text
        self._task = asyncio.ensure_future(fetch(text))
        self._task.add_done_callback(_acknowledge)

    async def page(self) -> Page[T]:
        return await self._task

    def __del__(self) -> None:
        if not self._task.done() and not (loop := self._task.get_loop()).is_closed():
            loop.call_soon_threadsafe(self._task.cancel)


def _acknowledge(task: asyncio.Future[Page[T]]) -> None:
    """See the error, if there is one: the reader gets it when it comes so far, or broke off and wants none."""
    if not task.cancelled():
        task.exception()


class Walk(Generic[T]):
    """Where a list leads next and where it has been.

    Args:
        fetch: asks for the page of a range.
        start: the first range.
        path: of the list, for errors.
        alone: so many pages are fetched before the next one is fetched along with the reading of one. A reader of a
            single page that breaks off is the usual case: its `break` shall waste no token.
        failed: hears of a `PagingError`; who fetches tells of all others.
    """

    __slots__ = ("_ahead", "_alone", "_cut", "_failed", "_fetch", "_next", "_path", "_seen")

    def __init__(self, fetch: Fetch[T], start: str, path: str, alone: float, failed: Failed) -> None:
        self._fetch = fetch
        self._next: str | None = start
        self._path = path
        self._alone = alone
        self._failed = failed
        self._seen: set[str] = set()
        self._cut: PagingError | None = None
        self._ahead: _Ahead[T] | None = None

    async def next_page(self) -> tuple[Page[T], Sequence[T]] | None:
        """The next page that has items; `None` at the end. A page that was fetched is handed out before an error."""
        while (asked := self._next) is not None:
            if asked in self._seen:
                problem = "the list leads back to a range that was already read."
                raise self._told(PagingError(problem, asked, path=self._path))
            ahead, self._ahead = self._ahead, None
            page = await (ahead.page() if ahead is not None and ahead.text == asked else self._fetch(asked))
            if len(self._seen) >= self._alone:
                # Before this page is decoded: that time is the next one's.
                await self._send_for(page.next_range, but=asked)
            items = page.read()
            self._seen.add(asked)
            self._next = page.next_range
            if not page.leads_on:
                problem = "the platform cut the list (206) and named no next range."
                self._cut = PagingError(problem, asked, path=self._path, request_id=page.request_id)
            if items:
                return page, items
        if self._cut is not None:
            raise self._told(self._cut)
        return None

    def _told(self, error: PagingError) -> PagingError:
        self._failed(error)
        return error

    async def look_ahead(self) -> None:
        """Send for the next page, if there is one and it is not yet under way."""
        if self._ahead is None:
            await self._send_for(self._next)

    async def _send_for(self, text: str | None, but: str | None = None) -> None:
        if text is not None and text != but and text not in self._seen:
            self._ahead = _Ahead(self._fetch, text)
            await asyncio.sleep(0)  # so that it leaves now, whatever the reader does next
