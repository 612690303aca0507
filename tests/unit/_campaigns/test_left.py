"""What is left of a campaign, including items that may be endless."""

import itertools

import pytest

from aioheroku import Heroku
from aioheroku._campaigns import run
from aioheroku._campaigns.run import MOST_LEFT


async def number(item: int) -> int:
    return item


@pytest.mark.parametrize("budget", [None, 5])
async def test_endless_items_are_left(heroku: Heroku, budget: int | None) -> None:
    """Whether a budget or the loop ended it: what is left of them is reported as far as it is known, and once."""
    apps = [app.name async for app in heroku.apps.list()]
    async with heroku.each(heroku.apps.info, itertools.cycle(apps), budget=budget, concurrency=2) as outcomes:
        async for _ in outcomes:
            if budget is None:
                break
    summary = outcomes.summary
    assert summary.left == len(outcomes.left) >= MOST_LEFT
    assert not summary.certain
    assert f"{summary.left:,} or more left" in str(summary)
    assert outcomes.summary.left == summary.left


async def test_slow_items_are_left(heroku: Heroku, monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that come slowly are not waited for long."""
    async with heroku.each(number, itertools.count(), concurrency=1) as outcomes:
        await anext(outcomes)
    monkeypatch.setattr(run, "_SOON", 0.0)
    assert 1 <= outcomes.summary.left <= 2
    assert not outcomes.summary.certain


@pytest.mark.parametrize("more", [-1, 10])
async def test_what_ends_is_named_whole(heroku: Heroku, more: int) -> None:
    """A list, however long, and a generator of fewer items than the limit, are listed whole."""
    whole = range(MOST_LEFT + more)
    for items in (whole, (item for item in whole)) if more < 0 else (whole,):
        async with heroku.each(number, items, concurrency=1) as outcomes:
            await anext(outcomes)
        assert outcomes.summary.left + outcomes.summary.done == len(whole)
        assert outcomes.summary.certain
        assert "or more" not in str(outcomes.summary)
