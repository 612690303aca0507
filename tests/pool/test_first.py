"""The pool's wrapper."""

import asyncio
from typing import Any

import pytest

from aioheroku.errors import InvalidRequest, RateLimitWait
from aioheroku.pool import Pool


def test_settings_that_cannot_be_are_refused() -> None:
    """A wrong setting is an InvalidRequest that names the field."""
    with pytest.raises(InvalidRequest) as error:
        Pool(capacity=0)
    assert error.value.field == "capacity"
    with pytest.raises(InvalidRequest) as error:
        Pool(refill_per_hour=0)
    assert error.value.field == "refill_per_hour"
    with pytest.raises(InvalidRequest) as error:
        Pool(reserve=-1)
    assert error.value.field == "reserve"


def test_nothing_short_no_wait(run: Any, server: Any, request_: Any) -> None:
    """While there are tokens, requests leave at once; only the first goes alone."""

    async def main() -> float:
        platform = server(2400)
        send = Pool().metered(platform.send)
        await asyncio.gather(*(send(request_()) for _ in range(500)))
        assert platform.refused == 0
        return asyncio.get_running_loop().time()

    assert run(main()) < 0.5


def test_alone_no_429(run: Any, server: Any, request_: Any) -> None:
    """A client that was told the wrong size still gets no 429."""

    async def main() -> None:
        platform = server(300)
        pool = Pool(9000, 4500)
        send = pool.metered(platform.send)
        await asyncio.gather(*(send(request_()) for _ in range(290)))
        assert platform.refused == 0

    run(main())


def test_max_wait(run: Any, server: Any, request_: Any) -> None:
    """A wait that is known to be too long is an error before anything is sent."""

    async def main() -> None:
        platform = server(3)
        send = Pool().metered(platform.send)
        for _ in range(3):
            await send(request_())
        with pytest.raises(RateLimitWait) as error:
            await send(request_(max_wait=0.5))
        assert 0.5 < error.value.seconds <= 10
        assert len(platform.arrived) == 3

    run(main())


def test_snapshot_and_eta(run: Any, server: Any, request_: Any) -> None:
    """The snapshot and the estimate work outside a loop, and say what is left."""
    pool = Pool()
    assert pool.eta(2400) == 0.0
    assert pool.eta(2401) == pytest.approx(3.0)

    async def main() -> None:
        platform = server(1000)
        await pool.metered(platform.send)(request_("web"))

    run(main())
    shot = pool.snapshot()
    assert shot.remaining >= 999
    assert shot.used_by_label == {"web": 1}
    assert shot.used_by_route == {"GET /apps/{app}": 1}
