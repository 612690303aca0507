"""The time to go of a command, against what it then takes, beside other clients that were not known beforehand."""

import asyncio
import random

import pytest

from aioheroku import Heroku, Pool
from aioheroku.cli._pace import Pace
from tests._support.thorough import amount, some
from tests._support.virtual_account import VirtualAccount
from tests._support.virtual_loop import run


class Stepped(VirtualAccount):
    """An account whose refill comes in one step a minute."""

    def take(self, tokens: float = 1) -> bool:
        """As an account does, at the level since the last full minute."""
        minutes = int(asyncio.get_running_loop().time() // 60)
        self.level = min(self.capacity, self.level + (minutes - self._minutes) * 60 * self.refill)
        self._minutes = minutes
        granted = self.level >= tokens
        self.level -= tokens * granted
        return granted

    _minutes = 0


APP = "01234567-89ab-cdef-0123-456789abcdef"


def session(account: VirtualAccount, pool: Pool) -> Heroku:
    """A session whose network is the account."""
    heroku = Heroku("token", pool=pool)
    heroku._core.transport.connections = account  # type: ignore[assignment]  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    return heroku


async def estimates(account: VirtualAccount, part: float | None, calls: int) -> list[tuple[float, float]]:
    """How long a campaign had been under way, and its estimated seconds to go as a part of the true ones.

    Others take this part of the refill, or, with `None`, as much as they get.
    """
    heroku, other = session(account, Pool()), session(account, Pool())
    clock, found, done = asyncio.get_running_loop().time, list[tuple[float, float]](), 0
    pace = Pace(heroku.pool)

    async def takes() -> None:
        while True:
            if part is None:
                await other.config_vars.info(APP)
            else:
                await asyncio.sleep(1 / (part * account.refill))
                account.take()

    async def looks() -> None:
        while True:
            for _ in range(20):
                await asyncio.sleep(1)
                pace.look(clock())
            found.append((clock(), pace.wait(calls - done)))

    tasks = [asyncio.create_task(work) for work in (looks(), takes())]
    await heroku.rate_limits.info()
    async with heroku.each(heroku.config_vars.info, range(calls)) as outcomes:
        async for _ in outcomes:
            done += 1
    end = clock()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await heroku.close()
    await other.close()
    return [(at, to_go / (end - at)) for at, to_go in found if end - at > 300]


@pytest.mark.parametrize(
    ("hourly", "level", "part", "known", "kind"),
    some(
        [
            (1200, 600, 1 / 4, 260, VirtualAccount),
            (1200, 600, 1 / 2, 150, VirtualAccount),
            (1200, 0, 1 / 4, 180, VirtualAccount),
            (4500, 600, 1 / 4, 200, VirtualAccount),
            (4500, 0, 1 / 4, 120, VirtualAccount),
            (4500, 0, 1 / 2, 120, VirtualAccount),
            (4500, 0, None, 260, VirtualAccount),
            (1200, 0, 1 / 4, 300, Stepped),
            (4500, 600, 1 / 2, 460, Stepped),
            (4500, 0, 1 / 4, 300, Stepped),
        ],
        3,
    ),
)
def test_the_time_to_go_is_within_a_tenth(
    hourly: int, level: int, part: float | None, known: float, kind: type[VirtualAccount]
) -> None:
    """Some minutes after the first waits for tokens it knows what is left for it, whatever the pool was made with.

    How long the pool is silent before depends on how empty it is; beside others that take all, a level must be found.
    """
    random.seed(1)
    account = kind(1, level or 2400, hourly / 3600, level)
    calls = level + amount(600, 1500)
    ratios = [ratio for at, ratio in run(estimates(account, part, calls)) if at > known]
    assert ratios
    most = 1.15 if kind is VirtualAccount else 1.25  # a step may fall on either side of a minute's end
    assert max(*ratios, 1 / min(ratios)) < most
    assert sum(abs(ratio - 1) < 0.1 for ratio in ratios) > 0.8 * len(ratios)


def test_what_is_not_short_is_the_pools_estimate() -> None:
    """Before anything is measured, and where there are plenty of tokens, it is `Pool.eta`."""
    pool = Pool(1000, 3600)
    pace = Pace(pool)
    pace.look(0.0)
    assert pace.wait(500) == 0.0
    assert pace.wait(2000) == pytest.approx(pool.eta(2000))
    assert not pace.waits
