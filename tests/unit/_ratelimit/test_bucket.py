"""The bucket that paces a session while the server says nothing."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from aioheroku import Pool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.bucket import Bucket
from tests._support.bucket_server import LabelledRequest
from tests._support.virtual_loop import Run


@pytest.mark.parametrize("capacity", [1, 2, 5])
def test_full_bucket_gives_capacity_then_refill(run: Run, capacity: int) -> None:
    """So many leave at once, the first one counted, and then one a second; `has_capacity` says which."""

    async def drain() -> None:
        loop = asyncio.get_running_loop()
        bucket = Bucket(capacity, capacity)
        for number in range(capacity + 3):
            assert bucket.has_capacity() is (number < capacity)
            await bucket.acquire()
            assert loop.time() == pytest.approx(max(0, number + 1 - capacity), abs=0.01)

    run(drain())


async def _send_untold(pool: Pool, request: Any) -> list[float]:
    """When three requests leave whose answers say nothing of tokens."""
    left: list[float] = []

    async def send(_: Request) -> Response:
        left.append(asyncio.get_running_loop().time())
        return Response(200, {}, b"")

    metered = pool.metered(send)
    async with asyncio.timeout(60):
        for _ in range(3):
            await metered(request())
    return left


def test_a_bucket_of_one_fills_again(run: Run, request_: LabelledRequest) -> None:
    """The smallest pool paces a silent server's calls by its refill, and none waits for ever."""
    left = run(_send_untold(Pool(capacity=1, refill_per_hour=1800), request_))
    assert left == pytest.approx([0, 2, 4], abs=0.1)


def test_a_lone_request_loads_no_limiter() -> None:
    """The first request needs no bookkeeping of others: what it would load is half the cost of a first call."""
    code = """if 1:
        import asyncio, sys
        from aioheroku._ratelimit.bucket import Bucket
        asyncio.run(Bucket(2400, 7200).acquire())
        print("aiolimiter" in sys.modules)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "False"
