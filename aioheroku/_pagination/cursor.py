"""The cursor of a walk: it moves when the work on a page is done, not when the page is handed out."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary


class Cursor:
    """The range from which nothing is lost: that of the first page that is not done.

    A consumer is done with what it was handed when it comes back for more, or says so.
    """

    __slots__ = ("_consumers", "_held", "_pages", "by_task", "text")

    def __init__(self, text: str) -> None:
        self.text: str | None = text
        self.by_task = False
        """Whether consumers are told apart by their task, so that a page whose task failed holds the cursor. For pages
        only: to know who took an item would cost more than the item."""
        self._pages: dict[str, str | None] = {}
        """Pages that were handed out and are not done, in their order: the range of each and the one that follows."""
        self._held: dict[object, str] = {}
        self._consumers: WeakKeyDictionary[asyncio.Task[Any], object] = WeakKeyDictionary()
        """What stands for a task: a task that failed must not be kept alive, with all that its traceback holds."""

    def hand_out(self, range: str, following: str | None) -> None:
        """The last item of a page goes to the consumer that is running now."""
        self._pages[range] = following
        self._held[self._consumer()] = range

    def done(self) -> None:
        """The consumer that is running now is done with what it was handed."""
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
