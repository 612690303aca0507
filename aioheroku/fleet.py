"""Many calls at once: outcomes as they complete, errors as values, and what it all will cost.

    async with aclosing(each(heroku.apps.info, names, concurrency=30)) as outcomes:
        async for outcome in outcomes:
            print(outcome.item, outcome.value or outcome.error)

The loop may be left at any time.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from typing import Generic, TypeVar, cast

from attrs import frozen

from aioheroku._options import number, whole
from aioheroku._pagination.pages import ItemIterator
from aioheroku._ratelimit import Pool

Item = TypeVar("Item")
Value = TypeVar("Value")

CONCURRENCY = 30
"""Calls at once, unless told otherwise: the token pool, not the network, is what a fleet waits for."""
FASTEST = 0.0005
"""Seconds of processor time that a call takes at least, here and now: no concurrency makes it faster."""


@frozen
class Outcome(Generic[Item, Value]):
    """What became of one item: a value, or the error in its place."""

    item: Item
    value: Value | None = None
    error: BaseException | None = None

    def unwrap(self) -> Value:
        """The value; the error is raised where there is one."""
        if self.error is not None:
            raise self.error
        return cast("Value", self.value)


@frozen
class Price:
    """What a number of calls costs, as the pool stands now."""

    calls: int
    tokens: int
    seconds: float
    """From the first call to the last, the waits for tokens included."""
    assumed: bool = False
    """Whether the waits go by what the pool was made with, since too little was seen to measure the refill."""

    @classmethod
    def of(cls, pool: Pool, calls: int, *, latency: float = 0.0, concurrency: int = CONCURRENCY) -> "Price":
        """The price of so many metered calls.

        Args:
            pool: the account's pool: `pool.eta` says how long its tokens take.
            calls: how many calls.
            latency: seconds that one answer takes.
            concurrency: how many calls are made at once.

        Raises:
            InvalidRequest: one of the numbers cannot be; `field` names it.
        """
        whole(calls, "calls", least=0)
        number(latency, "latency")
        whole(concurrency, "concurrency")
        seconds = max(pool.eta(calls), calls * max(latency / concurrency, FASTEST))
        return cls(calls, calls, seconds, pool.snapshot().assumed)


async def each(
    fn: Callable[[Item], Awaitable[Value]],
    items: Iterable[Item] | AsyncIterable[Item],
    *,
    concurrency: int = CONCURRENCY,
) -> AsyncGenerator[Outcome[Item, Value]]:
    """Call `fn` with each item, `concurrency` at once, and yield the outcomes as they complete.

    Items are taken one by one when there is room, so that a list of any length, or `heroku.apps.list()` itself, needs
    constant memory: at most `concurrency` items are being worked on or waiting to be looked at. When the loop is left
    early or cancelled, what is under way is cancelled and waited for; leave it through `contextlib.aclosing` to have
    that done at once.

    Raises:
        InvalidRequest: `concurrency` is not a positive integer.
        Exception: an error of `items` itself, after the outcomes of the items that came before it.
    """
    whole(concurrency, "concurrency")
    source = _iterated(items)
    turn = asyncio.Lock()
    room = asyncio.Semaphore(concurrency)
    done: asyncio.Queue[Outcome[Item, Value] | asyncio.Task[None]] = asyncio.Queue()

    async def work() -> None:
        while True:
            await room.acquire()
            async with turn:
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    return
            done.put_nowait(await _outcome(fn, item))

    workers = [asyncio.create_task(work()) for _ in range(concurrency)]
    for worker in workers:
        worker.add_done_callback(done.put_nowait)
    working = concurrency
    failure: BaseException | None = None
    try:
        while working:
            ended = await done.get()
            if isinstance(ended, Outcome):
                yield ended
            else:
                working -= 1
                failure = failure or _failure(ended)
            room.release()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await source.aclose()
    if failure is not None:
        raise failure


async def _outcome(fn: Callable[[Item], Awaitable[Value]], item: Item) -> Outcome[Item, Value]:
    try:
        return Outcome(item, await fn(item))
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return Outcome(item, error=error)  # something below was cancelled, not this
    except Exception as error:  # noqa: BLE001 - errors are values here
        return Outcome(item, error=error)


def _failure(worker: asyncio.Task[None]) -> BaseException | None:
    return asyncio.CancelledError() if worker.cancelled() else worker.exception()


async def _iterated(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncGenerator[Item]:
    """The items one by one; once it has failed it is at its end, as generators are."""
    if isinstance(items, AsyncIterable):
        walk: AsyncIterator[Item] = aiter(items)
        try:
            async for item in walk:
                yield item
        finally:
            if walk is not items and isinstance(walk, ItemIterator):
                await walk.aclose()  # what it has under way ends with this one's
    else:
        for item in items:
            yield item
