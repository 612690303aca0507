"""Many concurrent calls: outcomes as they complete, errors as values, and an estimate of the cost.

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
"""Default number of concurrent calls: for a fleet the token pool, not the network, is the bottleneck."""
CPU_SECONDS_PER_CALL = 0.0005
"""CPU time per call; lower bound regardless of concurrency."""


@frozen
class Outcome(Generic[Item, Value]):
    """Result of one item: its value or its exception."""

    item: Item
    value: Value | None = None
    error: BaseException | None = None

    def unwrap(self) -> Value:
        """Return the value, or raise the error if there is one."""
        if self.error is not None:
            raise self.error
        return cast("Value", self.value)


@frozen
class Price:
    """The estimated cost of a number of calls, given the present state of the pool."""

    calls: int
    tokens: int
    seconds: float
    """Seconds from the first call to the last, waits for tokens included."""
    assumed: bool = False
    """Whether the estimate uses the pool's configured refill, because too few responses came to measure it."""

    @classmethod
    def of(cls, pool: Pool, calls: int, *, latency: float = 0.0, concurrency: int = CONCURRENCY) -> "Price":
        """The price of this number of metered calls.

        Args:
            pool: the account's pool, whose `eta` estimates the waits.
            calls: the number of calls.
            latency: seconds that one response takes.
            concurrency: the number of concurrent calls.

        Raises:
            InvalidRequest: one of the numbers is out of range; `field` names it.
        """
        whole(calls, "calls", least=0)
        number(latency, "latency")
        whole(concurrency, "concurrency")
        seconds = max(pool.eta(calls), calls * max(latency / concurrency, CPU_SECONDS_PER_CALL))
        return cls(calls, calls, seconds, pool.snapshot().assumed)


async def each(
    fn: Callable[[Item], Awaitable[Value]],
    items: Iterable[Item] | AsyncIterable[Item],
    *,
    concurrency: int = CONCURRENCY,
) -> AsyncGenerator[Outcome[Item, Value]]:
    """Call `fn` with each item, at most `concurrency` at a time, and yield the outcomes as they complete.

    Items are taken from `items` only as they can be processed, so that a list of any length, or `heroku.apps.list()`
    itself, needs constant memory: at most `concurrency` items are in progress or not yet yielded. When the loop is left
    early or cancelled, calls in progress are cancelled and awaited; use `contextlib.aclosing` to have that done
    immediately.

    Raises:
        InvalidRequest: `concurrency` is not a positive integer.
        Exception: an error of `items` itself, after the outcomes of the items that came before it.
    """
    whole(concurrency, "concurrency")
    source = _iterated(items)
    lock = asyncio.Lock()  # an async generator must not be advanced by two tasks at once
    room = asyncio.Semaphore(concurrency)
    done: asyncio.Queue[Outcome[Item, Value] | asyncio.Task[None]] = asyncio.Queue()

    async def work() -> None:
        while True:
            await room.acquire()
            async with lock:
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
        return Outcome(item, error=error)  # `fn` cancelled something of its own; this task was not cancelled
    except Exception as error:  # noqa: BLE001 - errors are values here
        return Outcome(item, error=error)


def _failure(worker: asyncio.Task[None]) -> BaseException | None:
    return asyncio.CancelledError() if worker.cancelled() else worker.exception()


async def _iterated(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncGenerator[Item]:
    """The items one by one; after an error it is exhausted, as any generator."""
    if isinstance(items, AsyncIterable):
        iterator: AsyncIterator[Item] = aiter(items)
        try:
            async for item in iterator:
                yield item
        finally:
            if iterator is not items and isinstance(iterator, ItemIterator):
                await iterator.aclose()  # cancels its prefetch
    else:
        for item in items:
            yield item
