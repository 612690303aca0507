"""`aioheroku audit`: its course from the price to the summary."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from attrs import frozen

from aioheroku._client.session import Heroku
from aioheroku._ratelimit import Pool
from aioheroku.audit import Audit, calls_for
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._progress import Meter
from aioheroku.cli._report import Report, report_for
from aioheroku.cli._simulate import LIKE_AN_ACCOUNT, capacity_for, simulated
from aioheroku.cli._streams import replacing, say
from aioheroku.cli._summary import Tally
from aioheroku.errors import HerokuError

DONE, FAILED, WRONG, FOUND, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses. `FOUND` is that of --fail-on, `WRONG` that of options and credentials that cannot be used."""
_WORTH_TELLING = 60.0
"""Seconds that a simulated audit spares, above which there is a word on it."""


@frozen(kw_only=True)
class Job:
    """The options of the command."""

    simulate: int | None
    include: tuple[str, ...]
    domains: tuple[str, ...]
    concurrency: int
    format: str
    output: Path | None
    fail_on: tuple[str, ...]
    base_url: str | None


async def run(job: Job) -> int:
    """Carry out the job; its exit status."""
    _stop_on_sigterm()
    tally = Tally()
    error: HerokuError | None = None
    status = DONE
    with ExitStack() as files:
        stream: TextIO = sys.stdout
        if job.output is not None:
            at_once = job.format == "jsonl"
            stream = files.enter_context(replacing(job.output, at_once=at_once, keep=lambda: bool(tally.apps)))
        report = report_for(job.format, stream, job.include)
        try:
            await _audit(job, report, tally)
        except asyncio.CancelledError:
            status = INTERRUPTED
        except HerokuError as caught:
            error = caught
        report.close()
        _summarise(job, tally, stream)
        stream.flush()  # what cannot be written fails here, not when Python ends
    if status == INTERRUPTED or (error is not None and tally.apps):
        say(f"Not finished: {count(tally.apps, 'app')} had been read{', which the report holds' * bool(tally.apps)}.")
    if error is not None:
        raise error
    found = tally.found(job.fail_on)
    if found and status == DONE:
        say(f"Failed on {', '.join(found)}.")
        status = FOUND
    return status


def _stop_on_sigterm() -> None:
    """End as Ctrl-C does, with what was gathered, when a job runner says so."""
    task = asyncio.current_task()
    if task is not None:
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _audit(job: Job, report: Report, tally: Tally) -> None:
    clock = asyncio.get_running_loop().time
    async with _session(job, tally) as heroku:
        audit = Audit(heroku, include=job.include, domains=job.domains, concurrency=job.concurrency)
        asked = clock()
        await heroku.rate_limits.info()  # free, and tells the pool how it stands
        latency = clock() - asked
        apps = await audit.count()
        _announce(audit, apps, latency)
        began = clock()
        live = job.output is not None or job.format == "table" or not sys.stdout.isatty()
        async with Meter(audit, apps, tally, sys.stderr, live=live), aclosing(audit.records()) as records:
            async for record in records:
                report.add(record)
                tally.add(record)
        say(tally.what_it_took(clock() - began, heroku.pool.snapshot().remaining))


def _announce(audit: Audit, apps: int, latency: float) -> None:
    price = audit.price(apps, latency=latency)
    pool = audit.heroku.pool
    known = pool.snapshot()
    assumed = " assumed" if price.assumed else ""
    short = f", {known.refill:,.0f} more an hour{assumed}" if pool.eta(price.calls) else ": no waiting"
    say(
        f"{count(apps, 'app')}, {count(len(audit.include), 'part')} each: {count(price.calls, 'call')}, "
        f"{count(price.tokens, 'token')}, about {duration(price.seconds)} "
        f"({count(known.remaining, 'token')} left{short})."
    )


def _summarise(job: Job, tally: Tally, stream: TextIO) -> None:
    lines = list(tally.where_to_look())
    if job.format == "table" and lines:
        stream.write("\n" + "\n".join(lines) + "\n")
    if job.format != "table" or job.output is not None:
        for line in lines:
            say(line)


@asynccontextmanager
async def _session(job: Job, tally: Tally) -> AsyncGenerator[Heroku]:
    options: dict[str, Any] = {"read_only": True, "on_event": tally.hear, "user_agent": "audit"}
    if job.simulate is None:
        if job.base_url is not None:
            options["base_url"] = job.base_url
        pool = Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT)
        async with Heroku.from_env(pool=pool, **options) as heroku:
            yield heroku
        return
    calls = calls_for(job.simulate, len(job.include))
    capacity = capacity_for(calls)
    real = Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT).eta(calls)
    instead = (
        f"; an account's {LIKE_AN_ACCOUNT:,}, and as many an hour, would take {duration(real)}"
        if real >= _WORTH_TELLING
        else ""
    )
    say(f"Simulating {count(job.simulate, 'app')} with a pool of {count(capacity, 'token')}{instead}.")
    async with (
        simulated(job.simulate, capacity) as (url, token),
        Heroku(token, base_url=url, pool=Pool(), **options) as heroku,
    ):
        yield heroku
