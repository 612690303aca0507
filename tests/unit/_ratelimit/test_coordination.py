"""Processes that share an account and nothing else find equal shares, almost without 429s.

The figures are those of `python -m benchmarks.pool`, shorter and with some room: they guard the rule.
"""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from aioheroku._ratelimit import Pool
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.thorough import amount, some
from tests._support.virtual_loop import Run


async def _share(
    platform: Any, request_: LabelledRequest, processes: int, seconds: float, told: tuple[int, float] = (2400, 1200)
) -> list[int]:
    """Each process has a pool of its own and five tasks that want all they can get: what each got."""

    async def load(send: Any, label: str) -> None:
        while True:
            await send(request_(label))

    tasks: list[asyncio.Task[None]] = []
    for number in range(processes):
        send = Pool(*told).metered(platform.send)
        tasks += [asyncio.ensure_future(load(send, str(number))) for _ in range(5)]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    labels = [label for (_, label), status in zip(platform.arrived, platform.statuses, strict=True) if status == 200]
    return [labels.count(str(number)) for number in range(processes)]


@asynccontextmanager
async def _beside(platform: Any, request_: LabelledRequest, pause: float = 0.0) -> AsyncGenerator[None]:
    """Five tasks that ask without looking; after a 429 they pause so long, and longer after the next."""

    async def greedy() -> None:
        wait = pause
        while True:
            if (await platform.send(request_("greedy"))).status == 429:
                await asyncio.sleep(wait)
                wait *= 1.2
            else:
                wait = pause

    tasks = [asyncio.ensure_future(greedy()) for _ in range(5)]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _jain(parts: list[int]) -> float:
    return sum(parts) ** 2 / (len(parts) * sum(part * part for part in parts))


@pytest.mark.parametrize("seed", some([1, 2], 2))
@pytest.mark.parametrize(
    ("processes", "step", "refused", "used", "jain"),
    [
        (2, 0.0, 0.0, 0.96, 0.98),
        (5, 0.0, 0.0, 0.965, 0.97),
        (10, 0.0, 0.0, 0.97, 0.96),
        (2, 60.0, 0.0, 0.93, 0.93),
        (5, 60.0, 0.0, 0.94, 0.92),
    ],
)
def test_equal_shares_without_a_word(
    run: Run,
    server: type[BucketServer],
    request_: LabelledRequest,
    *,
    processes: int,
    step: float,
    refused: float,
    used: float,
    jain: float,
    seed: int,
) -> None:
    """Half an hour from an empty pool: no 429 after the first, equal parts, and hardly a token that nobody uses."""
    random.seed(seed)
    platform = server(0, capacity=4500, refill=1.25, step=step, latency=0.175, seed=seed)
    parts = run(_share(platform, request_, processes, 1800))
    tokens = 1.25 * (1800 if not step else 1800 - step)
    assert platform.refused <= max(3 * processes, refused * len(platform.statuses))
    assert sum(parts) >= used * tokens
    assert _jain(parts) >= jain


def test_a_crowd_shares_a_full_pool(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Twenty-five processes that begin with tokens to spare: an hour with hardly a 429, and equal parts."""
    random.seed(1)
    platform = server(1500, capacity=4500, refill=1.25, latency=0.175, seed=1)
    parts = run(_share(platform, request_, 25, 3600))
    assert platform.refused <= 0.005 * len(platform.statuses)
    assert _jain(parts) >= 0.99


def test_a_process_that_joins_late_gets_its_part(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """It neither pushes the others out nor is left out."""

    async def main() -> float:
        platform = server(100, refill=1 / 3, seed=4)
        early = asyncio.ensure_future(_share(platform, request_, 2, 7200))
        await asyncio.sleep(3600)
        before = len(platform.arrived)

        async def load(send: Any) -> None:
            while True:
                await send(request_("late"))

        send = Pool().metered(platform.send)
        late = [asyncio.ensure_future(load(send)) for _ in range(5)]
        await early
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        labels = [label for _, label in platform.arrived[before:]]
        return 3 * labels.count("late") / len(labels)

    random.seed(4)
    assert 0.75 <= run(main()) <= 1.3


def test_429s_are_not_taken_for_refill(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Whoever is refused again and again does not take that for tokens that came back."""

    async def main() -> None:
        platform = server(0, refill=1.25, capacity=4500, latency=0.175, seed=2)
        pool = Pool(4500, 4500)
        send = pool.metered(platform.send)
        async with _beside(platform, request_):
            while asyncio.get_running_loop().time() < amount(900, 1800):
                await send(request_())
        assert pool.snapshot().refill < 5500

    random.seed(2)
    run(main())
