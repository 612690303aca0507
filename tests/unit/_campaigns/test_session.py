"""Campaigns of a session: budget, ends, dry runs and plans, against the simulated platform."""

import attrs
import pytest

from aioheroku import CampaignPlan, Done, Failed, Heroku, Planned, Pool, errors
from aioheroku._campaigns.run import _IN_A_ROW
from aioheroku.testing import Platform
from aioheroku.testing.faults import TooMany
from tests._support.secrets import raises

APPS = 20


@pytest.mark.parametrize("concurrency", [1, 4, 30])
@pytest.mark.parametrize("budget", [1, 5, 19])
async def test_a_budget_is_not_exceeded(heroku: Heroku, apps: list[str], budget: int, concurrency: int) -> None:
    """Where a call takes one token, exactly this many are made, however many may be in progress; the rest is named."""
    async with heroku.each(heroku.apps.info, apps, budget=budget, concurrency=concurrency) as outcomes:
        found = [outcome async for outcome in outcomes]
        assert len(found) == outcomes.summary.tokens == budget
        assert {outcome.item for outcome in found} | set(outcomes.left) == set(apps)
        assert outcomes.summary.left == len(apps) - budget


async def test_what_is_left_of_an_iterator_is_named(heroku: Heroku, apps: list[str]) -> None:
    """Of a generator too, no item that was not started is lost."""
    async with heroku.each(heroku.apps.info, (app for app in apps), budget=3) as outcomes:
        found = [outcome.item async for outcome in outcomes]
        assert found + outcomes.left == apps
        assert found + outcomes.left == apps  # asking twice changes nothing


async def test_pages_and_listing_count(heroku: Heroku, platform: Platform) -> None:
    """The tokens are those that the platform charged: for the list of items, and for each page of a value."""
    before = platform.requests_total
    async with heroku.each(heroku.dynos.list, heroku.apps.list(), concurrency=3) as outcomes:
        assert len([outcome async for outcome in outcomes]) == 20
        assert outcomes.summary.tokens == platform.requests_total - before


async def test_retries_count_and_rejections_do_not(heroku: Heroku, platform: Platform, apps: list[str]) -> None:
    """A 429 takes no token: one is counted for the attempt that got through."""
    platform.fault(TooMany(retry_after=0), path=f"/apps/{apps[0]}")
    async with heroku.each(heroku.apps.info, apps[:1]) as outcomes:
        assert [type(outcome) async for outcome in outcomes] == [Done]
        assert outcomes.summary.tokens == 1


async def test_a_refused_token_ends_it_once(platform: Platform, apps: list[str]) -> None:
    """It is raised once, no item is reported as failed for it, and all of them are left."""
    async with Heroku("wrong", base_url=platform.url) as stranger, stranger.each(stranger.apps.info, apps) as outcomes:
        with raises(errors.Unauthorized):
            await anext(outcomes)
        with raises(StopAsyncIteration):
            await anext(outcomes)
        assert set(outcomes.left) == set(apps)
        assert outcomes.summary.failed == 0


async def test_a_network_that_is_gone_ends_it(platform: Platform) -> None:
    """After a number of items without a connection the rest is not tried."""
    items = [f"app-{number}" for number in range(_IN_A_ROW + 40)]
    url = platform.url
    await platform.close()  # nobody listens there now
    async with Heroku("token", base_url=url, retry=None) as heroku:
        outcomes = heroku.each(heroku.apps.info, items, concurrency=2)
        failed = 0
        with raises(errors.ConnectError):
            async for outcome in outcomes:
                assert isinstance(outcome, Failed)
                failed += 1
        assert _IN_A_ROW <= failed < _IN_A_ROW + 5
        assert len(outcomes.left) == len(items) - failed


async def test_stop_starts_nothing_after_an_error(heroku: Heroku, apps: list[str]) -> None:
    """With `on_error="stop"` the items after one that failed are left."""
    items = [apps[0], "no-such-app", *apps[1:]]
    async with heroku.each(heroku.apps.info, items, concurrency=1, on_error="stop") as outcomes:
        assert [type(outcome) async for outcome in outcomes] == [Done, Failed]
        assert outcomes.left == apps[1:]


async def test_a_dry_run_shows_and_sends_nothing(heroku: Heroku, platform: Platform, apps: list[str]) -> None:
    """Reads are made, writes are planned with their bodies; nothing secret is in them, and nothing is changed."""
    dry = heroku.using(dry_run=True)
    secrets = {
        "config": lambda app: dry.config_vars.update(app, {"KEY": "s3cr3t"}),
        "env": lambda app: dry.dynos.create(app, command="date", env={"A": "s3cr3t"}),
        "drain": lambda app: dry.log_drains.create(app, url="https://s3cr3t@logs.example.com"),
        "key": lambda app: dry.sni_endpoints.create(app, certificate_chain="s3cr3t", private_key="s3cr3t"),
        "webhook": lambda app: dry.app_webhooks.create(
            app, include=["api:app"], level="notify", url="https://example.com/s3cr3t", secret="s3cr3t"
        ),
        "password": lambda app: dry.account.update(password="s3cr3t"),
    }
    for call in secrets.values():
        async with dry.each(call, apps[:1]) as outcomes:
            (outcome,) = [outcome async for outcome in outcomes]
        assert isinstance(outcome, Planned)
        (planned,) = outcome.requests
        assert "s3cr3t" not in f"{planned} {planned!r} {planned.body}"
        assert planned.body
    assert not [record for record in platform.requests if record.method != "GET"]
    assert (await dry.apps.info(apps[0])).name == apps[0]
    async with Heroku(platform.token, base_url=platform.url, dry_run=True) as always:
        with raises(errors.DryRun):
            await always.apps.delete(apps[0])


def test_a_plan_names_others() -> None:
    """What others take is part of the line, where the pool has seen any."""
    plan = CampaignPlan(1, 1, 1, 1.0, certain=True, remaining=5, refill_per_hour=1200.0)
    for one in (plan, attrs.evolve(plan, others_per_hour=50)):
        assert str(one).endswith("(5 left, 1,200 more an hour)")
    assert str(attrs.evolve(plan, others_per_hour=300.4)).endswith("1,200 more an hour, others take about 300)")


def test_a_plan_says_what_it_assumes() -> None:
    """Where it waits for tokens before the refill is measured; a plan that waits for none goes by no refill."""
    pool = Pool(100, 1200)
    long, short = (CampaignPlan.of(pool, items) for items in (500, 50))
    assert str(long).endswith("(100 left, 1,200 more an hour assumed)")
    assert str(short).endswith("(100 left, 1,200 more an hour)")
    assert [(plan.assumed, plan.certain) for plan in (long, short)] == [(True, False), (False, False)]
    assert "50 tokens or more, " in str(CampaignPlan.of(pool, 50, more_pages=True))


async def test_a_plan_is_a_line(heroku: Heroku, apps: list[str]) -> None:
    """It says how many items, calls and tokens, how long, and whether it assumes something."""
    plan = heroku.plan(heroku.apps.info, apps, calls=3)
    assert (plan.items, plan.calls, plan.tokens) == (20, 60, 60)
    assert str(plan).startswith("20 items, 60 calls, 60 tokens")
    assert "\n" not in str(plan)
    assert not heroku.plan(heroku.dynos.list, apps).certain  # a list may have more pages
    with raises(errors.InvalidRequest, match="items"):
        heroku.plan(heroku.apps.info, iter(apps))  # type: ignore[arg-type]
