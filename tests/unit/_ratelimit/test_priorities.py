"""Urgent calls pass bulk ones, nobody starves, and a reserve is left."""

import asyncio
import contextlib
import statistics

import pytest

from aioheroku._http import Priority
from aioheroku._ratelimit import Pool
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.virtual_loop import Run


def test_interactive_passes_all_that_wait(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """The urgent go first, then the normal, then batch, whoever asked first."""

    async def main() -> None:
        platform = server(0, refill=0.5)
        send = Pool().metered(platform.send)
        tasks = [asyncio.ensure_future(send(request_("batch", priority="batch"))) for _ in range(5)]
        await asyncio.sleep(0)
        for priority in ("batch", "normal", "interactive"):
            tasks += [asyncio.ensure_future(send(request_(priority, priority=priority))) for _ in range(3)]
        await asyncio.gather(*tasks)
        labels = [label for _, label in platform.left if label]
        assert labels == ["batch"] + ["interactive"] * 3 + ["normal"] * 3 + ["batch"] * 7

    run(main())


def test_interactive_under_full_batch_load(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Among twenty batch tasks that want more than there is, the urgent wait less than two token intervals."""

    async def main() -> None:
        platform = server(20, capacity=4500, refill=1.25)
        send = Pool(4500, 4500).metered(platform.send)
        waits: list[float] = []

        async def batch() -> None:
            while True:
                await send(request_(priority="batch"))

        async def urgent() -> None:
            while True:
                await asyncio.sleep(20)
                request = request_(priority="interactive")
                await send(request)
                waits.append(request.attempt.waited)

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(urgent(), *(batch() for _ in range(20))), 1200)
        assert len(waits) > 50
        assert statistics.median(waits) < 2 / 1.25

    run(main())


@pytest.mark.parametrize(
    ("high", "low"),
    [("interactive", "batch"), ("interactive", "normal"), ("normal", "batch")],
    ids=["interactive over batch", "interactive over normal", "normal over batch"],
)
def test_no_priority_starves(
    high: Priority, low: Priority, run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """While calls of a higher priority are made without a pause, a lower one waits for a bounded number of them."""

    async def main() -> None:
        platform = server(0, refill=1)
        send = Pool(2400, 3600).metered(platform.send)

        async def urgent() -> None:
            while True:
                await send(request_("urgent", priority=high))

        tasks = [asyncio.ensure_future(urgent()) for _ in range(5)]
        await asyncio.sleep(60)  # the first 429 holds for 40 s at most
        before = len(platform.arrived)
        await asyncio.wait_for(send(request_("bulk", priority=low)), 600)
        passed = [label for _, label in platform.left[before:]].index("bulk")
        assert 1 <= passed <= 12
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main())


def test_the_reserve_is_left(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Normal and batch calls leave the last tokens, however long they wait, and an urgent one may take them."""

    async def main() -> None:
        platform = server(80, refill=0.2)
        send = Pool(2400, 720, reserve=50).metered(platform.send)
        lowest: list[float] = []

        async def load(priority: Priority) -> None:
            while True:
                await send(request_(priority=priority))
                lowest.append(platform.level)

        tasks = [asyncio.ensure_future(load(priority)) for priority in ("normal", "batch", "batch")]
        await asyncio.sleep(1800)
        assert min(lowest) >= 49
        assert len(lowest) > 0.95 * 1800 * 0.2 - 30
        waits: list[float] = []
        platform.level = 45.0
        for _ in range(30):
            request = request_(priority="interactive")
            reserved = platform.level < 50
            await send(request)
            waits += [request.attempt.waited] if reserved else []
        assert len(waits) > 20
        assert max(waits[1:]) < 0.5  # the first may come when it is another's turn
        assert platform.refused == 0
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main())


def test_the_reserve_is_left_beside_others(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """When people use the reserve, normal calls wait for it to come back and take none of it meanwhile."""

    async def main() -> None:
        platform = server(60, refill=0.1)
        send = Pool(2400, 360, reserve=50).metered(platform.send)
        await send(request_())
        platform.level = 30.0
        await send(request_(priority="interactive"))
        before = len(platform.arrived)
        late = asyncio.ensure_future(send(request_()))
        await asyncio.sleep(150)
        assert len(platform.arrived) == before
        await asyncio.wait_for(late, 120)

    run(main())
