"""The header decides, whatever it looks like."""

import asyncio
import random
from itertools import product
from typing import Any

import pytest

from aioheroku._http import Request, Response
from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.account import Account
from aioheroku._ratelimit.rule import Pacer
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.thorough import some
from tests._support.virtual_loop import Run


def _closed_loop(send: Any, request_: LabelledRequest, tasks: int) -> list[asyncio.Task[None]]:
    async def load() -> None:
        while True:
            await send(request_())

    return [asyncio.ensure_future(load()) for _ in range(tasks)]


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(result, asyncio.CancelledError)


SIZES = [(300, 1200), (2400, 1200), (4500, 4500), (9000, 9000)]


@pytest.mark.parametrize(
    ("told", "size", "step"),
    some(
        product([(2400, 1200), (9000, 9000)], [(300, 1200), (2400, 1200), (4500, 4500), (9000, 9000)], [0.0, 60.0]), 3
    ),
)
def test_alone_no_429(
    run: Run,
    server: type[BucketServer],
    request_: LabelledRequest,
    *,
    told: tuple[int, int],
    size: tuple[int, int],
    step: float,
) -> None:
    """One process gets no 429 whatever the pool and its refill, whatever it was told, and uses the tokens."""
    capacity, hourly = size

    async def main() -> None:
        platform = server(capacity / 4, capacity=capacity, refill=hourly / 3600, step=step, seed=1)
        tasks = _closed_loop(Pool(*told).metered(platform.send), request_, 10)
        await asyncio.sleep(1200)
        await _stop(tasks)
        assert platform.refused == 0
        assert platform.statuses.count(200) > 0.95 * (capacity / 4 + hourly / 3600 * (1200 - step)) - 60

    random.seed(1)
    run(main())


def test_size_and_refill_are_learnt_upward(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """An account with more than was said: the capacity follows from the header at once, the refill from its rise."""

    async def main() -> None:
        platform = server(4000, capacity=9000, refill=2.5)
        pool = Pool()
        send = pool.metered(platform.send)
        for _ in range(30):
            await send(request_())
            await asyncio.sleep(30)
        shot = pool.snapshot()
        assert shot.capacity > 4000
        assert shot.refill == pytest.approx(9000, rel=0.1)

    run(main())


def test_an_account_that_changes(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """When the pool shrinks under a running process there is no 429, and when it grows again it is used."""

    async def main() -> None:
        platform = server(9000, capacity=9000, refill=2.5, seed=2)
        tasks = _closed_loop(Pool(9000, 9000).metered(platform.send), request_, 5)
        await asyncio.sleep(60)
        platform.level, platform.capacity, platform.refill = 300.0, 300, 1 / 3
        await asyncio.sleep(1200)
        assert platform.refused == 0
        before = len(platform.statuses)
        platform.level, platform.capacity, platform.refill = 4500.0, 4500, 1.25
        await asyncio.sleep(400)
        await _stop(tasks)
        assert platform.refused == 0
        assert len(platform.statuses) - before > 4500

    run(main())


def test_requests_in_flight_are_counted(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """What has been sent and not yet answered is not spent twice, however long the responses take."""

    async def main() -> None:
        platform = server(60, latency=8)
        pool = Pool()
        send = pool.metered(platform.send)
        tasks = _closed_loop(send, request_, 100)
        await asyncio.sleep(12)
        assert pool.snapshot().in_flight > 3
        await asyncio.sleep(300)
        await _stop(tasks)
        assert platform.refused == 0
        assert pool.snapshot().in_flight == 0

    run(main())


def test_responses_out_of_order(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """An old answer that comes late does not raise the count: a burst over a jittery line sees no 429."""

    async def main() -> None:
        platform = server(400, seed=3, latency=3)
        tasks = _closed_loop(Pool(2400, 1200).metered(platform.send), request_, 60)
        await asyncio.sleep(600)
        await _stop(tasks)
        assert platform.refused == 0
        assert platform.level < 20

    run(main())


def test_late_response_is_ignored() -> None:
    """The response to an earlier request, arriving last, leaves the level where the later one put it."""
    pacer = Pacer(Account(2400, 1 / 3))
    first, second = pacer.leave(0), pacer.leave(0)
    pacer.on_response(1, second, 98)
    pacer.on_response(2, first, 99)
    assert pacer.account.level == 98


def test_a_header_that_is_missing_here_and_there(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """Endpoints without the header are counted by the pool itself."""

    async def main() -> None:
        platform = server(200, refill=0.01)

        async def forgetful(request: Request) -> Response:
            platform.header = len(platform.arrived) % 5 == 0
            response: Response = await platform.send(request)
            return response

        pool = Pool(2400, 36)
        tasks = _closed_loop(pool.metered(forgetful), request_, 10)
        await asyncio.sleep(300)
        await _stop(tasks)
        assert platform.refused == 0
        assert platform.level < 40
        assert pool.snapshot().used == len(platform.arrived)

    run(main())


def test_a_header_that_is_nonsense(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """A value that is no number counts as none."""

    async def main() -> None:
        platform = server(100, header=False)
        platform.headers = {"RateLimit-Remaining": "-5, many"}
        pool = Pool(100)
        await pool.metered(platform.send)(request_())
        assert pool.snapshot().remaining == 99

    run(main())


def test_without_a_header_the_local_bucket_binds(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """A server that says nothing gets the burst that the pool was made for, and then the refill."""

    async def main() -> None:
        platform = server(10**6, capacity=10**6, header=False)
        tasks = _closed_loop(Pool(50, 3600).metered(platform.send), request_, 100)
        await asyncio.sleep(100)
        await _stop(tasks)
        assert 140 <= len(platform.left) <= 151

    run(main())


def test_server_without_header_gets_no_queue(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """After the first response, which says nothing of tokens, calls leave together, bounded by the local bucket."""

    async def main() -> None:
        platform = server(1000, header=False)
        send = Pool().metered(platform.send)
        await asyncio.gather(*(send(request_()) for _ in range(50)))
        assert asyncio.get_running_loop().time() < 0.5

    run(main())


def test_unmetered_response_updates_the_balance(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """The free endpoint waits for no token, is not counted, and says how many there are."""

    async def main() -> None:
        pool = Pool()

        async def told(request: Request) -> Response:
            return Response(200, {"RateLimit-Remaining": "7"}, b"")

        send = pool.metered(told)
        await send(request_(metered=False))
        assert pool.snapshot().remaining == 7
        assert pool.snapshot().used == 0
        for _ in range(100):
            await send(request_(metered=False))
        assert asyncio.get_running_loop().time() == 0

    run(main())


@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
def test_a_clock_that_jumps(run: Run, server: type[BucketServer], request_: LabelledRequest, jump: float) -> None:
    """After a jump of the clock, back or forth, the pool neither stands still nor makes a 429."""

    class Clock:
        ahead = 10_000.0

        def now(self) -> float:
            return asyncio.get_running_loop().time() + self.ahead

        def wall(self) -> float:
            return self.now()

        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    async def main() -> None:
        platform = server(100, refill=0.5)
        clock = Clock()
        tasks = _closed_loop(Pool(2400, 1800, clock=clock).metered(platform.send), request_, 10)
        await asyncio.sleep(600)
        before = len(platform.statuses)
        clock.ahead += jump
        await asyncio.sleep(600)
        await _stop(tasks)
        assert len(platform.statuses) - before > 0.8 * 600 * 0.5
        assert platform.refused <= 1

    run(main())
