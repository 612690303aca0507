"""A 429 closes the gate for all, and one probe opens it."""

import asyncio
from email.utils import formatdate

import pytest

from aioheroku._clock import LoopClock
from aioheroku._http import Request, Response
from aioheroku._middleware.retry import Retry, RetryMiddleware
from aioheroku._ratelimit import Pool
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.virtual_loop import Run

_EPOCH = 1_800_000_000.0


class _Clock(LoopClock):
    """The loop's time, and a wall clock that goes with it."""

    def wall(self) -> float:
        return _EPOCH + self.now()


def test_circuit_reopens_by_a_single_probe(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """While it is closed nothing leaves, then one request alone, and only after its response the others."""

    async def main() -> None:
        platform = server(400, latency=2, refill=0.05)
        platform.headers = {"Retry-After": "40"}
        send = RetryMiddleware(Pool().metered(platform.send), Retry())
        await send(request_())
        platform.level = 0.0
        loop = asyncio.get_running_loop()
        burst = [asyncio.ensure_future(send(request_())) for _ in range(20)]
        await asyncio.sleep(5)
        closed_at = loop.time()
        assert platform.refused >= 1
        count = len(platform.left)
        waiting = [asyncio.ensure_future(send(request_(priority="interactive"))) for _ in range(20)]
        platform.level = 1000.0
        await asyncio.gather(*burst, *waiting)
        later = [at for at, _ in platform.left[count:]]
        assert min(later) >= closed_at - 5 + 40
        assert later[1] - later[0] >= 2  # the probe's answer was waited for
        assert [response.result().status for response in (*burst, *waiting)] == [200] * 40

    run(main())


@pytest.mark.parametrize("form", ["seconds", "date", "epoch"])
def test_retry_after_in_its_three_forms(
    run: Run, server: type[BucketServer], request_: LabelledRequest, form: str
) -> None:
    """A delay, a date and an epoch second are honoured alike."""

    async def main() -> None:
        platform = server(0, refill=1, latency=0.5)
        wait = {"seconds": "90", "date": formatdate(_EPOCH + 90, usegmt=True), "epoch": f"{_EPOCH + 90:.0f}"}
        platform.headers = {"Retry-After": wait[form]}
        send = RetryMiddleware(Pool(clock=_Clock()).metered(platform.send), Retry(), clock=_Clock())
        assert (await send(request_())).status == 200
        (_, _), (at, _) = platform.left
        assert 89 <= at <= 92

    run(main())


def test_retry_after_is_honoured_within_a_bound(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """An hour is not waited for: after five minutes the pool looks again."""

    async def main() -> None:
        platform = server(0, refill=1)
        platform.headers = {"Retry-After": "3600"}
        send = Pool().metered(platform.send)
        assert (await send(request_())).status == 429
        assert (await send(request_())).status == 200
        assert 299 <= platform.left[-1][0] <= 302

    run(main())


def test_retry_after_beyond_max_wait_is_returned(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """Who may not wait so long gets the refusal at once."""

    async def main() -> None:
        platform = server(0, refill=1)
        platform.headers = {"Retry-After": "3600"}
        send = RetryMiddleware(Pool().metered(platform.send), Retry())
        assert (await send(request_())).status == 429
        assert len(platform.left) == 1

    run(main())


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_429_is_retried_for_any_verb(
    run: Run, server: type[BucketServer], request_: LabelledRequest, method: str
) -> None:
    """It was not executed, so a POST goes again too, without a word from its caller."""

    async def main() -> None:
        platform = server(0, refill=0.5)
        send = RetryMiddleware(Pool().metered(platform.send), Retry())
        assert (await send(request_(method=method))).status == 200
        assert platform.statuses[0] == 429

    run(main())


def test_retries_are_bounded(run: Run, request_: LabelledRequest) -> None:
    """A platform that refuses for ever is asked as often as the policy says, with pauses that grow."""
    left: list[float] = []

    async def refuse(request: Request) -> Response:
        left.append(asyncio.get_running_loop().time())
        return Response(429, {}, b"")

    async def main() -> None:
        send = RetryMiddleware(Pool().metered(refuse), Retry(attempts=4))
        assert (await send(request_(method="POST"))).status == 429

    run(main())
    assert len(left) == 4
    assert left[3] - left[2] > left[1] - left[0]


def test_lost_probe_blocks_nobody(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """When the probe is cancelled the next one takes its place."""

    async def main() -> None:
        platform = server(0, refill=1, latency=4)
        send = Pool().metered(platform.send)
        assert (await send(request_())).status == 429
        probe = asyncio.ensure_future(send(request_()))
        others = [asyncio.ensure_future(send(request_())) for _ in range(3)]
        while len(platform.left) == 1:  # noqa: ASYNC110 - time is virtual
            await asyncio.sleep(0.1)
        probe.cancel()
        responses = await asyncio.wait_for(asyncio.gather(*others), 120)
        assert {response.status for response in responses} == {200}

    run(main())
