"""`aioheroku limits`: the account's token pool."""

import sys
from asyncio import sleep as pause
from collections.abc import Iterator
from typing import Any, Final

from rich.console import Console
from rich.live import Live

from aioheroku._client.session import Heroku
from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.snapshot import REMEDY
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._simulate import LIKE_AN_ACCOUNT

ASK_EVERY: Final = 10
"""Seconds between two questions to the platform: they are free, which is no reason to ask all the time."""
MOST_USED: Final = 5
"""Labels and routes that are shown, those that took the most tokens."""


def lines(heroku: Heroku, told: int) -> Iterator[str]:
    """The pool in words; `told` is what the platform last said."""
    pool = heroku.pool.snapshot()
    full = max(0.0, pool.capacity - pool.remaining) / pool.refill * 3600
    yield f"{'tokens left':<14} {told:,}"
    yield f"{'pool':<14} {pool.capacity:,} as far as is known, " + (f"full in {duration(full)}" if full else "full")
    yield f"{'refill':<14} {'not seen yet, assumed to be ' if pool.assumed else ''}{pool.refill:,.0f} an hour"
    yield f"{'others':<14} {pool.others:,.0f} tokens an hour, as estimated"
    if pool.starved:
        yield f"{'':<14} they do not pace themselves and leave next to nothing. {REMEDY}"
    yield f"{'requests':<14} {pool.waiting:,} waiting, {pool.in_flight:,} in flight, next in {pool.next_token:.1f} s"
    for calls in (1_000, 10_000):
        wait = heroku.pool.eta(calls)
        yield f"{count(calls, 'call'):<14} " + (f"{duration(wait)} at least" if wait else "no waiting for tokens")
    yield f"{'used':<14} {count(pool.used, 'token')} by this process"
    for kind, used in (("label", pool.used_by_label), ("route", pool.used_by_route)):
        for name, tokens in sorted(used.items(), key=lambda one: -one[1])[:MOST_USED]:
            yield f"  {kind:<12} {tokens:,} {name}"


async def show(base_url: str | None, *, watch: bool) -> int:
    """Print the pool, once or until Ctrl-C."""
    options: dict[str, Any] = {} if base_url is None else {"base_url": base_url}
    pool = Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT)
    async with Heroku.from_env(read_only=True, pool=pool, **options) as heroku:
        told = (await heroku.rate_limits.info()).remaining
        if not watch:
            _write(heroku, told)
            return 0
        if not sys.stdout.isatty():  # nothing can be redrawn: one state after the other
            while True:
                _write(heroku, told)
                await pause(ASK_EVERY)
                told = (await heroku.rate_limits.info()).remaining
        with Live(console=Console(file=sys.stdout, highlight=False), auto_refresh=False) as live:
            while True:
                live.update("\n".join(lines(heroku, told)), refresh=True)
                await pause(ASK_EVERY)
                told = (await heroku.rate_limits.info()).remaining


def _write(heroku: Heroku, told: int) -> None:
    sys.stdout.write("\n".join(lines(heroku, told)) + "\n")
    sys.stdout.flush()
