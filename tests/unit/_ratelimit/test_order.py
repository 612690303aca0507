"""First in, first out, however long the line."""

import asyncio
import sys
from typing import Any

import pytest

from aioheroku._http import Priority, Response
from aioheroku._ratelimit import Pool
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.virtual_loop import Run


def test_nothing_short_no_wait(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """While there are tokens, requests leave at once, one in flight for each 64; only the first goes alone."""

    async def main() -> float:
        platform = server(2400)
        send = Pool().metered(platform.send)
        await asyncio.gather(*(send(request_()) for _ in range(500)))
        assert platform.refused == 0
        assert len([at for at, _ in platform.arrived if at < 0.1]) == 1
        return asyncio.get_running_loop().time()

    assert run(main()) < 1.0


@pytest.mark.parametrize("level", [3, 60])
@pytest.mark.parametrize("priority", ["interactive", "normal", "batch"])
def test_first_in_first_out(
    run: Run, server: type[BucketServer], request_: LabelledRequest, *, priority: Priority, level: int
) -> None:
    """Requests of one priority leave in the order in which they asked, newcomers behind all that wait."""

    async def main() -> list[str | None]:
        platform = server(level, refill=1)
        send = Pool().metered(platform.send)
        tasks: list[asyncio.Task[Response]] = []
        for number in range(120):
            tasks.append(asyncio.ensure_future(send(request_(str(number), priority=priority))))
            await asyncio.sleep(0.3 if number % 7 == 0 else 0)
        await asyncio.gather(*tasks)
        assert platform.refused == 0
        return [label for _, label in platform.left]

    assert run(main()) == [str(number) for number in range(120)]


async def _drain(count: int, request_: LabelledRequest) -> tuple[list[str], int]:
    """Let this many waiters go at once: their order, and how many functions were called."""
    gate, order, calls = asyncio.Event(), list[str](), 0
    answer = Response(200, {"RateLimit-Remaining": "999999"}, b"")

    async def send(request: Any) -> Response:
        order.append(request.options.label)
        await gate.wait()
        return answer

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    metered = Pool(10**6).metered(send)
    everyone = asyncio.gather(*(metered(request_(str(number))) for number in range(count)))
    await asyncio.sleep(0)
    assert len(order) == 1
    gate.set()
    if count <= 10_000:
        sys.setprofile(profile)
    try:
        await everyone
    finally:
        sys.setprofile(None)
    return order, calls


@pytest.mark.parametrize("count", [4_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_many_waiters_are_admitted_in_order(run: Run, request_: LabelledRequest, count: int) -> None:
    """Nobody is lost and nobody overtakes, however many wait."""
    order, _ = run(_drain(count, request_))
    assert order == [str(number) for number in range(count)]


def test_admission_cost_is_constant(run: Run, request_: LabelledRequest) -> None:
    """What is done for one grant does not grow with the number that waits."""
    _, few = run(_drain(500, request_))
    _, many = run(_drain(4_000, request_))
    assert many / 4_000 <= 1.1 * few / 500
