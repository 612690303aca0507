"""The bucket that paces a session while the server says nothing."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from aioheroku import Pool
from aioheroku._http import Request, Response
from tests._support.bucket_server import LabelledRequest
from tests._support.virtual_loop import Run


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


def test_capacity_then_refill(run: Run, request_: LabelledRequest) -> None:
    """Two leave at once, the first one counted, and then one each two seconds."""
    left = run(_send_untold(Pool(capacity=2, refill_per_hour=1800), request_))
    assert left == pytest.approx([0, 0, 2], abs=0.1)


def test_a_lone_request_loads_no_limiter() -> None:
    """The first request needs no bookkeeping of others: what it would load is half the cost of a first call."""
    code = """if 1:
        import asyncio, sys
        from aioheroku._ratelimit.backend import LocalBackend
        backend = LocalBackend(4500, 4500, 0)
        backend.leave(0.0)
        asyncio.run(backend.throttle(0.0))
        print("aiolimiter" in sys.modules)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "False"
