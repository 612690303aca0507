"""Many calls as one operation: workers, order, back-pressure, what is left behind."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

import pytest

from aioheroku._campaigns.campaign import Campaign, campaign
from aioheroku._campaigns.outcomes import Done, Failed, Outcome
from aioheroku._campaigns.plan import CPU_SECONDS_PER_CALL, CampaignPlan
from aioheroku._pagination import Page, Pages, Range
from aioheroku._ratelimit import Pool
from aioheroku.errors import InvalidRequest
from tests._support.secrets import raises


async def identify() -> str:
    """The account, without a session."""
    return "account"


def each(call: Any, items: Any, **options: Any) -> Campaign[Any, Any]:
    """`Heroku.each` without a session."""
    given: dict[str, Any] = {
        "concurrency": 30,
        "budget": None,
        "journal": None,
        "key": None,
        "verify": None,
        "on_error": "collect",
    }
    return campaign(identify, call, items, (), {}, **{**given, **options})


def value(outcome: Outcome[Any, Any]) -> Any:
    assert isinstance(outcome, Done)
    return outcome.value


async def double(item: int) -> int:
    await asyncio.sleep(0)
    return 2 * item


async def never(item: int) -> int:
    await asyncio.Event().wait()
    return item


def others() -> set[asyncio.Task[Any]]:
    """The tasks besides the test's own."""
    return asyncio.all_tasks() - {asyncio.current_task()}


async def numbers(count: int) -> AsyncGenerator[int]:
    for number in range(count):
        await asyncio.sleep(0)
        yield number


async def test_every_item_has_one_outcome() -> None:
    """Each item is worked on once, whether the items are a list, a generator or come asynchronously."""
    for items in (list(range(50)), iter(range(50)), numbers(50)):
        found = {outcome.item: value(outcome) async for outcome in each(double, items, concurrency=7)}
        assert found == {number: 2 * number for number in range(50)}


async def test_outcomes_come_as_they_complete() -> None:
    """A slow item does not hold up others."""
    slow = asyncio.Event()

    async def work(item: str) -> None:
        if item == "slow":
            await slow.wait()

    seen: list[str] = []
    async for outcome in each(work, ["slow", "a", "b", "c"], concurrency=2):
        seen.append(outcome.item)
        if len(seen) == 3:
            slow.set()
    assert seen == ["a", "b", "c", "slow"]


async def test_errors_are_values() -> None:
    """An item that fails is an outcome with its error; the others continue."""

    async def fail_on_three(item: int) -> int:
        if item == 3:
            raise LookupError("three")
        return item

    outcomes = {outcome.item: outcome async for outcome in each(fail_on_three, range(6), concurrency=2)}
    assert [item for item, outcome in outcomes.items() if isinstance(outcome, Failed)] == [3]
    assert len(outcomes) == 6
    assert isinstance(getattr(outcomes[3], "error", None), LookupError)


async def test_inner_cancellation_is_the_items_error() -> None:
    """What an item's own call cancels is that item's error, not the end of the whole."""

    async def cancelled(item: int) -> int:
        if item == 1:
            raise asyncio.CancelledError
        return item

    errors = [getattr(outcome, "error", None) async for outcome in each(cancelled, range(3), concurrency=1)]
    assert [type(error) for error in errors] == [type(None), asyncio.CancelledError, type(None)]


@pytest.mark.parametrize("concurrency", [1, 3, 20])
async def test_never_more_at_once_than_allowed(concurrency: int) -> None:
    """At most `concurrency` items are in progress, and there are no more tasks than that."""
    running = peak = tasks = 0

    async def work(item: int) -> int:
        nonlocal running, peak, tasks
        running += 1
        peak, tasks = max(peak, running), max(tasks, len(others()))
        await asyncio.sleep(0)
        running -= 1
        return item

    assert len([outcome async for outcome in each(work, range(200), concurrency=concurrency)]) == 200
    assert peak == tasks == concurrency


async def test_items_are_taken_as_there_is_room() -> None:
    """Of ten thousand items only as many are taken ahead as may be in progress, however slow the loop's body is."""
    taken = yielded = ahead = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number

    async for _ in each(double, items(), concurrency=5):
        if yielded % 1000 == 0:
            for _ in range(30):
                await asyncio.sleep(0)
        ahead = max(ahead, taken - yielded)
        yielded += 1
    assert yielded == 10_000
    assert ahead <= 5


async def test_an_error_of_the_items_comes_last() -> None:
    """When the items themselves fail, what came before is delivered first; then their error is raised."""

    async def items() -> AsyncGenerator[int]:
        yield 1
        yield 2
        raise ConnectionError("page 2")

    seen: set[int] = set()

    async def consume() -> None:
        async for outcome in each(double, items(), concurrency=4):
            seen.add(value(outcome))

    with raises(ConnectionError, match="page 2"):
        await consume()
    assert seen == {2, 4}
    assert not others()


async def test_leaving_early_leaves_no_task() -> None:
    """With `async with` nothing is in progress any more once the block is left."""
    async with each(double, numbers(1000), concurrency=10) as outcomes:
        async for _ in outcomes:
            break
    assert not others()


async def test_a_plain_break_leaves_no_task() -> None:
    """Without `async with` dropping the campaign ends it, a few turns later."""
    async for _ in each(double, range(1000), concurrency=10):
        break
    for _ in range(10):
        await asyncio.sleep(0)
    assert not others()


async def test_cancelling_leaves_no_task() -> None:
    """Cancelled while it waits for an outcome, it cancels everything in progress."""

    async def consume() -> None:
        async with each(never, range(100), concurrency=10) as outcomes:
            async for _ in outcomes:
                pass

    task = asyncio.create_task(consume())
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(others()) == 11
    task.cancel()
    with raises(asyncio.CancelledError):
        await task
    assert not others()


@pytest.mark.parametrize("concurrency", [0, -1, True, 1.5, "3"])
async def test_wrong_concurrency_is_rejected(concurrency: Any) -> None:
    """A bad concurrency is an InvalidRequest that names the option."""
    with raises(InvalidRequest) as error:
        await anext(each(double, [1], concurrency=concurrency))
    assert error.value.field == "concurrency"


def test_a_plan_is_the_slowest_of_its_bounds() -> None:
    """The longest of three decides: the pool's wait, the responses' latency, the processor time."""
    plenty = Pool(capacity=100_000)
    assert CampaignPlan.of(plenty, 1000, latency=0.3, concurrency=30) == CampaignPlan(
        1000, 1000, 1000, 10.0, False, 100_000, 4500
    )
    assert CampaignPlan.of(plenty, 1000).seconds == 1000 * CPU_SECONDS_PER_CALL
    assert CampaignPlan.of(Pool(capacity=100, refill_per_hour=3600), 1000).seconds == pytest.approx(900, abs=1)


@pytest.mark.parametrize("given", ["list", "iterator"])
async def test_a_list_that_is_left_has_no_prefetch(given: str) -> None:
    """Left early, a list of the API has nothing in progress any more; an iterator that was given can be continued."""
    under_way: list[str] = []

    async def fetch(text: str) -> Page[int]:
        under_way.append(text)
        try:
            await asyncio.sleep(0) if text == "id ..; max=1000" else await asyncio.Event().wait()
        finally:
            under_way.remove(text)
        return Page(lambda: list(range(10)), "id ]9..; max=1000", True, None)

    pages: Pages[int] = Pages(fetch, Range())
    items = pages if given == "list" else aiter(pages)
    async with each(double, items, concurrency=1) as outcomes:
        async for outcome in outcomes:
            if outcome.item == 6:
                break
        assert under_way == ["id ]9..; max=1000"]
    await asyncio.sleep(0)
    assert (under_way == []) == (given == "list")
    if isinstance(items, AsyncIterator):
        assert await anext(items) == 7


@pytest.mark.parametrize("concurrency", [1, 2, 7])
async def test_a_list_that_is_finished_has_no_cursor(concurrency: int) -> None:
    """Whichever workers took the last items of its pages, a list that was read to its end has nothing left."""

    async def fetch(text: str) -> Page[int]:
        await asyncio.sleep(0)
        number = int(text[4:].split("..", maxsplit=1)[0]) if "]" in text else 0
        items = list(range(10 * number, 10 * number + 3))
        return Page(lambda: items, f"id ]{number + 1}..; max=1000" if number < 5 else None, number < 5, None)

    pages: Pages[int] = Pages(fetch, Range())
    outcomes = [outcome async for outcome in each(double, pages, concurrency=concurrency)]
    assert len(outcomes) == 18
    assert pages.cursor is None
