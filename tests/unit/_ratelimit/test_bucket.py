"""The bucket that paces a session while the server says nothing."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from aioheroku import Pool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.backend import LocalBackend
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.virtual_loop import Run


async def _send_untold(pool: Pool, request: Any) -> list[float]:
    """When three requests leave whose responses say nothing of tokens."""
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


def test_an_empty_bucket_is_a_delay(run: Run) -> None:
    """Where the bucket is empty the next request is due with its next token, not polled for."""

    async def main() -> float:
        backend = LocalBackend(2, 1800, 0)
        for _ in range(2):
            ticket = backend.leave(0.0)
            await backend.throttle(0.0)
            backend.on_response(0.0, ticket, None)
        return backend.delay(0.0, 1)

    assert run(main()) == 2.0


def test_the_header_replaces_the_bucket(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Once a response has reported a balance, requests that wait in the queue take nothing of the local bucket."""

    async def main() -> float:
        send = Pool(capacity=1, refill_per_hour=3600).metered(server(300).send)
        await send(request_())
        await asyncio.gather(*(send(request_()) for _ in range(10)))
        return asyncio.get_running_loop().time()

    assert run(main()) < 3


@pytest.mark.parametrize("first", ["a request", "a balance request"])
def test_assumed_for_a_minute(run: Run, first: str) -> None:
    """Capacity and refill are assumed until a minute after the first response: that long takes it to measure them."""

    async def main() -> None:
        backend = LocalBackend(4500, 4500, 0)
        assert backend.assumed
        if first == "a request":
            ticket = backend.leave(100.0)
            await backend.throttle(100.0)
            backend.on_response(100.5, ticket, 4000)
        else:
            backend.learn(100.0, 4000)
        for at, assumed in ((130.0, True), (159.5, True), (160.5, False)):
            backend.on_response(at, backend.leave(at), 3000)
            assert backend.assumed is assumed

    run(main())


def test_cancelled_at_the_bucket(run: Run, request_: LabelledRequest) -> None:
    """A call that is cancelled while it waits for the local bucket is not in flight any more."""

    async def main() -> None:
        async def send(_: Request) -> Response:
            return Response(200, {}, b"")

        pool = Pool(capacity=1, refill_per_hour=1800)
        metered = pool.metered(send)
        await metered(request_())
        call = asyncio.ensure_future(metered(request_()))
        await asyncio.sleep(1)
        assert pool.snapshot().in_flight == 1
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert pool.snapshot().in_flight == 0

    run(main())
