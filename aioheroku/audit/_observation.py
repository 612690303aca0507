"""Observes the pool before a long audit, so that its price knows what comes back and what others take."""

import asyncio
from contextlib import suppress
from typing import Final

from aioheroku._client.session import Heroku
from aioheroku.audit._budget import Budget
from aioheroku.audit._price import AuditPlan
from aioheroku.errors import HerokuError

LABEL: Final = "observation"
"""The label of the calls."""
_LONG: Final = 3600.0
"""Seconds from which on a price is worth a minute's observation."""
_OBSERVED: Final = 65.0
"""Seconds: the pool takes stock once a minute."""
_EACH: Final = 0.1
"""Seconds between two readings, besides the response: a token takes longer to come back, so that its use shows."""


def is_worth_it(price: AuditPlan, budget: Budget | None) -> bool:
    """Whether the audit waits for tokens for long, and to its end.

    What the pool has measured before does not tell: others may have begun, or have paused while ours was empty.
    """
    affordable = budget is None or price.tokens <= budget.tokens - budget.spent
    return affordable and price.seconds >= _LONG


async def observe(heroku: Heroku) -> None:
    """Read the balance for a minute. It takes no token; after an error nothing more is known than before."""
    clock, reads = asyncio.get_running_loop().time, heroku.using(label=LABEL).rate_limits
    ends = clock() + _OBSERVED
    with suppress(HerokuError):
        while clock() < ends:
            await reads.info()
            await asyncio.sleep(_EACH)
