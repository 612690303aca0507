"""A waiter that is cancelled gives back its place and its token; the bound holds all the same."""

import asyncio
import random

import pytest

from aioheroku._http import Priority, Request, Response
from aioheroku._ratelimit import Pool
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.virtual_loop import Run


def _excess(moments: list[float], refill: float) -> float:
    """The most that left in any window, less what came back in it."""
    return max(
        later + 1 - earlier - refill * (moments[later] - moments[earlier])
        for earlier in range(len(moments))
        for later in range(earlier, len(moments))
    )


@pytest.mark.parametrize("seed", range(6))
def test_no_window_exceeds_capacity_and_refill(run: Run, request_: LabelledRequest, seed: int) -> None:
    """With calls cancelled at random while they wait or are under way, no window grants more than it may."""
    rng = random.Random(seed)
    capacity, refill = rng.randint(5, 60), rng.choice([0.2, 1.0, 3.0])
    left: list[float] = []

    async def silent(request: Request) -> Response:
        left.append(asyncio.get_running_loop().time())
        request.attempt.sent = True
        await asyncio.sleep(rng.uniform(0, 2))
        if rng.random() < 0.1:
            raise OSError
        return Response(200, {}, b"")

    async def main() -> None:
        pool = Pool(capacity, refill * 3600)
        send = pool.metered(silent)
        loop = asyncio.get_running_loop()
        tasks: list[asyncio.Task[Response]] = []
        for _ in range(300):
            priority: Priority = rng.choice(["interactive", "normal", "batch"])
            task = asyncio.ensure_future(send(request_(priority=priority)))
            tasks.append(task)
            if rng.random() < 0.4:
                loop.call_later(rng.uniform(0, 100), task.cancel)
            await asyncio.sleep(rng.choice([0, 0, 0.3]))
        await asyncio.gather(*tasks, return_exceptions=True)
        shot = pool.snapshot()
        assert (shot.waiting, shot.in_flight) == (0, 0)
        assert shot.used == len(left)

    random.seed(seed)
    run(main())
    assert _excess(left, refill) <= capacity + 1e-6


def test_a_cancelled_waiter_takes_no_token(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Whoever comes behind it leaves as early as if it had never asked."""

    async def main(cancelled: int) -> float:
        platform = server(2, refill=0.5)
        send = Pool(2400, 1800).metered(platform.send)
        await send(request_())
        gone = [asyncio.ensure_future(send(request_())) for _ in range(cancelled)]
        await asyncio.sleep(0)
        last = asyncio.ensure_future(send(request_("last")))
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await last
        await asyncio.gather(*gone, return_exceptions=True)
        return float(platform.left[-1][0])

    random.seed(1)
    alone = run(main(0))
    random.seed(1)
    assert run(main(50)) == pytest.approx(alone, abs=0.01)


def test_cancelled_as_it_is_let_go(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """A waiter cancelled in the very moment of its turn passes the turn on: nobody is left behind."""

    async def main() -> None:
        platform = server(0, refill=1)
        pool = Pool(2400, 3600)
        send = pool.metered(platform.send)
        tasks = [asyncio.ensure_future(send(request_(str(number)))) for number in range(40)]
        await asyncio.sleep(0)
        rng = random.Random(5)
        while not all(task.done() for task in tasks):
            waiting = pool.snapshot().waiting
            await asyncio.sleep(0.25)
            if pool.snapshot().waiting < waiting and (left := [task for task in tasks if not task.done()]):
                rng.choice(left[:3]).cancel()
        assert sum(task.cancelled() for task in tasks) >= 5
        assert pool.snapshot().waiting == 0
        assert pool.snapshot().in_flight == 0

    run(main())


def test_all_waiters_cancelled_leave_nothing(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """After that a newcomer is served as if nothing had been."""

    async def main() -> None:
        platform = server(1, refill=1)
        pool = Pool(2400, 3600)
        send = pool.metered(platform.send)
        tasks = [asyncio.ensure_future(send(request_())) for _ in range(1000)]
        await asyncio.sleep(0.2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert pool.snapshot().waiting == 0
        await asyncio.sleep(240)
        before = asyncio.get_running_loop().time()
        assert (await send(request_())).status == 200
        assert asyncio.get_running_loop().time() - before < 1

    run(main())
