"""The `aioheroku audit` command: estimate, run, summary."""

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
from aioheroku.audit._reports import unfinished
from aioheroku.audit._reports.files import replacing
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._progress import ProgressLine
from aioheroku.cli._report import Report, report_for
from aioheroku.cli._simulate import LIKE_AN_ACCOUNT, capacity_for, simulated
from aioheroku.cli._status import DONE, FOUND, INTERRUPTED
from aioheroku.cli._streams import echo
from aioheroku.cli._summary import Summary
from aioheroku.errors import HerokuError

_LONG_AUDIT = 60.0
"""Seconds: if the real audit would take longer, a simulated one mentions it."""


@frozen(kw_only=True)
class Job:
    """The options of the command."""

    simulate: int | None
    include: tuple[str, ...]
    apps: tuple[str, ...]
    team: str | None
    match: str | None
    domains: tuple[str, ...]
    concurrency: int
    format: str
    output: Path | None
    fail_on: tuple[str, ...]
    base_url: str | None


async def run(job: Job) -> int:
    """Run the audit and return the exit status."""
    _stop_on_sigterm()
    summary = Summary()
    error: HerokuError | None = None
    status, reason, written = DONE, "", False
    with ExitStack() as files:
        stream: TextIO = sys.stdout
        if job.output is not None:
            at_once = job.format == "jsonl"
            stream = files.enter_context(replacing(job.output, at_once=at_once, keep=lambda: written))
        report = report_for(job.format, stream, job.include)
        try:
            await _audit(job, report, summary)
        except asyncio.CancelledError as caught:
            status, reason = INTERRUPTED, unfinished(caught)
        except HerokuError as caught:
            error, reason = caught, unfinished(caught)
        report.close(reason and f"{reason} {summary.progress()}")
        _summarise(job, summary, stream)
        stream.flush()  # so that a failed write is reported here, not at interpreter exit
        written = bool(summary.apps) or not reason
    if status == INTERRUPTED or (error is not None and summary.apps):
        echo(f"Not finished: {count(summary.apps, 'app')} had been read{', see the report' * bool(summary.apps)}.")
    if error is not None:
        raise error
    found = summary.found(job.fail_on)
    if found and status == DONE:
        echo(f"Failed on {', '.join(found)}.")
        status = FOUND
    return status


def _stop_on_sigterm() -> None:
    """Treat SIGTERM, as job runners send it, like Ctrl-C: write the partial report and stop."""
    task = asyncio.current_task()
    if task is not None:
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _audit(job: Job, report: Report, summary: Summary) -> None:
    clock = asyncio.get_running_loop().time
    async with _session(job, summary) as heroku:
        audit = Audit(
            heroku,
            include=job.include,
            apps=job.apps,
            team=job.team,
            match=job.match,
            domains=job.domains,
            concurrency=job.concurrency,
        )
        started = clock()
        await heroku.rate_limits.info()  # takes no token, and gives the pool its balance
        latency = clock() - started
        summary.expected = apps = await audit.count()
        _announce(audit, apps, latency)
        began = clock()
        live = job.output is not None or job.format == "table" or not sys.stdout.isatty()
        async with ProgressLine(audit, apps, summary, sys.stderr, live=live), aclosing(audit.records()) as records:
            async for record in records:
                report.add(record)
                summary.add(record)
        echo(summary.totals(clock() - began, heroku.pool.snapshot().remaining))
        for line in audit.notes():
            echo(line)


def _announce(audit: Audit, apps: int, latency: float) -> None:
    price = audit.price(apps, latency=latency)
    pool = audit.heroku.pool
    known = pool.snapshot()
    assumed = "" if price.certain else " assumed"
    short = f", {known.refill:,.0f} more an hour{assumed}" if pool.eta(price.calls) else ": no waiting"
    echo(
        f"{count(apps, 'app')}, {count(len(audit.include), 'part')} each: {count(price.calls, 'call')}, "
        f"{count(price.tokens, 'token')}, about {duration(price.seconds)} "
        f"({count(known.remaining, 'token')} left{short})."
    )


def _summarise(job: Job, summary: Summary, stream: TextIO) -> None:
    lines = list(summary.lines())
    if job.format == "table" and lines:
        stream.write("\n" + "\n".join(lines) + "\n")
    if job.format != "table" or job.output is not None:
        for line in lines:
            echo(line)


@asynccontextmanager
async def _session(job: Job, summary: Summary) -> AsyncGenerator[Heroku]:
    options: dict[str, Any] = {"read_only": True, "on_event": summary.on_event, "user_agent": "audit"}
    if job.simulate is None:
        if job.base_url is not None:
            options["base_url"] = job.base_url
        pool = Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT)
        async with Heroku.from_env(pool=pool, **options) as heroku:
            yield heroku
        return
    calls = calls_for(job.simulate, job.include)
    capacity = capacity_for(calls)
    real = Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT).eta(calls)
    instead = (
        f"; a real account's {LIKE_AN_ACCOUNT:,}, with a refill of as many an hour, would take {duration(real)}"
        if real >= _LONG_AUDIT
        else ""
    )
    echo(f"Simulating {count(job.simulate, 'app')} with a pool of {count(capacity, 'token')}{instead}.")
    async with (
        simulated(job.simulate, capacity) as (url, token),
        Heroku(token, base_url=url, pool=Pool(), **options) as heroku,
    ):
        yield heroku
