"""A thread with its own event loop, for callers with another loop or none."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from threading import Thread, current_thread


class ServingThread:
    """Where requests are handled: the caller's thread, or one that is started for them."""

    def __init__(self) -> None:
        self._running: tuple[Thread, asyncio.AbstractEventLoop] | None = None

    def run(self, action: Callable[[], None]) -> None:
        """Run it in the thread that handles requests; returns when it is done."""

        async def act() -> None:
            action()

        if self._running is None or self._running[0] is current_thread():
            action()
        else:
            asyncio.run_coroutine_threadsafe(act(), self._running[1]).result()

    @contextmanager
    def serving(
        self, start: Callable[[], Awaitable[object]], close: Callable[[], Awaitable[None]]
    ) -> Generator[None, None, None]:
        """Start in a new thread, close and end it afterwards."""

        async def call(function: Callable[[], Awaitable[object]]) -> None:
            await function()

        loop = asyncio.new_event_loop()
        thread = Thread(target=loop.run_forever, name="aioheroku-platform", daemon=True)
        thread.start()
        self._running = thread, loop
        try:
            asyncio.run_coroutine_threadsafe(call(start), loop).result()
            try:
                yield
            finally:
                asyncio.run_coroutine_threadsafe(call(close), loop).result()
        finally:
            self._running = None
            asyncio.run_coroutine_threadsafe(_cancel_the_rest(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _cancel_the_rest() -> None:
    """Cancel the remaining tasks, as `asyncio.run` does."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
