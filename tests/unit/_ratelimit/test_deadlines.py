"""No wait that is too long is begun, and none is silent."""

import asyncio

import pytest

from aioheroku._middleware.retry import Retry, RetryMiddleware
from aioheroku._ratelimit import Pool
from aioheroku.errors import RateLimitWait
from aioheroku.events import Event, Waited
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.secrets import raises
from tests._support.virtual_loop import Run


def test_a_wait_known_to_be_too_long(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """It is an error before anything is sent, at once, and says how long the wait would be."""

    async def main() -> None:
        platform = server(3)
        send = Pool().metered(platform.send)
        for _ in range(3):
            await send(request_())
        began = asyncio.get_running_loop().time()
        with raises(RateLimitWait) as error:
            await send(request_(max_wait=0.5))
        assert 0.5 < error.value.seconds <= 20
        assert asyncio.get_running_loop().time() == began
        assert len(platform.arrived) == 3

    run(main())


def test_the_line_counts(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Who comes behind a hundred others is told so; who passes them waits for none of them."""

    async def main() -> None:
        platform = server(12, refill=1)
        send = Pool(2400, 3600).metered(platform.send)
        await send(request_())
        line = [asyncio.ensure_future(send(request_(priority="batch"))) for _ in range(100)]
        await asyncio.sleep(0)
        with raises(RateLimitWait) as error:
            await send(request_(priority="batch", max_wait=20))
        assert 60 < error.value.seconds < 200
        await send(request_(priority="interactive", max_wait=20))
        await asyncio.gather(*line)

    run(main())


def test_wait_that_becomes_too_long(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """A call that the pool hoped to send in time gives up on time, and is not sent."""

    async def main() -> None:
        platform = server(60, refill=1)
        send = Pool(2400, 3600).metered(platform.send)
        await send(request_())
        platform.level = 0.0
        platform.refill = 0.0001
        loop = asyncio.get_running_loop()
        line = [asyncio.ensure_future(send(request_())) for _ in range(4)]
        await asyncio.sleep(0)
        began = loop.time()
        with raises(RateLimitWait):
            await send(request_("hopeful", max_wait=30))
        assert loop.time() - began == pytest.approx(30)
        assert "hopeful" not in [label for _, label in platform.arrived]
        for task in line:
            task.cancel()
        await asyncio.gather(*line, return_exceptions=True)

    run(main())


def test_max_wait_bounds_all_attempts_together(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """A call that was refused and would have to wait too long ends with the refusal: something had left."""

    async def main() -> None:
        platform = server(0, refill=0.001)
        send = RetryMiddleware(Pool().metered(platform.send), Retry())
        response = await send(request_(max_wait=1))
        assert response.status == 429
        assert len(platform.arrived) == 1
        assert asyncio.get_running_loop().time() < 2

    run(main())


def test_each_wait_above_a_second_is_an_event(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """It says who waited, how long and why; short waits say nothing."""

    async def main() -> list[Event]:
        events: list[Event] = []
        platform = server(200, refill=0.25)
        send = Pool(2400, 900).metered(platform.send, events.append)
        for _ in range(5):
            await send(request_())
        assert events == []
        await asyncio.gather(*(send(request_("nightly", priority="batch")) for _ in range(60)))
        short = len(events)
        platform.level = -1000.0
        await send(request_())
        await send(request_("nightly", priority="batch", max_wait=10_000))
        assert [event.reason for event in events[short:] if isinstance(event, Waited)][-1] == "the platform said 429"
        return events[:short]

    events = run(main())
    assert events
    for event in events:
        assert isinstance(event, Waited)
        assert event.seconds > 1
        assert event.reason == "the account's tokens are short"
        assert (event.method, event.path, event.label) == ("GET", "/apps/{app}", "nightly")
        assert event.priority == "batch"
