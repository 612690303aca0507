"""What the platform says, in the header or by a 429, counts for all pools at once."""

import asyncio

from aioheroku._http import Request, Response
from tests._support.redis_pool import Ask, Make, answering
from tests._support.virtual_loop import Run


def test_the_header_corrects_downward_for_all(run: Run, make: Make, request_: Ask) -> None:
    """What one pool's response says is known to the others before they send."""

    async def main() -> None:
        first, second = make(), make()
        await first.metered(answering(3))(request_())
        await asyncio.sleep(0.1)
        await second.metered(answering(2))(request_())
        assert second.snapshot().remaining <= 3
        assert second.eta(10) > 5

    run(main())


def test_the_header_corrects_upward(run: Run, make: Make, request_: Ask) -> None:
    """Where the count is too low, because somebody died or the pool is larger, the server's word lifts it."""

    async def main() -> None:
        pool = make()
        metered = pool.metered(answering(80))
        await metered(request_())
        pool.redis.hset(pool.key, "level", 0)
        before = asyncio.get_running_loop().time()
        await asyncio.gather(*(metered(request_()) for _ in range(60)))
        assert asyncio.get_running_loop().time() - before < 3

    run(main())


def test_stale_reports_are_ignored(run: Run, make: Make, request_: Ask) -> None:
    """What the server said long ago corrects nothing: others have used the tokens since, or more have come."""

    async def main() -> None:
        pool, other = make(), make()
        await other.metered(answering(100))(request_())
        other.backend.leases.balance = (other.backend.account.sent, 100, -1000.0)
        pool.redis.hset(pool.key, "level", 0)
        other.backend.leases.held = 0
        other.backend._report(0)
        await asyncio.sleep(0.1)
        assert pool.redis.hget(pool.key, "level") is not None
        assert other.shared["level"] < 1

    run(main())


def test_429_opens_the_circuit_for_all_pools(run: Run, make: Make, request_: Ask) -> None:
    """After one pool's 429 no pool sends until the time is over, and then a single probe."""
    sent: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        left = 1

        async def send(request: Request) -> Response:
            nonlocal left
            sent.append(loop.time())
            await asyncio.sleep(0.05)
            status, left = (200, left) if left != 1 else (429, 0)
            return Response(status, {"RateLimit-Remaining": "50", "Retry-After": "20"}, b"")

        first, second = make(lease=1), make(lease=1)
        await first.metered(send)(request_())
        await asyncio.sleep(0.1)
        await asyncio.gather(*(pool.metered(send)(request_()) for pool in (first, second) for _ in range(3)))

    run(main())
    assert sent[1] >= 20
    assert sent[2] - sent[1] >= 0.05


def test_a_429_stops_held_leases_at_once(run: Run, make: Make, request_: Ask) -> None:
    """Tokens that were leased ahead are no reason to go on after a 429, not even in the same moment."""
    sent: list[float] = []

    async def main() -> None:
        pool = make(capacity=2400)
        await pool.metered(answering(2000))(request_())
        await pool.metered(answering(2000))(request_())
        assert pool.backend.leases.held > 5

        async def send(request: Request) -> Response:
            sent.append(asyncio.get_running_loop().time())
            status = 429 if len(sent) == 1 else 200
            return Response(status, {"RateLimit-Remaining": "2000", "Retry-After": "20"}, b"")

        for _ in range(2):
            await pool.metered(send)(request_())
        await pool.close()

    run(main())
    assert sent[1] - sent[0] >= 20
