"""The workers of a campaign: they take items while there is room and budget, until an error ends them."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from typing import Any, Final, Generic, Literal, Self, TypeVar

from attrs import define, field

from aioheroku._campaigns.journal import Journal
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
"""After this many consecutive items without a connection, in spite of retries, the network counts as unreachable."""
MOST_LEFT: Final = 100_000
"""Maximum items taken from an iterator to list what is left: it may be endless."""
_SOON: Final = 1.0
"""Seconds that this may take, unless a single item takes longer."""

Identify = Callable[[], Awaitable[str]]
"""Requests the id of the account, for the journal."""


@define(eq=False)
class Run(Generic[Item, Value]):
    """The state that the workers share. It does not refer to the campaign, whose garbage collection ends them."""

    work: Work[Item, Value]
    items: Items[Item]
    concurrency: int
    budget: int | None
    on_error: OnError
    dry: bool = False
    """Whether writes are not sent; then nothing is recorded."""
    results: "asyncio.Queue[Outcome[Item, Value] | None]" = field(
        factory=asyncio.Queue["Outcome[Item, Value] | None"], init=False
    )
    """Outcomes that were not delivered yet; `None` when a worker ends."""
    workers: list[asyncio.Task[None]] = field(factory=list["asyncio.Task[None]"])
    working: int = 0
    """Workers that have not reported their end."""
    counts: Counter[str] = field(factory=Counter[str])
    """The outcomes by kind."""
    unfinished: list[Item] = field(factory=list[Any])
    """Items that were begun and not finished."""
    failure: BaseException | None = None
    ended: bool = False
    """Whether no further item may be started."""
    spent: int = 0
    """Tokens of the items that have ended."""
    unreachable: int = 0
    """Items in a row that found no connection."""
    began: float = 0.0
    opened: bool = False
    loop: asyncio.AbstractEventLoop = field(init=False)
    source: AsyncIterator[Item] = field(init=False)
    room: asyncio.Semaphore = field(init=False)
    turn: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    """Held by the worker that takes the next item."""
    progress: asyncio.Event = field(factory=asyncio.Event, init=False)
    """An item has ended: the budget may allow another one."""
    outer: Meter | None = field(factory=current.get, init=False)
    """The meter of the item whose call started this campaign."""
    listing: Meter = field(init=False)
    """Counts the tokens of listing the items."""
    under_way: set[Meter] = field(factory=set[Meter], init=False)

    def __attrs_post_init__(self) -> None:
        self.listing = self._meter()
        if self.collection is not None:
            self.concurrency = max(1, min(self.concurrency, len(self.collection)))
        self.room = asyncio.Semaphore(self.concurrency)
        if isinstance(self.items, AsyncIterable):
            self.source = aiter(self.items)
        else:
            self.source = Iterated(iter(self.items), sized=self.collection is not None)

    @property
    def collection(self) -> Collection[Item] | None:
        """The items, if they are a collection; `len` of a list of the platform would raise."""
        return self.items if isinstance(self.items, Collection) and not isinstance(self.items, AsyncIterable) else None

    @property
    def tokens(self) -> int:
        """The tokens that it has taken."""
        return self.spent + self.listing.tokens + sum(meter.tokens for meter in self.under_way)

    async def open(self, identify: Identify) -> None:
        """Open the journal, unless it is open."""
        self.loop = asyncio.get_running_loop()
        work, journal = self.work, self.work.journal
        if journal is not None and not self.opened:
            if self.collection is not None:
                keys = [*map(work.key_of, self.collection)]
                if len(set(keys)) < len(keys):
                    raise InvalidRequest("two items have the same key: give a function that distinguishes them.", "key")
            token = current.set(self.listing)
            try:
                identity = await identify()
            finally:
                current.reset(token)
            await self._open(journal, identity)
        self.opened = True

    async def start(self, identify: Identify) -> None:
        """Open the journal and start the workers."""
        self.began = asyncio.get_running_loop().time()
        await self.open(identify)
        self.workers = [asyncio.create_task(self._worker()) for _ in range(self.concurrency)]
        self.working = self.concurrency

    async def _open(self, journal: Journal, identity: str) -> None:
        opening = asyncio.ensure_future(
            asyncio.to_thread(journal.open, self.work.name, self.work.arguments, identity, dry=self.dry)
        )
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:  # the thread continues: its file would stay locked
            opening.add_done_callback(lambda opened: None if opened.exception() else journal.close())
            raise

    def _meter(self) -> Meter:
        return Meter(parent=self.outer, reports_to_parent=self.work.journal is None)

    async def _worker(self) -> None:
        current.set(self.listing)  # counts the tokens of the items, if they are a list of the platform
        try:
            while True:
                await self.room.acquire()  # until an outcome has been handed out
                async with self.turn:
                    begins = await self._may_begin()
                    if not begins and not self._knows_the_rest():
                        return
                    try:
                        item = await anext(self.source)
                    except StopAsyncIteration:
                        return
                    if not begins and not self.work.settled(item):
                        self.unfinished.append(item)
                        self.room.release()
                        continue
                    meter = self._meter()
                    self.under_way.add(meter)
                await self._process(item, meter)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - of the items or the journal: it ends the campaign
            self._end(error)
        finally:
            self.results.put_nowait(None)

    async def _may_begin(self) -> bool:
        """Whether another item may be started; waits for items in progress if the budget depends on their tokens."""
        while not self.ended and self.budget is not None:
            idle = sum(not meter.tokens for meter in self.under_way)  # each of these takes one at least
            if self.tokens + idle < self.budget:
                break
            if self.under_way:
                self.progress.clear()
                await self.progress.wait()
            else:
                self.ended = True
        return not self.ended

    @property
    def all_known(self) -> bool:
        """Whether all items that were not started are known; of an asynchronous iterable, all that were fetched."""
        return not isinstance(self.source, Iterated) or self.source.all_known

    def _knows_the_rest(self) -> bool:
        """Whether a journal shows which of the items that will not be started are done: these do not count as left."""
        return self.failure is None and self.work.journal is not None and self.collection is not None

    async def _process(self, item: Item, meter: Meter) -> None:
        try:
            outcome = await self.work(item, meter)
        except BaseException:
            self.unfinished.append(item)
            raise
        finally:
            self.under_way.discard(meter)
            self.spent += meter.tokens
            self.progress.set()
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

    def drop(self) -> None:
        """Close it a little later, from any thread, if its loop still runs."""
        self.ended = True
        loop = self.loop
        try:
            loop.call_soon_threadsafe(lambda: loop.create_task(self.close()))
        except RuntimeError:  # the loop is closed, and has ended the workers
            if self.work.journal is not None:
                self.work.journal.close()

    async def close(self) -> None:
        """End the workers, the list of items and the journal."""
        self.ended = True
        for worker in self.workers:
            worker.cancel()
        await asyncio.gather(*self.workers, return_exceptions=True)
        close = getattr(self.source, "aclose", None)
        if close is not None and self.source is not self.items:
            await close()
        if self.work.journal is not None:
            await asyncio.to_thread(self.work.journal.close)


class Iterated(Generic[Item]):
    """An iterator as an asynchronous one."""

    def __init__(self, items: Iterator[Item], *, sized: bool) -> None:
        self.items, self._sized = items, sized
        self.all_known = True
        """Whether `rest` has come to the end of the items."""

    def rest(self) -> list[Item]:
        """The items not taken yet: all, unless it may be endless; then as many as it yields within a second."""
        if self._sized:
            return list(self.items)
        items = list[Item]()
        if self.all_known:
            ends, self.all_known = time.monotonic() + _SOON, False
            for item in self.items:
                items.append(item)
                if len(items) >= MOST_LEFT or time.monotonic() >= ends:
                    return items
            self.all_known = True
        return items

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        for item in self.items:
            return item
        raise StopAsyncIteration
