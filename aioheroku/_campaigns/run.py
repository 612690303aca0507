"""The workers of a campaign: they take items as there is room, within the budget, until an error ends them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, Generic, Literal, Self, TypeVar

from attrs import define, field

from aioheroku._campaigns.outcomes import Failed, Outcome, Unknown
from aioheroku._campaigns.work import Work, is_fatal
from aioheroku._middleware.meter import Meter, current
from aioheroku.errors import ConnectError, ConnectTimeout, InvalidRequest

Item = TypeVar("Item")
Value = TypeVar("Value")

OnError = Literal["collect", "stop"]
Items = Iterable[Item] | AsyncIterable[Item]

_UNREACHABLE: Final = (ConnectError, ConnectTimeout)
_IN_A_ROW: Final = 20
"""Items in a row that found no connection, all their retries included, after which the network counts as gone."""


Identify = Callable[[], Awaitable[str]]
"""Asks for the id of the account, for the journal."""


@define(eq=False)
class Run(Generic[Item, Value]):
    """The state that the workers share. It does not know the campaign: dropping that ends the workers."""

    work: Work[Item, Value]
    items: Items[Item]
    concurrency: int
    budget: int | None
    on_error: OnError
    results: "asyncio.Queue[Outcome[Item, Value] | None]" = field(
        factory=asyncio.Queue["Outcome[Item, Value] | None"], init=False
    )
    """The outcomes that were not handed out yet; `None` when a worker ends."""
    workers: list[asyncio.Task[None]] = field(factory=list["asyncio.Task[None]"])
    counts: Counter[str] = field(factory=Counter[str])
    """The outcomes by kind."""
    unfinished: list[Item] = field(factory=list[Any])
    """Items that were begun and not finished."""
    failure: BaseException | None = None
    ended: bool = False
    """Whether no further item is begun."""
    spent: int = 0
    """Tokens of the items that have ended."""
    unreachable: int = 0
    """Items in a row that found no connection."""
    began: float = 0.0
    opened: bool = False
    source: AsyncIterator[Item] = field(init=False)
    room: asyncio.Semaphore = field(init=False)
    turn: asyncio.Condition = field(factory=asyncio.Condition, init=False)
    listing: Meter = field(factory=Meter, init=False)
    """What listing the items takes."""
    under_way: set[Meter] = field(factory=set[Meter], init=False)

    def __attrs_post_init__(self) -> None:
        self.room = asyncio.Semaphore(self.concurrency)
        self.source = aiter(self.items) if isinstance(self.items, AsyncIterable) else Iterated(iter(self.items))

    @property
    def tokens(self) -> int:
        """The tokens that it has taken."""
        return self.spent + self.listing.tokens + sum(meter.tokens for meter in self.under_way)

    async def open(self, identify: Identify) -> None:
        """Open the journal, unless it is open."""
        work, journal = self.work, self.work.journal
        if journal is not None and not self.opened:
            if isinstance(self.items, Collection):
                _without_twins(map(work.key_of, self.items))
            token = current.set(self.listing)
            try:
                identity = await identify()
            finally:
                current.reset(token)
            await asyncio.to_thread(journal.open, work.name, work.arguments, identity)
        self.opened = True

    async def start(self, identify: Identify) -> None:
        """Open the journal, and set the workers to work."""
        self.began = asyncio.get_running_loop().time()
        await self.open(identify)
        self.workers = [asyncio.create_task(self._worker()) for _ in range(self.concurrency)]

    async def _worker(self) -> None:
        current.set(self.listing)  # what the items take, if they are a list of the platform
        try:
            while True:
                await self.room.acquire()  # until an outcome has been handed out
                async with self.turn:
                    if not await self._may_begin():
                        return
                    try:
                        item = await anext(self.source)
                    except StopAsyncIteration:
                        return
                    meter = Meter()
                    self.under_way.add(meter)
                await self._process(item, meter)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - of the items or the journal: it ends the campaign
            self._end(error)
        finally:
            self.results.put_nowait(None)

    async def _may_begin(self) -> bool:
        """Whether another item may be begun; waits for items under way where the budget depends on what they take."""
        while not self.ended and self.budget is not None:
            idle = sum(not meter.tokens for meter in self.under_way)  # each of these takes one at least
            if self.tokens + idle < self.budget:
                break
            if self.under_way:
                await self.turn.wait()
            else:
                self.ended = True
        return not self.ended

    async def _process(self, item: Item, meter: Meter) -> None:
        try:
            outcome = await self.work(item, meter)
        except BaseException:
            self.unfinished.append(item)
            raise
        finally:
            self.under_way.discard(meter)
            self.spent += meter.tokens
            if self.budget is not None:
                async with self.turn:
                    self.turn.notify_all()
        if isinstance(outcome, Failed) and is_fatal(outcome):
            self.unfinished.append(item)
            self._end(outcome.error)
            self.room.release()
        else:
            self._add(outcome)
            self.results.put_nowait(outcome)

    def _add(self, outcome: Outcome[Item, Value]) -> None:
        self.counts[type(outcome).__name__.lower()] += 1
        lost = isinstance(outcome, Failed) and isinstance(outcome.error, _UNREACHABLE) and not outcome.resumed
        self.unreachable = self.unreachable + 1 if lost else 0
        if isinstance(outcome, Failed) and self.unreachable >= max(_IN_A_ROW, self.concurrency):
            self._end(outcome.error)
        if self.on_error == "stop" and isinstance(outcome, Failed | Unknown) and not outcome.resumed:
            self.ended = True

    def _end(self, error: BaseException) -> None:
        self.failure, self.ended = self.failure or error, True

    def cancel(self) -> None:
        """End the workers, as far as their loop still runs."""
        self.ended = True
        for worker in self.workers:
            with suppress(RuntimeError):  # the loop is closed
                worker.cancel()

    async def close(self) -> None:
        """End the workers, the list of items and the journal."""
        self.cancel()
        await asyncio.gather(*self.workers, return_exceptions=True)
        close = getattr(self.source, "aclose", None)
        if close is not None and self.source is not self.items:
            await close()
        if self.work.journal is not None:
            await asyncio.to_thread(self.work.journal.close)


class Iterated(Generic[Item]):
    """An iterator as an asynchronous one."""

    def __init__(self, items: Iterator[Item]) -> None:
        self.items = items

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        for item in self.items:
            return item
        raise StopAsyncIteration


def _without_twins(keys: Iterable[str]) -> None:
    seen = set[str]()
    for key in keys:
        if key in seen:
            raise InvalidRequest("two items have the same key: give a function that tells them apart.", "key")
        seen.add(key)
