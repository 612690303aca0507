"""The token pool, in virtual time."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api, Open


async def left(api: Api) -> int:
    """What the free endpoint says."""
    remaining: int = (await api("GET", "/account/rate-limits")).body["remaining"]
    return remaining


async def test_every_request_costs_one_token(api: Api, platform: Platform) -> None:
    """200, 201, 404, 422, 416 and 304 each take exactly one, and the header shows the value after the charge."""
    tag = (await api("GET", "/account")).headers["ETag"]
    assert platform.remaining == 2399
    asks: list[tuple[str, str, Any, dict[str, str], int]] = [
        ("GET", "/apps", None, {}, 200),
        ("POST", "/apps", {}, {}, 201),
        ("POST", "/apps", {"name": "-"}, {}, 422),
        ("GET", "/apps/none", None, {}, 404),
        ("GET", "/none", None, {}, 404),
        ("GET", "/apps", None, {"Range": "x .."}, 416),
        ("GET", "/account", None, {"If_None_Match": tag}, 304),
        ("GET", "/regions", None, {}, 200),
        ("GET", "/account", None, {"Accept": "text/html"}, 406),
    ]
    for number, (method, path, body, headers, status) in enumerate(asks, 1):
        got = await api(method, path, body, **headers)
        assert (got.status, got.headers["RateLimit-Remaining"]) == (status, str(2399 - number))


async def test_rate_limit_endpoint_is_always_free(api: Api, platform: Platform) -> None:
    """Asking for the tokens takes none."""
    assert [await left(api), await left(api)] == [2400, 2400]
    platform.drain()
    assert await left(api) == 0


async def test_a_401_costs_nothing(api: Api, platform: Platform) -> None:
    """Without an account there is no pool to charge."""
    got = await api.as_("wrong")("GET", "/apps")
    assert got.status == 401
    assert "RateLimit-Remaining" not in got.headers
    assert platform.remaining == 2400


async def test_empty_pool_returns_429(api: Api, platform: Platform) -> None:
    """The 429 has the reference's body and no Retry-After, is counted, and takes nothing."""
    platform.remaining = 1
    assert (await api("GET", "/apps")).status == 200
    got = await api("GET", "/apps")
    assert (got.status, got.body["id"]) == (429, "rate_limit")
    assert got.body["message"].startswith("Your account reached the API rate limit\nPlease wait")
    assert got.body["url"].endswith("#rate-limits")
    assert got.headers["RateLimit-Remaining"] == "0"
    assert "Retry-After" not in got.headers
    assert platform.refused == 1


async def test_an_empty_pool_carries_nothing_out(api: Api, platform: Platform) -> None:
    """A refused POST leaves no trace."""
    platform.drain()
    assert (await api("POST", "/apps", {"name": "example"})).status == 429
    assert "example" not in platform.state.names


async def test_tokens_come_back_continuously(serve: Open, clock: Clock) -> None:
    """1200 an hour is one each three seconds, fractions are kept, and the pool never overflows."""
    async with serve(remaining=0) as (platform, api):
        for second, status in ((2.9, 429), (3.0, 200), (5.9, 429), (6.0, 200)):
            clock.time = float(second)
            assert (await api("GET", "/account")).status == status
        clock.turn(30)
        assert platform.remaining == 10
        clock.turn(100 * 3600)
        assert platform.remaining == 2400


async def test_tokens_come_back_in_steps(serve: Open, clock: Clock) -> None:
    """In step mode a minute's worth arrives at once, and nothing between."""
    async with serve(remaining=0, refill="step") as (platform, _):
        clock.turn(59.9)
        assert platform.remaining == 0
        clock.turn(0.1)
        assert platform.remaining == 20
        clock.turn(59)
        assert platform.remaining == 20
        clock.turn(61)
        assert platform.remaining == 60


async def test_each_account_has_its_own_pool(api: Api, platform: Platform) -> None:
    """A second token draws on the same pool, a second account on its own."""
    platform.state.tokens["another"] = platform.state.tokens[platform.token]
    await api("GET", "/account")
    await api.as_("another")("GET", "/account")
    assert platform.remaining == 2398
    got = await api.as_(platform.account("other@example.com"))("GET", "/account")
    assert got.headers["RateLimit-Remaining"] == "2399"
    assert platform.remaining == 2398


@pytest.mark.parametrize(
    ("form", "value"), [("seconds", "3"), ("epoch", "1450000003"), ("date", "Sun, 13 Dec 2015 09:46:43 GMT")]
)
async def test_retry_after_on_request(serve: Open, form: str, value: str) -> None:
    """A platform told to send Retry-After says when the next token is there, in the form it was told."""
    async with serve(remaining=0, retry_after=form) as (_, api):
        assert (await api("GET", "/account")).headers["Retry-After"] == value


async def test_capacity_is_an_option(serve: Open) -> None:
    """Today's accounts have 4500."""
    async with serve(capacity=4500, refill_per_hour=4500) as (_, api):
        assert await left(api) == 4500
