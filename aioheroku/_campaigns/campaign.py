"""Campaign: the outcomes of many calls, and the checks of `Heroku.each`."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, Final, Generic, Literal, Self, TypeVar, cast, get_args, get_type_hints

from aioheroku import _options
from aioheroku._campaigns.journal import Journal
from aioheroku._campaigns.outcomes import Outcome, Summary
from aioheroku._campaigns.run import Identify, Items, Iterated, OnError, Run
from aioheroku._campaigns.work import Work
from aioheroku._misuse import explains
from aioheroku.errors import InvalidRequest

Item = TypeVar("Item")
Value = TypeVar("Value")
_MISUSE: Final = (
    "a campaign is asynchronous: write `async with heroku.each(...) as outcomes:`, "
    "and in it `async for outcome in outcomes:`"
)


@explains(
    dict.fromkeys(("__enter__", "__exit__", "__await__", "__iter__", "__len__", "__contains__", "__getitem__"), _MISUSE)
)
class Campaign(Generic[Item, Value]):
    """Many calls of one kind: an async iterator of outcomes, in the order of completion.

    Nothing is sent until it is entered or iterated. At most `concurrency` items are in progress or wait to be
    delivered, so memory does not grow with the number of items. It may be left at any time; `async with` ends what is
    in progress at once, otherwise that happens when the campaign is garbage-collected.
    """

    def __init__(self, run: Run[Item, Value], identify: Identify) -> None:
        self._run = run
        self._identify = identify
        self._started = False
        self._handed_out = False
        self._closed = False
        self._stopped: float | None = None

    @property
    def summary(self) -> Summary:
        """The counts so far; `str` is one line."""
        return self._summary(len(self.left) if self._over else 0)

    def _summary(self, left: int) -> Summary:
        run = self._run
        now = self._stopped if self._stopped is not None else self._now()
        seconds = now - run.began if self._started else 0.0
        return Summary(**run.counts, left=left, tokens=run.tokens, seconds=seconds, certain=run.all_known)

    @property
    def _over(self) -> bool:
        return self._closed or (self._started and not self._run.working)

    @property
    def left(self) -> list[Item]:
        """The items that were not finished when a budget or an error ended the campaign, or when it was left.

        Of an asynchronous iterable, the fetched ones. Of an iterator, which may be endless, at most 100,000, or those
        that it yields within a second: if there may be more, `summary.certain` is false.
        """
        run = self._run
        if self._over and isinstance(run.source, Iterated):
            run.unfinished.extend(run.source.rest())
        return list(run.unfinished)

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __aiter__(self) -> AsyncIterator[Outcome[Item, Value]]:
        return self

    async def __anext__(self) -> Outcome[Item, Value]:
        """The next outcome.

        Raises:
            HerokuError: an error that every other item would get too: the token was refused, the network is
                unreachable. It is raised once, after the outcomes before it; `left` names the items that were not
                finished.
            JournalMismatch: the file is not a journal of this campaign.
        """
        await self._start()
        run = self._run
        while run.working:
            if self._handed_out:  # the loop's body has processed it
                self._handed_out = False
                run.room.release()
            outcome = await run.results.get()
            self._handed_out = True
            if outcome is not None:
                return outcome
            run.working -= 1
        await self.aclose()
        failure, run.failure = run.failure, None
        if failure is not None:
            raise failure
        raise StopAsyncIteration

    async def open(self) -> None:
        """Open the journal without starting an item, to inspect it first. Entering the campaign does this too.

        Raises:
            JournalMismatch: the file is not a journal of this campaign.
        """
        if not self._closed:
            await self._run.open(self._identify)

    def state_of(self, item: Item) -> Literal["begun", "done", "failed", "unknown"] | None:
        """How earlier runs of the open journal left an item; `None` if they did not begin it, or if this run did."""
        journal = self._run.work.journal
        return None if journal is None else journal.state_of(self._run.work.key_of(item))

    async def aclose(self) -> None:
        """End what is in progress, and wait until it has ended."""
        if self._closed:
            return
        self._closed = True
        if self._started:
            self._stopped = self._now()
        if self._started or self._run.opened:
            await self._run.close()

    async def _start(self) -> None:
        if self._started or self._closed:
            return
        self._started = True
        try:
            await self._run.start(self._identify)
        except BaseException:
            self._closed = True
            raise

    def _now(self) -> float:
        try:
            return asyncio.get_running_loop().time()
        except RuntimeError:
            return self._run.began

    def __del__(self) -> None:
        if (self._started or self._run.opened) and not self._closed:
            self._run.drop()

    def __repr__(self) -> str:
        # Counting the rest would exhaust an iterator.
        return f"<Campaign {self._run.work.name}: {self._summary(len(self._run.unfinished))}>"


def campaign(
    identify: Identify,
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
    dry: bool = False,
) -> Campaign[Any, Any]:
    """The campaign of `Heroku.each`, its arguments checked."""
    if not callable(call):
        raise InvalidRequest(f"expected a function, got {type(call).__name__}.", "call")
    if (endpoint := getattr(call, "endpoint", None)) is not None:
        args, kwargs = endpoint.hiding(args, kwargs)  # a traceback may show variables
    _iterable(items)
    _options.whole(concurrency, "concurrency")
    if budget is not None:
        _options.whole(budget, "budget")
    _options.instance(journal, "journal", Journal, "a Journal")
    _options.callback(key, "key")
    _options.callback(verify, "verify")
    _options.one_of(on_error, "on_error", get_args(OnError))
    bound_before = [[*part.args, part.keywords] for part in _partials(call)]

    async def bound(item: Any) -> Any:
        result: object = call(item, *args, **kwargs)
        if not isinstance(result, Awaitable):
            raise InvalidRequest(f"it returned {type(result).__name__}: give a coroutine function.", "call")
        return await cast("Awaitable[object]", result)

    work = Work[Any, Any](
        bound,
        name_of(call),
        [list(args), kwargs, *bound_before],
        _result(call),
        key,
        verify,
        journal,
    )
    return Campaign(Run(work, items, concurrency, budget, on_error, dry), identify)


def name_of(call: Callable[..., Any]) -> str:
    """`apps.info` for a method of a resource, else the function's own name."""
    function = _inner(call)
    endpoint = getattr(function, "endpoint", None)
    if endpoint is not None:
        return str(endpoint.operation)
    return str(getattr(function, "__qualname__", type(function).__name__)).replace("<locals>.", "")


def lists(call: Callable[..., Any]) -> bool:
    """Whether a call reads a list, whose number of pages is not known beforehand."""
    endpoint = getattr(_inner(call), "endpoint", None)
    return endpoint is not None and endpoint.is_list


def _partials(call: Callable[..., Any]) -> Iterator[partial[Any]]:
    while isinstance(call, partial):
        yield call
        call = call.func


def _inner(call: Callable[..., Any]) -> Callable[..., Any]:
    for part in _partials(call):
        call = part.func
    return call


def _result(call: Callable[..., Any]) -> Any:
    """The return type of a call; `None` if it is not annotated."""
    function = _inner(call)
    endpoint = getattr(function, "endpoint", None)
    if endpoint is not None:
        return endpoint.result
    try:
        result = get_type_hints(function).get("return")
    except (TypeError, NameError, AttributeError):
        return None
    return None if result is Any else result


def _iterable(items: object) -> None:
    if isinstance(items, str | bytes) or not isinstance(items, Iterable | AsyncIterable):
        raise InvalidRequest(f"expected a list or another iterable of items, got {type(items).__name__}.", "items")


def number_of(items: object) -> int:
    """How many items there are."""
    _iterable(items)
    if not isinstance(items, Collection) or isinstance(items, AsyncIterable):
        raise InvalidRequest("how many there are is not known beforehand: give a list.", "items")
    return len(cast("Collection[object]", items))
