"""Blocking work in a thread that ends soon after it is cancelled."""

import asyncio
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Concatenate, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


async def in_thread(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Run work in a thread; returns its result. Cancelling waits for the current step, so that no file is in use."""
    running = asyncio.get_running_loop().run_in_executor(None, partial(work, *args, **options))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        running.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody waits for it
        await asyncio.wait({running})
        raise


async def stoppable(work: Callable[Concatenate[Event, P], T], *args: P.args, **options: P.kwargs) -> T:
    """The same for long work, which checks an event, its first argument."""
    stop = Event()
    running = asyncio.get_running_loop().run_in_executor(None, partial(work, stop, *args, **options))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait({running})
        if not running.cancelled() and running.exception() is None:
            close = getattr(running.result(), "close", None)
            if close is not None:
                close()
        raise
