"""Runs a campaign: workers that take items, call, classify the outcome and record it."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import Any, Final, Generic, Literal, Protocol, Self, TypeVar, cast, get_args
from uuid import UUID

from attrs import define, evolve, field

from aioheroku import _options
from aioheroku._campaigns.journal import Entry, Journal
from aioheroku._campaigns.outcomes import Done, Failed, Outcome, Planned, Summary, Unknown
from aioheroku._campaigns.values import recorded, restored
from aioheroku._middleware.tally import Tally, current
from aioheroku._pagination import Pages
from aioheroku.errors import (
    READS,
    ConnectError,
    ConnectTimeout,
    DecodeError,
    Delinquent,
    DryRun,
    FailedEarlier,
    HerokuError,
    InvalidRequest,
    OutcomeUnknown,
    SessionClosed,
    Suspended,
    Unauthorized,
)

Item = TypeVar("Item")
Value = TypeVar("Value")

OnError = Literal["collect", "stop"]
Items = Iterable[Item] | AsyncIterable[Item]

_FATAL: Final = (Unauthorized, Delinquent, SessionClosed)
"""What would be the same for every other item."""
_UNREACHABLE: Final = (ConnectError, ConnectTimeout)
_IN_A_ROW: Final = 20
"""Items in a row that found no connection, all their retries included, after which the network counts as gone."""


class Account(Protocol):
    """What a campaign needs to know of its session."""

    async def identify(self) -> str:
        """The id of the account, for the journal."""
        ...


@define(eq=False)
class Work(Generic[Item, Value]):
    """What is done with an item, and how it is recorded."""

    call: Callable[[Item], Awaitable[Value]]
    name: str
    """The call's name in the journal: `apps.info`, or that of the function."""
    arguments: object
    result: Any = None
    """The result type of an endpoint; `None` for any other function."""
    key: Callable[[Item], str] | None = None
    verify: Callable[[Item], Awaitable[Value | None]] | None = None
    journal: Journal | None = None
    count: Callable[[int], None] = field(default=lambda _: None)

    async def __call__(self, item: Item, tally: Tally) -> Outcome[Item, Value]:
        """Do it, unless the journal says that it is done."""
        journal = self.journal
        if journal is None:
            return await self._attempt(item, tally)
        key = self.key_of(item)
        entry = journal.claim(key)
        if entry is not None and (known := await self._known(item, key, entry, journal)) is not None:
            return known

        async def before_write(write: str) -> None:
            await journal.write(key, {"writes": write})

        tally.before_write = before_write
        outcome = await self._attempt(item, tally)
        await self._record(key, outcome, tally, journal)
        return outcome

    def key_of(self, item: Item) -> str:
        """The item's key in the journal."""
        if self.key is not None:
            key: object = self.key(item)
            if isinstance(key, str) and key:
                return key
            raise InvalidRequest(f"expected it to return a string, got {type(key).__name__}.", "key")
        value: object = item if isinstance(item, str | int | UUID) else getattr(item, "id", None)
        if value is None or isinstance(value, bool):
            kind = type(item).__name__
            raise InvalidRequest(f"an item of type {kind} has no id: give a function that makes a string of it.", "key")
        return str(value)

    async def _known(
        self, item: Item, key: str, entry: Entry, journal: Journal
    ) -> Outcome[Item, Value] | None:
        """The outcome as earlier runs left it; `None` if the item is to be worked on."""
        about = (entry.tokens, entry.seconds, True)
        if entry.state == "done":
            return Done(item, cast("Value", restored(entry.value, self.result)), *about)
        if entry.state == "failed" and not entry.wrote:
            return None if journal.retry_failed else Failed(item, FailedEarlier(entry.error), *about)
        reason = f"it was interrupted during {entry.error}" if entry.state == "begun" else entry.error
        found = await self._verified(item)
        if isinstance(found, Done):
            done = evolve(found, tokens=entry.tokens, seconds=entry.seconds)
            await journal.write(key, _line(done, wrote=False))
            return done
        return None if found else Unknown(item, OutcomeUnknown(reason), *about)

    async def _verified(self, item: Item) -> Done[Item, Value] | bool:
        """What `verify` finds: a value, or True if the item is not done; False if it cannot tell."""
        if self.verify is None:
            return False
        try:
            value = await self.verify(item)
        except Exception:  # noqa: BLE001 - it may fail in any way; the item stays unknown
            return False
        return True if value is None else Done(item, value, resumed=True)

    async def _attempt(self, item: Item, tally: Tally) -> Outcome[Item, Value]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        token = current.set(tally)
        try:
            value = await self.call(item)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            problem: BaseException = error  # the call cancelled something of its own
        except Exception as error:  # noqa: BLE001 - errors are values here
            problem = error
        else:
            return Done(item, value, tally.tokens, loop.time() - began)
        finally:
            current.reset(token)
        about = (tally.tokens, loop.time() - began)
        if isinstance(problem, DryRun):
            return Planned(item, (problem,), *about)
        if not _may_be_executed(problem, tally):
            return Failed(item, problem, *about)
        found = await self._verified(item)
        if isinstance(found, Done):
            return evolve(found, tokens=about[0], seconds=about[1])
        if found:
            tally.wrote = False
            return Failed(item, problem, *about)
        return Unknown(item, problem, *about)

    async def _record(self, key: str, outcome: Outcome[Item, Value], tally: Tally, journal: Journal) -> None:
        if not isinstance(outcome, Planned) and not is_fatal(outcome):
            await journal.write(key, _line(outcome, wrote=tally.wrote))


def _line(outcome: Done[Any, Any] | Failed[Any] | Unknown[Any], *, wrote: bool) -> dict[str, Any]:
    about = {"tokens": outcome.tokens, "seconds": round(outcome.seconds, 3)}
    if isinstance(outcome, Done):
        text = recorded(outcome.value)
        return {"done": None if text is None else restored(text, None), **about}
    error = outcome.error
    # The text of a foreign exception may quote anything, secrets included.
    text = f"{type(error).__name__}: {error.summary}" if isinstance(error, HerokuError) else type(error).__name__
    return {"failed" if isinstance(outcome, Failed) else "unknown": text, "wrote": wrote, **about}


def _may_be_executed(error: BaseException, tally: Tally) -> bool:
    """Whether a write that must not be repeated may have been executed, and the error does not say that it was not."""
    if tally.uncertain:
        return True
    return tally.wrote and isinstance(error, DecodeError) and error.method not in READS


def is_fatal(outcome: Outcome[Any, Any]) -> bool:
    """Whether the outcome would be the same for every other item."""
    if not isinstance(outcome, Failed):
        return False
    error = outcome.error
    return isinstance(error, _FATAL) or (isinstance(error, Suspended) and error.resource != "app")


@define(eq=False)
class Run(Generic[Item, Value]):
    """The state that the workers share. It does not know the campaign: dropping that ends the workers."""

    work: Work[Item, Value]
    items: Items[Item]
    concurrency: int
    budget: int | None
    on_error: OnError
    results: "asyncio.Queue[Outcome[Item, Value] | None]" = field(factory=lambda: asyncio.Queue())
    """The outcomes that were not handed out yet; `None` when a worker ends."""
    workers: list[asyncio.Task[None]] = field(factory=list["asyncio.Task[None]"])
    summary: Summary = Summary()
    unfinished: list[Item] = field(factory=list[Any])
    """Items that were begun and not finished."""
    failure: BaseException | None = None
    ended: bool = False
    """Whether no further item is begun."""
    tokens: int = 0
    idle: int = 0
    """Items under way that have taken no token yet: each will take one at least."""
    unreachable: int = 0
    began: float = 0.0
    source: AsyncIterator[Item] = field(init=False)
    room: asyncio.Semaphore = field(init=False)
    turn: asyncio.Condition = field(factory=asyncio.Condition, init=False)
    listing: Tally = field(init=False)
    under_way: int = 0

    def __attrs_post_init__(self) -> None:
        self.room = asyncio.Semaphore(self.concurrency)
        self.listing = Tally(self._count)
        self.source = aiter(self.items) if isinstance(self.items, AsyncIterable) else _Iterated(iter(self.items))

    def _count(self, tokens: int) -> None:
        self.tokens += tokens

    async def start(self, account: Account) -> None:
        """Open the journal, and set the workers to work."""
        self.began = asyncio.get_running_loop().time()
        work, journal = self.work, self.work.journal
        if journal is not None:
            if isinstance(self.items, Collection):
                _without_twins(map(work.key_of, self.items))
            token = current.set(self.listing)
            try:
                identity = await account.identify()
            finally:
                current.reset(token)
            await asyncio.to_thread(journal.open, work.name, work.arguments, identity)
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
                    self.under_way += 1
                    self.idle += 1
                await self._process(item)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - of the items or the journal: it ends the campaign
            self._end(error)
        finally:
            self.results.put_nowait(None)

    async def _may_begin(self) -> bool:
        """Whether another item may be begun; waits for items under way where the budget depends on what they take."""
        while not self.ended and self.budget is not None and self.tokens + self.idle >= self.budget:
            if not self.under_way:
                self.ended = True
            else:
                await self.turn.wait()
        return not self.ended

    async def _process(self, item: Item) -> None:
        tally = Tally(self._count)
        outcome: Outcome[Item, Value] | None = None

        def count(tokens: int) -> None:
            if tally.tokens == tokens:  # its first
                self.idle -= 1
            self.tokens += tokens

        tally.count = count
        try:
            outcome = await self.work(item, tally)
        finally:
            self.under_way -= 1
            if not tally.tokens:
                self.idle -= 1
            if outcome is None or is_fatal(outcome):
                self.unfinished.append(item)
            else:
                self._add(outcome)
            if isinstance(outcome, Failed) and is_fatal(outcome):
                self._end(outcome.error)
            if self.budget is not None:
                async with self.turn:
                    self.turn.notify_all()
        if not is_fatal(outcome):
            self.results.put_nowait(outcome)
        else:
            self.room.release()

    def _add(self, outcome: Outcome[Item, Value]) -> None:
        name = type(outcome).__name__.lower()
        self.summary = evolve(self.summary, **{name: getattr(self.summary, name) + 1})
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


class _Iterated(Generic[Item]):
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


class Campaign(Generic[Item, Value]):
    """Many calls of one kind: an async iterator of outcomes, in the order of completion.

    Nothing is sent until it is entered or iterated. At most `concurrency` items are under way or wait to be handed out,
    so any number of items takes the same memory. It may be left at any time; `async with` ends what is under way at
    once, otherwise that happens when the campaign is dropped.
    """

    def __init__(self, run: Run[Item, Value], account: Account) -> None:
        self._run = run
        self._account = account
        self._started = False
        self._working = run.concurrency
        self._raised = False
        self._closed = False
        self._stopped: float | None = None

    @property
    def summary(self) -> Summary:
        """The counts so far; `str` is one line."""
        run = self._run
        now = self._stopped if self._stopped is not None else self._now()
        seconds = now - run.began if self._started else 0.0
        left = len(self.left) if self._working == 0 or self._closed else 0
        return evolve(run.summary, left=left, tokens=run.tokens, seconds=seconds)

    @property
    def left(self) -> list[Item]:
        """The items that were not finished when a budget or an error ended the campaign, or it was left.

        Of items that come asynchronously, those that were fetched.
        """
        run = self._run
        if isinstance(run.source, _Iterated):
            run.unfinished.extend(run.source.items if self._working == 0 or self._closed else ())
        return list(run.unfinished)

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> AsyncIterator[Outcome[Item, Value]]:
        return self

    async def __anext__(self) -> Outcome[Item, Value]:
        """The next outcome.

        Raises:
            HerokuError: what would be the same for all other items: the token was refused, the network is gone. It is
                raised once, after the outcomes before it; `left` names the items that were not finished.
            JournalMismatch: the file is not a journal of this campaign.
        """
        await self._start()
        run = self._run
        while self._working:
            outcome = await run.results.get()
            run.room.release()
            if outcome is not None:
                return outcome
            self._working -= 1
        await self.aclose()
        if run.failure is not None and not self._raised:
            self._raised = True
            raise run.failure
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End what is under way, and wait for its end."""
        if self._closed:
            return
        self._closed = True
        if self._started:
            self._stopped = self._now()
            await self._run.close()

    async def _start(self) -> None:
        if self._started or self._closed:
            return
        self._started = True
        try:
            await self._run.start(self._account)
        except BaseException:
            self._closed, self._working = True, 0
            raise

    def _now(self) -> float:
        try:
            return asyncio.get_running_loop().time()
        except RuntimeError:
            return self._run.began

    def __del__(self) -> None:
        if self._started and not self._closed:
            self._run.cancel()

    def __repr__(self) -> str:
        return f"<Campaign {self._run.work.name}: {self.summary}>"


def campaign(
    account: Account,
    call: Callable[..., Any],
    items: Items[Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    concurrency: int,
    budget: int | None,
    journal: Journal | None,
    key: Callable[[Any], str] | None,
    verify: Callable[[Any], Awaitable[Any]] | None,
    on_error: OnError,
) -> Campaign[Any, Any]:
    """The campaign of `Heroku.each`, its arguments checked."""
    _callable(call, "call")
    _iterable(items)
    _options.whole(concurrency, "concurrency")
    if budget is not None:
        _options.whole(budget, "budget")
    _options.instance(journal, "journal", Journal, "a Journal")
    _options.callback(key, "key")
    _options.callback(verify, "verify")
    _options.one_of(on_error, "on_error", get_args(OnError))
    endpoint = getattr(call, "endpoint", None)

    async def bound(item: Any) -> Any:
        result = call(item, *args, **kwargs)
        if not isinstance(result, Awaitable):
            raise InvalidRequest(f"it returned {type(result).__name__}: give a coroutine function.", "call")
        return await cast("Awaitable[Any]", result)

    work = Work[Any, Any](
        bound,
        name_of(call),
        [list(args), kwargs],
        None if endpoint is None else endpoint.result,
        key,
        verify,
        journal,
    )
    return Campaign(Run(work, items, concurrency, budget, on_error), account)


def name_of(call: Callable[..., Any]) -> str:
    """`apps.info` for a method of a resource, else the function's own name."""
    function = getattr(call, "func", call)  # of a functools.partial
    name = str(getattr(function, "__qualname__", type(function).__name__))
    if hasattr(function, "endpoint"):
        return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    return name.replace("<locals>.", "")


def lists(call: Callable[..., Any]) -> bool:
    """Whether a call reads a list, whose number of pages is not known before."""
    endpoint = getattr(call, "endpoint", None)
    return endpoint is not None and endpoint.is_list


def _callable(call: object, name: str) -> None:
    if not callable(call):
        raise InvalidRequest(f"expected a function, got {type(call).__name__}.", name)


def _iterable(items: object) -> None:
    if isinstance(items, str | bytes) or not isinstance(items, Iterable | AsyncIterable | Pages):
        raise InvalidRequest(f"expected a list or another iterable of items, got {type(items).__name__}.", "items")


def number_of(items: object) -> int:
    """How many items there are."""
    _iterable(items)
    if not isinstance(items, Collection):
        raise InvalidRequest("how many there are is not known before: give a list.", "items")
    return len(cast("Collection[object]", items))
