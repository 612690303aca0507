"""What the pool says of itself."""

import asyncio

import pytest

from aioheroku._ratelimit import Pool
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.secrets import raises
from tests._support.virtual_loop import Run


def test_it_knows_outside_a_loop(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """The snapshot and the estimate work without a running loop, before and after use."""
    pool = Pool(2400, 1200)
    assert pool.eta() == 0.0
    assert pool.eta(2400) == 0.0
    assert pool.eta(2401) == pytest.approx(3.0)
    run(pool.metered(server(1000).send)(request_("web")))
    assert pool.snapshot().remaining >= 999
    assert "2400 tokens left" in repr(pool)


def test_tokens_by_label_and_by_route(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Each request is counted once under its label and its template, and never under a name or an URL."""

    async def main() -> None:
        pool = Pool()
        send = pool.metered(server().send)
        for label, method in (("web", "GET"), ("web", "GET"), ("nightly", "POST"), (None, "GET")):
            await send(request_(label, method=method))
        shot = pool.snapshot()
        assert shot.used == 4
        assert shot.used_by_label == {"web": 2, "nightly": 1}
        assert shot.used_by_route == {"GET /apps/{app}": 3, "POST /apps/{app}": 1}
        with raises(TypeError):
            shot.used_by_label["web"] = 0  # type: ignore[index]

    run(main())


def test_the_line_shows(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Who waits, what is in flight, and when the next one may leave."""

    async def main() -> None:
        pool = Pool(reserve=2)
        send = pool.metered(server(5, latency=1).send)
        tasks = [asyncio.ensure_future(send(request_())) for _ in range(30)]
        await asyncio.sleep(0.5)
        assert (pool.snapshot().in_flight, pool.snapshot().waiting) == (1, 29)
        await asyncio.sleep(30)
        shot = pool.snapshot()
        assert shot.waiting > 10
        assert shot.reserve == 2
        assert 0 < shot.next_token < 200
        assert str(shot.waiting) + " waiting" in str(shot)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main())


@pytest.mark.parametrize("calls", [50, 500])
def test_the_price_beforehand(run: Run, server: type[BucketServer], request_: LabelledRequest, calls: int) -> None:
    """This many calls, made at once, take about as long as was estimated."""

    async def main() -> None:
        pool = Pool(2400, 1200)
        send = pool.metered(server(20, refill=1 / 3).send)
        await send(request_())
        estimate = pool.eta(calls)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(send(request_()) for _ in range(calls)))
        assert asyncio.get_running_loop().time() - began == pytest.approx(estimate, rel=0.15, abs=75)

    run(main())


def test_what_others_take(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Tokens that leave the pool and are not ours are estimated, from responses that took no token too."""

    async def main(*, metered: bool) -> float:
        platform = server(1000, refill=1)
        pool = Pool(2400, 3600)
        send = pool.metered(platform.send)
        for _ in range(60):
            platform.level -= 5
            if not metered:
                platform.level += 1  # it takes none
            await send(request_(metered=metered))
            await asyncio.sleep(9.9)
        return pool.snapshot().others

    assert run(main(metered=True)) == pytest.approx(1800, rel=0.1)
    assert run(main(metered=False)) == pytest.approx(1800, rel=0.1)


def test_full_pool_is_not_usage_by_others(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Tokens that a full pool cannot hold are not taken for tokens that others used."""

    async def main() -> None:
        platform = server(2400)
        pool = Pool(2400, 1200)
        send = pool.metered(platform.send)
        for _ in range(30):
            await send(request_())
            await asyncio.sleep(30)
        assert pool.snapshot().others < 10

    run(main())
