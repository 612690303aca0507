"""The price of an audit against what it then takes, in virtual time."""

import asyncio
import random
from statistics import median
from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku.audit import DEFAULT_PARTS, Audit, AuditPlan, calls_for
from tests._support.thorough import amount, some
from tests._support.virtual_account import VirtualAccount
from tests._support.virtual_loop import run

LATENCY = 0.175


def session(account: VirtualAccount, pool: Pool) -> Heroku:
    """A session whose network is the account."""
    heroku = Heroku("token", pool=pool)
    unconnected: Any = account
    heroku._core.transport.connections = unconnected  # pyright: ignore[reportPrivateUsage]
    return heroku


async def audited(account: VirtualAccount, pool: Pool) -> tuple[AuditPlan, float, int]:
    """The price, and the seconds and tokens that it then took."""
    heroku, clock = session(account, pool), asyncio.get_running_loop().time
    audit = Audit(heroku)
    plan = audit.price(await audit.count(), latency=LATENCY)
    began, before = clock(), account.responses
    assert len([record async for record in audit.records() if not record.errors]) == account.apps
    taken = clock() - began, account.responses - before
    await heroku.close()
    return plan, *taken


async def watched(account: VirtualAccount, pool: Pool) -> None:
    """Some minutes in which the pool sees what the account's other clients take."""
    heroku = session(account, pool)
    for _ in range(20):
        await heroku.rate_limits.info()
        await asyncio.sleep(30)
    await heroku.close()


@pytest.mark.parametrize("full", some([False, True], 2))
@pytest.mark.parametrize(
    ("capacity", "hourly", "apps"),
    [
        (2400, 1200, 400),
        pytest.param(2400, 1200, 2000, marks=pytest.mark.slow),
        pytest.param(4500, 4500, 2000, marks=pytest.mark.slow),
    ],
)
def test_the_price_is_what_it_takes(capacity: int, hourly: int, full: bool, apps: int) -> None:
    """Tokens and time within a tenth, whether the pool is full or empty."""
    account = VirtualAccount(apps, capacity, hourly / 3600, capacity if full else 0)
    plan, seconds, tokens = run(audited(account, Pool(capacity, hourly)))
    assert tokens == pytest.approx(plan.tokens, abs=10)
    assert tokens < 8 * apps
    assert seconds == pytest.approx(plan.seconds, rel=0.1)


@pytest.mark.parametrize("apps", [250, pytest.param(2000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("capacity", "hourly", "greedy"),
    [
        (2400, 1200, True),
        pytest.param(2400, 1200, False, marks=pytest.mark.slow),
        pytest.param(4500, 4500, True, marks=pytest.mark.slow),
        (4500, 4500, False),
    ],
)
def test_a_neighbour_is_in_the_price(capacity: int, hourly: int, greedy: bool, apps: int) -> None:
    """Others that the pool has seen are included: a quarter of the refill, or all of it.

    Beside others that take all, chance decides who gets the last tokens: the median of some runs is measured.
    """
    runs = 5 if greedy and apps < 1000 else 1
    if runs > 1:
        runs, apps = amount(3, runs), amount(100, apps)

    async def main() -> float:
        account = VirtualAccount(apps, capacity, hourly / 3600, 0)
        pool = Pool(capacity, hourly)
        other = session(account, Pool(capacity, hourly))

        async def takes() -> None:
            while True:
                if greedy:
                    await other.config_vars.info("01234567-89ab-cdef-0123-456789abcdef")
                else:
                    await asyncio.sleep(4 * 3600 / hourly)
                    account.take()

        neighbours = [asyncio.create_task(takes()) for _ in range(4 if greedy else 1)]
        await watched(account, pool)
        plan, seconds, _ = await audited(account, pool)
        for task in neighbours:
            task.cancel()
        await asyncio.gather(*neighbours, return_exceptions=True)
        await other.close()
        assert plan.certain
        return plan.seconds / seconds

    found: list[float] = []
    for seed in range(runs):
        random.seed(seed)
        found.append(run(main()))
    assert median(found) == pytest.approx(1, rel=0.1)


def test_a_price_without_a_count() -> None:
    """Before anything is known, the price is that of an account with as many apps: a little above what it takes."""
    apps = amount(220, 1100)

    async def main() -> tuple[int, int]:
        account = VirtualAccount(apps, level=50_000, capacity=50_000)
        heroku = session(account, Pool(50_000))
        audit = Audit(heroku)
        price = audit.price(apps)
        async for _ in audit.records():
            pass
        await heroku.close()
        return price.tokens, account.responses

    price, taken = run(main())
    assert price == calls_for(apps, DEFAULT_PARTS)
    assert taken <= price <= 1.1 * taken


def test_the_plan_is_one_line() -> None:
    """It says how many apps, calls, tokens and seconds, and the calls that are saved."""
    heroku = Heroku("token", pool=Pool())
    text = str(Audit(heroku).price(1000))
    assert "\n" not in text
    assert text.startswith("1,000 items, 8,0")
    assert text.endswith("calls saved")
