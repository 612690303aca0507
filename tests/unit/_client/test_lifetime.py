"""Timeouts, cancellation and closing: nothing hangs and nothing stays behind."""

import asyncio
import contextvars
import gc
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import aiohttp
import pytest
import uvloop

from aioheroku import Heroku, MemoryCache, Pool, Retry, Timeout, errors
from aioheroku._middleware.capture import _recordings
from aioheroku._middleware.lifecycle import Calls, Lifecycle
from aioheroku.testing import Platform
from aioheroku.testing.faults import Latency, Reset, Unavailable
from tests._support.fakes import MakeRequest, Script, Until
from tests._support.secrets import raises

ENDLESS = 3600


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with Platform(apps=3, seed=5) as platform:
        yield platform


@pytest.fixture
async def app(platform: Platform) -> str:
    return next(iter(platform.state.names))


def session(platform: Platform, **options: Any) -> Heroku:
    return Heroku(platform.token, base_url=platform.url, pool=options.pop("pool", None) or Pool(), **options)


async def test_a_call_can_be_cancelled_at_every_step(platform: Platform, app: str) -> None:
    """However far a call has come, cancelling it leaves no task, place or lock, and the next call works."""
    async with session(platform, cache=MemoryCache(), retry=Retry(base=0)) as heroku:
        others = asyncio.all_tasks()
        steps = 0
        for steps in range(400):
            platform.clear_faults()
            platform.fault(Unavailable(retry_after=0))
            task = asyncio.create_task(heroku.apps.info(app))
            for _ in range(steps):
                await asyncio.sleep(0)
            done = task.done()
            task.cancel()
            if done:
                break
            with raises(asyncio.CancelledError):
                await task
            snapshot = heroku.pool.snapshot()
            assert (snapshot.waiting, snapshot.in_flight) == (0, 0), steps
        assert steps > 10
        assert (await heroku.apps.info(app)).name == app
        await asyncio.sleep(0)
        assert {task for task in asyncio.all_tasks() - others if "aioheroku" in repr(task.get_coro())} == set()


async def test_cancelled_waiter_leaves_the_queue(platform: Platform, app: str) -> None:
    """A call that waits for a token leaves the queue, and those behind it keep their turn."""
    pool = Pool(capacity=1, refill_per_hour=1)
    async with session(platform, pool=pool) as heroku:
        platform.remaining = 1
        await heroku.apps.info(app)
        calls: list[Any] = [heroku.apps.info(app) for _ in range(3)]
        waiting = [asyncio.create_task(call) for call in [*calls, heroku.config_vars.info(app)]]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert pool.snapshot().waiting == 2  # three of them are one request
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert pool.snapshot().waiting == 0


@pytest.mark.parametrize("where", ["in flight", "in the pool", "in a backoff"])
async def test_closing_ends_calls_wherever_they_are(where: str, platform: Platform, app: str, until: Until) -> None:
    """A session that is closed ends its calls at once with `SessionClosed`, which says whether they were sent."""
    pool = Pool(capacity=1, refill_per_hour=1) if where == "in the pool" else Pool()
    heroku = session(platform, pool=pool, retry=Retry(base=ENDLESS, cap=ENDLESS))
    await heroku.rate_limits.info()
    if where == "in the pool":
        platform.remaining = 1
        await heroku.apps.info(app)
    elif where == "in flight":
        platform.fault(Latency(ENDLESS))
    else:
        platform.fault(Unavailable(retry_after=100), times=None)
    before = platform.requests_total
    call = asyncio.create_task(heroku.apps.create(name="brand-new"))
    await until(lambda: where == "in the pool" or platform.requests_total + platform.in_flight > before)
    for _ in range(50):
        await asyncio.sleep(0)
    await heroku.close()
    with raises(errors.SessionClosed) as caught:
        await call
    assert caught.value.sent == (where == "in flight")
    assert call.cancelling() == 0
    assert (pool.snapshot().waiting, pool.snapshot().in_flight) == (0, 0)
    with raises(errors.SessionClosed) as refused:
        await heroku.apps.info(app)
    assert not refused.value.sent


async def test_task_outlives_its_closed_session(platform: Platform, app: str, until: Until) -> None:
    """`SessionClosed` is an error like others: the task that gets it is not cancelled and can await again."""
    heroku = session(platform)
    platform.fault(Latency(ENDLESS))

    async def work() -> str:
        try:
            await heroku.apps.info(app)
        except errors.SessionClosed:
            await asyncio.sleep(0)
            async with asyncio.timeout(ENDLESS):
                await asyncio.sleep(0)
            return "went on"
        return "was not ended"

    task = asyncio.create_task(work())
    await until(lambda: platform.in_flight)
    await heroku.close()
    assert await task == "went on"


async def test_cancellation_while_closing_stays_one(script: type[Script], request_: MakeRequest) -> None:
    """A task that is cancelled stays cancelled, even if the session closes at the same moment."""

    async def hang(request: Any) -> Any:
        await asyncio.Event().wait()

    calls = Calls()
    task = asyncio.ensure_future(Lifecycle(hang, calls)(request_()))
    await asyncio.sleep(0)
    calls.close()
    task.cancel()
    with raises(asyncio.CancelledError):
        await task


async def test_callers_timeout_stays_timeout_error(platform: Platform, app: str) -> None:
    """`asyncio.timeout` around a call raises `TimeoutError`, as around anything."""
    async with session(platform) as heroku:
        platform.fault(Latency(ENDLESS), times=None)
        with raises(TimeoutError) as caught:
            async with asyncio.timeout(0.02):
                await heroku.apps.info(app)
        assert not isinstance(caught.value, errors.HerokuError)


async def test_the_whole_calls_timeout_is_ours(platform: Platform, app: str) -> None:
    """`timeout` ends a call with `ReadTimeout`, retries included, which says that it may have been executed."""
    async with session(platform) as heroku:
        platform.fault(Latency(ENDLESS), times=None)
        with raises(errors.ReadTimeout, match=r"0\.2 s.*may have been executed") as caught:
            await heroku.using(timeout=0.2).apps.create(name="brand-new")
        assert caught.value.sent
        with raises(errors.ReadTimeout):
            await heroku.using(timeout=0.2).apps.info(app)


async def test_attempt_timeout_retries_get(platform: Platform, app: str) -> None:
    """One attempt that hangs costs its own time only: the next one may succeed."""
    async with session(platform, timeout=Timeout(attempt=0.05), retry=Retry(base=0)) as heroku:
        platform.fault(Latency(ENDLESS))
        assert (await heroku.apps.info(app)).name == app
        assert platform.requests_total + platform.in_flight >= 1


async def test_slow_connection_is_connect_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that does not respond at all is a `ConnectTimeout`: nothing was sent."""

    async def never(*_: Any, **__: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", never)
    async with Heroku("t", base_url="http://127.0.0.1:9", timeout=Timeout(connect=0.02), retry=None) as heroku:
        with raises(errors.ConnectTimeout) as caught:
            await heroku.apps.create()
        assert not caught.value.sent


async def test_refused_connection_is_not_sent() -> None:
    """Nobody listens: `ConnectError`, safe to retry."""
    async with Heroku("t", base_url="http://127.0.0.1:9", retry=None) as heroku:
        with raises(errors.ConnectError, match="safe to retry") as caught:
            await heroku.apps.create()
        assert not caught.value.sent


async def test_a_body_that_raises_still_closes(platform: Platform, app: str) -> None:
    """`async with` closes the session whatever happens inside, and lets the error through."""
    heroku = session(platform)

    async def fail() -> None:
        async with heroku:
            await heroku.apps.info(app)
            raise ZeroDivisionError

    with raises(ZeroDivisionError):
        await fail()
    with raises(errors.SessionClosed):
        await heroku.apps.info(app)


async def test_inner_view_leaves_session_open(platform: Platform, app: str) -> None:
    """`async with heroku.using(...)` inside `async with heroku` closes nothing; the outer one does."""
    async with session(platform) as heroku:
        async with heroku.using(label="inner") as view:
            await view.apps.info(app)
        await heroku.apps.info(app)
    with raises(errors.SessionClosed):
        await view.apps.info(app)


async def test_a_session_works_without_async_with(platform: Platform, app: str) -> None:
    """`await heroku.close()` is enough, may be called twice, and leaves no connection to the garbage collector."""
    heroku = session(platform)
    await heroku.apps.info(app)
    await heroku.close()
    await heroku.close()
    del heroku
    gc.collect()


async def test_injected_session_belongs_to_its_owner(platform: Platform, app: str, until: Until) -> None:
    """It is never closed here; once its owner closes it, calls in progress and later ones raise `SessionClosed`."""
    async with aiohttp.ClientSession() as http:
        async with session(platform, session=http) as heroku:
            await heroku.apps.info(app)
        assert not http.closed
        heroku = session(platform, session=http)
        platform.fault(Latency(ENDLESS))
        call = asyncio.create_task(heroku.apps.info(app))
        await until(lambda: platform.in_flight)
        await http.close()
        with raises(errors.SessionClosed):
            await call
        with raises(errors.SessionClosed) as caught:
            await heroku.apps.info(app)
        assert not caught.value.sent
        await heroku.close()


def test_it_all_works_under_uvloop(until: Until) -> None:
    """Calls, retries, timeouts and closing behave the same on another event loop."""

    async def work() -> None:
        async with Platform(apps=3, seed=5) as platform:
            app = next(iter(platform.state.names))
            heroku = session(platform, retry=Retry(base=0))
            platform.fault(Reset())
            assert (await heroku.apps.info(app)).name == app
            platform.fault(Latency(ENDLESS), times=2)
            with raises(errors.ReadTimeout):
                await heroku.using(timeout=0.02).apps.create()
            call = asyncio.create_task(heroku.apps.info(app))
            await until(lambda: platform.in_flight > 1)
            await heroku.close()
            with raises(errors.SessionClosed):
                await call

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work())


# --- capture() ------------------------------------------------------------------------------------------------------


async def test_capture_in_a_generator_ends_quietly(platform: Platform, app: str) -> None:
    """It does not matter who closes the generator: the same task, another task or context, the garbage collector."""
    problems: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
    async with session(platform) as heroku:

        async def names() -> AsyncGenerator[str]:
            with heroku.capture() as replies:
                while True:
                    found = await heroku.apps.info(app)
                    assert replies[-1].json()["name"] == found.name
                    yield found.name

        same = names()
        assert await anext(same) == app
        await same.aclose()
        other = names()
        assert await asyncio.create_task(anext(other)) == app  # as a web framework does
        await asyncio.create_task(other.aclose())
        context = names()
        assert await asyncio.create_task(anext(context), context=contextvars.Context()) == app
        await asyncio.create_task(context.aclose(), context=contextvars.Context())
        async for _ in names():  # left early: asyncio closes the generator in a task of its own
            break
        gc.collect()
        for _ in range(5):
            await asyncio.sleep(0)
    assert problems == []


async def test_capture_collects_only_while_it_is_open(platform: Platform, app: str) -> None:
    """Captures may be nested, and end in any order and context; each has the responses of its own time."""
    async with session(platform) as heroku:
        first, second = heroku.capture(), heroku.capture()
        one = first.__enter__()
        await heroku.apps.info(app)
        two = second.__enter__()
        await asyncio.create_task(heroku.rate_limits.info())
        first.__exit__(None, None, None)
        await heroku.apps.info(app)
        contextvars.Context().run(second.__exit__, None, None, None)
        await heroku.apps.info(app)
        assert ([reply.path for reply in one], [reply.path for reply in two]) == (
            ["/apps/{app}", "/account/rate-limits"],
            ["/account/rate-limits", "/apps/{app}"],
        )
        with heroku.capture() as three:
            await heroku.apps.info(app)
        assert len(three) == 1
        assert _recordings.get() == ()


async def test_capture_is_limited_to_its_own_tasks(platform: Platform, app: str) -> None:
    """Another session's responses, and those of tasks that began before, are not in it; errors are."""
    async with session(platform) as heroku, session(platform) as other:
        begun = asyncio.create_task(heroku.rate_limits.info())
        with heroku.capture() as replies:
            await asyncio.gather(begun, other.apps.info(app), heroku.apps.info(app))
            with raises(errors.NotFound):
                await heroku.using(label="view").apps.info("no-such-app")
        assert [reply.status for reply in replies] == [200, 404]
