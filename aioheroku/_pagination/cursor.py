"""The cursor of an iteration: it advances when a page has been processed, not when it is handed out."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary


class Cursor:
    """The range of the first page that is not yet processed: continuing from it loses nothing.

    A consumer has processed a page when it asks for the next one, or calls `Pages.done`. Several tasks may read one
    iterator, so the cursor must not pass a page that any of them still holds, even if later pages are processed.
    """

    __slots__ = ("_consumers", "_held", "_pages", "by_task", "text")

    def __init__(self, text: str) -> None:
        self.text: str | None = text
        self.by_task = False
        """Whether consumers are distinguished by their task, so that a page whose task failed holds the cursor. For
        pages only: looking up the task for each item would cost more than the item."""
        self._pages: dict[str, str | None] = {}
        """Pages that were handed out and not yet processed, in order: the range of each and the range after it."""
        self._held: dict[object, str] = {}
        self._consumers: WeakKeyDictionary[asyncio.Task[Any], object] = WeakKeyDictionary()
        """A stand-in per task: a failed task must not be kept alive, with everything that its traceback refers to."""

    def hand_out(self, range: str, following: str | None) -> None:
        """The last item of a page is handed to the current consumer."""
        self._pages[range] = following
        self._held[self._consumer()] = range

    def done(self) -> None:
        """The current consumer has processed what it holds: advance past all pages that nobody holds."""
        self._held.pop(self._consumer(), None)
        held = set(self._held.values())
        for range, following in list(self._pages.items()):
            if range in held:
                break
            self.text = following
            del self._pages[range]

    def finish(self) -> None:
        """There are no more pages."""
        self._pages[""] = None
        self.done()

    def _consumer(self) -> object:
        task = asyncio.current_task() if self.by_task else None
        # `wait_for(anext(pages))` and `create_task(anext(pages))` run `__anext__` in a task that is not the consumer's.
        if task is None or getattr(task.get_coro(), "__name__", "") == "__anext__":
            return None
        return self._consumers.setdefault(task, object())
