"""The price of a campaign."""

from typing import Self

from attrs import frozen

from aioheroku._options import number, whole
from aioheroku._ratelimit import Pool

CPU_SECONDS_PER_CALL = 0.0005
"""Processor time of a call; a lower bound regardless of concurrency."""


@frozen
class CampaignPlan:
    """The estimated price of a campaign, given the present state of the pool and its use by other clients.

    (`aioheroku.Plan` is the plan of an add-on.)

    Attributes:
        items: the number of items.
        calls: the number of calls, without those that cannot be known beforehand, such as further pages and retries.
        tokens: the tokens that they take.
        seconds: from the first call to the last, waits for tokens included.
        certain: whether nothing is assumed: the pool's refill is measured, and no list may have more pages.
        remaining: the tokens left now.
        refill_per_hour: the tokens that come back in an hour.
        others_per_hour: the tokens that other clients take in an hour, as far as the pool has seen them.
        assumed: whether it waits for tokens at an assumed refill, as if other clients took none: a minute of responses
            shows both; while the pool is full, the first minute of waiting does.
        more_pages: whether a list may have more pages, each of which takes a token.
    """

    items: int
    calls: int
    tokens: int
    seconds: float
    certain: bool
    remaining: int
    refill_per_hour: float
    others_per_hour: float = 0.0
    assumed: bool = False
    more_pages: bool = False

    @property
    def others(self) -> str:
        """The text about other clients; empty if their use is within the estimate's error."""
        seen = self.others_per_hour > self.refill_per_hour / 20
        return f", others take about {self.others_per_hour:,.0f}" if seen else ""

    @classmethod
    def of(
        cls,
        pool: Pool,
        items: int,
        *,
        calls: int = 1,
        concurrency: int = 30,
        latency: float = 0.0,
        more_pages: bool = False,
    ) -> Self:
        """The plan of `calls` calls for each of this number of items.

        Args:
            pool: the account's pool, whose `eta` estimates the waits.
            items: the number of items.
            calls: the calls for each item.
            concurrency: the number of items at a time.
            latency: seconds that one response takes.
            more_pages: whether a call may take more tokens than one.

        Raises:
            InvalidRequest: one of the numbers is out of range; `field` names it.
        """
        whole(items, "items", least=0)
        whole(calls, "calls", least=0)
        whole(concurrency, "concurrency")
        number(latency, "latency")
        all_calls, snapshot = items * calls, pool.snapshot()
        wait = pool.eta(all_calls)
        seconds = max(wait, all_calls * max(latency / concurrency, CPU_SECONDS_PER_CALL))
        return cls(
            items,
            all_calls,
            all_calls,
            seconds if all_calls else 0.0,
            not (snapshot.assumed or more_pages),
            snapshot.remaining,
            snapshot.refill,
            snapshot.others,
            snapshot.assumed and wait > 0,
            more_pages,
        )

    def __str__(self) -> str:
        assumed = " assumed" if self.assumed else ""
        pool = f"{self.remaining:,} left, {self.refill_per_hour:,.0f} more an hour{assumed}{self.others}"
        more = " or more" if self.more_pages else ""
        return (
            f"{self.items:,} items, {self.calls:,} calls, {self.tokens:,} tokens{more}, "
            f"about {_duration(self.seconds)} ({pool})"
        )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
