"""What a wait costs and what is told of it: timers, warnings, timeouts."""

import asyncio
import gc
import logging
from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.backend import LocalBackend
from aioheroku.cli._limits import lines
from aioheroku.errors import RateLimitWait, ReadTimeout
from aioheroku.events import Event, PoolChanged
from aioheroku.testing import Platform
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.secrets import raises
from tests._support.virtual_loop import Run


def _answering(remaining: int, status: int = 200, **headers: str) -> Any:
    """A `Send` that responds at once, always with the same balance."""

    async def send(request: Request) -> Response:
        said = {"RateLimit-Remaining": str(remaining)} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        return Response(status, said, b"", request.method, request.path)

    return send


async def _wait_in(pool: Pool, ask: Any, count: int = 1, **options: Any) -> list[asyncio.Task[Response]]:
    """A pool that is known to be empty, and this many calls that wait for it."""
    send = pool.metered(_answering(0))
    await send(ask())
    waiting = [asyncio.ensure_future(send(ask(str(number), **options))) for number in range(count)]
    await asyncio.sleep(0)
    return waiting


async def _end(waiting: list[asyncio.Task[Response]]) -> None:
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


# --- timers -------------------------------------------------------------------------------------------------


def test_a_waiting_call_has_no_task(run: Run, request_: LabelledRequest) -> None:
    """A thousand calls that wait, with a bound each, are the callers' own tasks and no more."""

    async def main() -> None:
        waiting = await _wait_in(Pool(), request_, 1000, max_wait=10**6)
        assert len(asyncio.all_tasks()) == 1 + 1000
        await _end(waiting)
        assert len(asyncio.all_tasks()) == 1

    run(main())


@pytest.mark.parametrize("options", [{}, {"max_wait": 10**6}], ids=["unbounded", "max_wait"])
def test_an_empty_queue_leaves_no_timer(run: Run, request_: LabelledRequest, options: dict[str, Any]) -> None:
    """After the last wait was cancelled nothing is left to do in the loop, however long it runs."""

    async def main() -> None:
        await _end(await _wait_in(Pool(), request_, 20, **options))
        timers = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
        assert [timer for timer in timers if not timer.cancelled()] == []

    run(main())


def test_closed_loop_raises_no_warnings(request_: LabelledRequest, caplog: pytest.LogCaptureFixture) -> None:
    """`run_until_complete` and `close` after cancelled waits: no pending task is destroyed, no callback fails."""
    loop = asyncio.new_event_loop()

    async def main() -> None:
        await _end(await _wait_in(Pool(), request_, 5, max_wait=100))

    loop.run_until_complete(main())
    loop.close()
    gc.collect()
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []


# --- warnings -----------------------------------------------------------------------------------------------


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_a_long_wait_is_one_warning(run: Run, request_: LabelledRequest, caplog: pytest.LogCaptureFixture) -> None:
    """A hundred calls that wait are one line in the log after five seconds, and the next one minutes later."""
    seen: list[int] = []

    async def main() -> None:
        waiting = await _wait_in(Pool(reserve=1), request_, 100)
        for seconds in (4.9, 0.2, 294, 10):
            await asyncio.sleep(seconds)
            seen.append(len(_warnings(caplog)))
        await _end(waiting)
        await asyncio.sleep(1000)
        seen.append(len(_warnings(caplog)))

    run(main())
    assert seen == [0, 1, 1, 2, 2]
    assert {record.name for record in caplog.records if record.levelno == logging.WARNING} == {"aioheroku"}
    assert "waiting for the account's rate limit for 5 s" in _warnings(caplog)[0]
    assert "100 waiting" in _warnings(caplog)[0]


def test_long_waits_warn_once_in_a_while(run: Run, request_: LabelledRequest, caplog: Any) -> None:
    """Waits that begin anew, with nobody waiting in between, share the one warning in five minutes."""
    seen: list[int] = []

    async def main() -> None:
        backend: Any = LocalBackend(100, 3600, 0)
        backend.delay = lambda now, rank: 10_000.0
        send = Pool(backend=backend).metered(_answering(0))
        for pause in (20, 20, 300):
            waiting = [asyncio.ensure_future(send(request_(priority="batch")))]
            await asyncio.sleep(pause)
            seen.append(len(_warnings(caplog)))
            await _end(waiting)

    run(main())
    assert seen == [1, 1, 2]


def test_short_waits_are_not_warned_of(
    run: Run, server: type[BucketServer], request_: LabelledRequest, caplog: Any
) -> None:
    """Calls that wait for less than five seconds each say nothing, however many follow each other."""

    async def main() -> None:
        send = Pool().metered(server(4400, capacity=4500, latency=0.5).send)
        for _ in range(30):
            await asyncio.gather(*(send(request_()) for _ in range(100)))

    run(main())
    assert _warnings(caplog) == []


# --- timeouts -----------------------------------------------------------------------------------------------


def test_wait_beyond_timeout_fails_at_once(run: Run, request_: LabelledRequest) -> None:
    """A call whose timeout ends before its turn is `RateLimitWait` and not a `ReadTimeout` later."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        send = Pool(2400, 1200).metered(_answering(0))
        await send(request_())
        waiting = [asyncio.ensure_future(send(request_())) for _ in range(50)]
        await asyncio.sleep(0)
        for seconds, raised in ((5, True), (10**6, False)):
            request = request_()
            request.attempt.deadline = loop.time() + seconds
            call = asyncio.ensure_future(send(request))
            await asyncio.sleep(0)
            assert call.done() is raised
            if raised:
                error = call.exception()
                assert isinstance(error, RateLimitWait)
                assert error.seconds > 5
            waiting.append(call)
        await _end(waiting)

    run(main())


def test_queue_timeout_names_its_reason(run: Run, request_: LabelledRequest) -> None:
    """A wait that turns out longer than the timeout ends just before it, as the rate limit that it is."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        pool = Pool()
        send = pool.metered(_answering(0))
        await send(request_())
        refuse = pool.metered(_answering(0, 429, Retry_After="200"))
        first = asyncio.ensure_future(refuse(request_(priority="interactive")))
        request = request_()
        request.attempt.deadline = loop.time() + 250
        call = asyncio.ensure_future(send(request))
        await first
        began = loop.time()
        blocked = request_()
        blocked.attempt.deadline = began + 30
        with raises(RateLimitWait):
            await send(blocked)
        assert loop.time() == began
        await _end([call])

    run(main())


@pytest.mark.parametrize(("max_wait", "timeout", "ends"), [(20, 100, 20), (100, 20, 19.95)])
def test_the_shorter_bound_counts(
    run: Run, request_: LabelledRequest, *, max_wait: float, timeout: float, ends: float
) -> None:
    """A call with a `max_wait` and a timeout that turns out to wait too long gives up at the one that comes first."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        backend: Any = LocalBackend(100, 3600, 0)
        backend.delay = lambda now, rank: 1000.0
        backend.wait = lambda now, rank, ahead: 0.0 if now < 1 else 500.0
        request = request_(max_wait=max_wait)
        request.attempt.deadline = loop.time() + timeout
        with raises(RateLimitWait):
            await Pool(backend=backend).metered(_answering(0))(request)
        assert loop.time() == pytest.approx(ends, abs=0.01)

    run(main())


async def test_session_raises_rate_limit_wait() -> None:
    """`using(timeout=...)` on an account without tokens: `RateLimitWait`, and nothing was sent."""
    async with (
        Platform(apps=1, seed=1) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        platform.remaining = 1
        await heroku.account.info()
        before = platform.requests_total
        with raises(RateLimitWait):
            await asyncio.gather(*(heroku.using(timeout=1.0, priority="batch").apps.info(f"a{n}") for n in range(30)))
        assert platform.requests_total == before


def test_other_delays_stay_a_timeout(run: Run, request_: LabelledRequest) -> None:
    """A call that waits behind one that is being answered waits for no tokens: its timeout is a timeout."""

    async def main() -> None:
        async def slow(request: Request) -> Response:
            await asyncio.sleep(100)
            return Response(200, {}, b"")

        send = Pool().metered(slow)
        first = asyncio.ensure_future(send(request_()))
        await asyncio.sleep(0)
        request = request_()
        request.attempt.deadline = asyncio.get_running_loop().time() + 3
        with raises(TimeoutError):
            async with asyncio.timeout(3):
                await send(request)
        await _end([first])

    run(main())
    assert issubclass(ReadTimeout, Exception)


# --- starvation ---------------------------------------------------------------------------------------------


def test_hammering_client_is_warned_about(
    run: Run, request_: LabelledRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """Where others leave nothing, an event and one warning say it with the remedy, and not again for minutes."""
    events: list[Event] = []

    async def main() -> None:
        pool = Pool()
        send = pool.metered(_answering(0, 429, Retry_After="1"), events.append)
        for number in range(1, 9):
            await send(request_())
            await asyncio.sleep(0)
            assert len([event for event in events if isinstance(event, PoolChanged)]) == (number >= 4)
            assert pool.snapshot().starved is (number >= 4)

    run(main())
    (changed,) = [event for event in events if isinstance(event, PoolChanged)]
    for remedy in ("RedisPool", "reserve", "Stop that program"):
        assert remedy in changed.reason
    assert sum("do not pace themselves" in text for text in _warnings(caplog)) == 1


async def test_limits_names_the_remedy(request_: LabelledRequest) -> None:
    """`aioheroku limits` says that others leave nothing, and what to do; and of a quiet account it does not."""
    pool = Pool()
    async with Heroku("token", base_url="http://127.0.0.1:9", pool=pool) as heroku:
        assert "RedisPool" not in "\n".join(lines(heroku, 0))
        assert "assumed" in "\n".join(lines(heroku, 0))
        send = pool.metered(_answering(0, 429, Retry_After="0"))
        for _ in range(4):
            await send(request_())
        assert "RedisPool" in "\n".join(lines(heroku, 0))


def test_who_need_not_wait_sets_no_timer(run: Run, request_: LabelledRequest) -> None:
    """A request that is admitted at once has no timer for the end of its wait, whatever its `max_wait`."""

    async def main() -> None:
        pool = Pool()
        await pool.metered(_answering(2000))(request_())
        request = request_(max_wait=5)
        waiter = pool._limiter.enqueue(request)
        assert waiter.admitted.done()
        assert waiter.expiry is None
        pool._limiter.dequeue(waiter, request, None)

    run(main())
