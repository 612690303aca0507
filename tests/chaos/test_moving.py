"""Lists that change while they are read: what was there throughout is found, and found once."""

import asyncio
from itertools import product
from random import Random
from typing import Any

import pytest

from aioheroku import Heroku, Range, Retry, errors
from aioheroku.testing import Platform
from aioheroku.testing.faults import EmptyPage, Latency, RepeatedRange, Reset, Truncated, Unavailable, WithoutHeader
from tests._support.secrets import raises
from tests._support.thorough import some

APPS = 40


async def stir(heroku: Heroku, rng: Random, number: int) -> None:
    """Create, delete and rename: what moves items between the pages of a list by name."""
    async for app in heroku.apps.list():
        dice = rng.random()
        if dice < 0.1:
            await heroku.apps.delete(app.id)
        elif dice < 0.3:
            await heroku.apps.update(app.id, name=f"{rng.choice('abcxyz')}-{number}-{str(app.id)[:8]}")
    for count in range(5):
        await heroku.apps.create(name=f"{rng.choice('abcxyz')}-new-{number}-{count}")


@pytest.mark.parametrize(("walk", "seed"), some(product(["items", "pages", "all", "parallel"], range(3)), 2))
async def test_moving_items_are_found_once(walk: str, seed: int) -> None:
    """Apps are created, deleted and renamed between the pages; those that stay are all there, each once."""
    rng = Random(seed)
    async with (
        Platform(apps=APPS, seed=seed, capacity=100_000) as platform,
        Heroku(platform.token, base_url=platform.url) as heroku,
        Heroku(platform.token, base_url=platform.url) as other,
    ):
        before = set(platform.state.apps)
        pages = heroku.apps.list(range=Range(max=7))
        found: list[str] = []
        if walk == "items":
            async for app in pages:
                found.append(str(app.id))
                if len(found) % 10 == 5:
                    await stir(other, rng, len(found))
        elif walk == "pages":
            async for page in pages.pages():
                found += [str(app.id) for app in page]
                await stir(other, rng, len(found))
        else:
            read = asyncio.ensure_future(pages.all() if walk == "all" else heroku.apps.list().all(parallel=5))
            await stir(other, rng, 0)
            found = [str(app.id) for app in await read]
        stayed = before & set(platform.state.apps)
    assert len(stayed) < APPS
    assert len(found) == len(set(found))
    assert stayed <= set(found)


@pytest.mark.parametrize("seed", range(3))
async def test_list_is_complete_despite_page_faults(seed: int) -> None:
    """Empty pages, cuts, resets and outages on the way: the list is what it is without them."""
    async with (
        Platform(apps=APPS, seed=seed, capacity=100_000) as platform,
        Heroku(platform.token, base_url=platform.url, retry=Retry(attempts=10, base=0, budget=1)) as heroku,
    ):
        right = await heroku.apps.list().all()
        for fault in (EmptyPage(), Truncated(), Reset(), Unavailable(retry_after=0), Latency(0.001)):
            platform.fault(fault, times=None, probability=0.05)
        for _ in range(10):
            assert await heroku.apps.list(range=Range(max=12)).all() == right


@pytest.mark.parametrize("trap", [RepeatedRange(), WithoutHeader("Next-Range")], ids=["repeats", "names none"])
@pytest.mark.parametrize("after", [0, 3, 6])
async def test_circular_list_keeps_earlier_pages(trap: Any, after: int) -> None:
    """Whichever page leads back, or nowhere: PagingError, no range is asked twice, and no item is doubled."""
    async with (
        Platform(apps=APPS, seed=1, capacity=100_000) as platform,
        Heroku(platform.token, base_url=platform.url) as heroku,
    ):
        platform.fault(trap, after=after)
        pages = heroku.apps.list(range=Range(max=5))
        with raises(errors.PagingError):
            await pages.all()
        ids = [app.id for app in pages.gathered]
        assert len(ids) == len(set(ids)) == 5 * (after + 1)
        ranges = [record.headers["Range"] for record in platform.requests]
        assert len(ranges) == len(set(ranges)) == after + 1
