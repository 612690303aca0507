"""`aioheroku limits`: the account's token pool."""

import sys
from asyncio import sleep as pause
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Final

import click
from rich.console import Console
from rich.live import Live

from aioheroku._client.session import Heroku
from aioheroku._ratelimit.snapshot import REMEDY
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._options import run
from aioheroku.cli._session import Where, opened, platform_options
from aioheroku.cli._status import DONE
from aioheroku.cli._streams import write

ASK_EVERY: Final = 10
"""Seconds between two requests for the balance: they take no token, but there is no need to send more."""
MOST_USED: Final = 5
"""Maximum labels and routes shown: those that took the most tokens."""


def lines(heroku: Heroku, remaining: int) -> Iterator[str]:
    """The lines that describe the pool; `remaining` is the balance that the platform last reported."""
    pool = heroku.pool.snapshot()
    full = max(0.0, pool.capacity - pool.remaining) / pool.refill * 3600
    yield f"{'tokens left':<14} {remaining:,}"
    yield f"{'pool':<14} {pool.capacity:,} (estimated), " + (f"full in {duration(full)}" if full else "full")
    yield f"{'refill':<14} {'not yet measured, assumed to be ' if pool.assumed else ''}{pool.refill:,.0f} an hour"
    yield f"{'others':<14} {pool.others:,.0f} tokens an hour (estimated)"
    if pool.starved:
        yield f"{'':<14} they do not throttle themselves and leave almost nothing. {REMEDY}"
    yield f"{'requests':<14} {pool.waiting:,} waiting, {pool.in_flight:,} in flight, next in {pool.next_token:.1f} s"
    for calls in (1_000, 10_000):
        wait = heroku.pool.eta(calls)
        yield f"{count(calls, 'call'):<14} " + (f"{duration(wait)} at least" if wait else "no waiting for tokens")
    yield f"{'used':<14} {count(pool.used, 'token')} by this process"
    for kind, used in (("label", pool.used_by_label), ("route", pool.used_by_route)):
        for name, tokens in sorted(used.items(), key=lambda one: -one[1])[:MOST_USED]:
            yield f"  {kind:<12} {tokens:,} {name}"


async def show(where: Where, *, watch: bool) -> int:
    """Print the pool, once or until Ctrl-C."""
    live = (
        Live(console=Console(file=sys.stdout, highlight=False), auto_refresh=False)
        if watch and sys.stdout.isatty()
        else None
    )
    async with opened(where, "limits", read_only=True) as heroku:
        with live or nullcontext():
            while True:
                text = "\n".join(lines(heroku, (await heroku.rate_limits.info()).remaining))
                if live is not None:
                    live.update(text, refresh=True)
                else:  # nothing can be redrawn: one state is printed below the other
                    write(sys.stdout, text)
                if not watch:
                    return DONE
                await pause(ASK_EVERY)


@click.command()
@click.option("--watch", is_flag=True, help="Update it until Ctrl-C.")
@platform_options(split=False)
def limits(watch: bool, where: Where) -> None:
    """Show the account's token pool; this takes no token."""
    run(show(where, watch=watch))
