"""The `aioheroku audit` command: estimate, run, summary."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, aclosing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from attrs import define, field, frozen

from aioheroku._campaigns.journal import Journal
from aioheroku._client.choice import Choice
from aioheroku._client.session import Heroku
from aioheroku._ratelimit import Pool
from aioheroku.audit import Account, Audit, Audits, Budget, calls_for
from aioheroku.audit._reports import Report, unfinished
from aioheroku.audit._reports.files import replacing
from aioheroku.audit._since import Earlier
from aioheroku.cli._audit_end import changes_of, print_changes, print_left, print_price
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._progress import ProgressLine
from aioheroku.cli._report import report_for
from aioheroku.cli._session import Where, latency_of, opened
from aioheroku.cli._simulate import LIKE_AN_ACCOUNT, capacity_for
from aioheroku.cli._status import DONE, FAILED, FOUND, INTERRUPTED, WRONG
from aioheroku.cli._streams import echo, print_problem, write
from aioheroku.cli._summary import Summary
from aioheroku.errors import HerokuError, InvalidRequest

_LONG_AUDIT = 60.0
"""Seconds: if the real audit would take longer, a simulated one mentions it."""


@frozen(kw_only=True)
class Job:
    """The options of the command."""

    choice: Choice
    where: Where
    include: tuple[str, ...]
    domains: tuple[str, ...]
    concurrency: int
    format: str
    output: Path | None
    fail_on: tuple[str, ...]
    accounts: tuple[Account, ...]
    journal: Path | None
    budget: int | None
    since: Earlier | None
    reread: tuple[str, ...]

    @property
    def journals(self) -> dict[str | None, Journal]:
        """The journal of each account."""
        if self.journal is None:
            return {}
        stem, suffix = self.journal.stem, self.journal.suffix
        paths: dict[str | None, Path] = {
            one.name: self.journal.with_name(f"{stem}.{one.name}{suffix}") for one in self.accounts
        }
        return {name: Journal(path, fsync="batch") for name, path in (paths or {None: self.journal}).items()}


@define(eq=False)
class Run:
    """The state of the command."""

    job: Job
    summary: Summary = field(factory=Summary, init=False)
    audits: list[Audit] = field(factory=list[Audit], init=False)
    errors: dict[str | None, HerokuError] = field(factory=dict[str | None, HerokuError], init=False)
    """What ended the audit of an account."""
    reason: str = field(default="", init=False)
    """Why the audit ended early."""
    written: bool = field(default=False, init=False)
    """Whether the report's file is worth keeping."""

    async def work(self) -> int:
        """Run it, and return the exit status."""
        status = DONE
        with self._stream() as stream:
            report = report_for(self.job.format, stream, self.job.include, accounts=bool(self.job.accounts))
            try:
                await self._read(report)
            except asyncio.CancelledError as caught:
                status, self.reason = INTERRUPTED, unfinished(caught)
            self._end(report, stream)
        summary, failed = self.summary, bool(self.reason)
        if failed and (summary.apps or not self.errors):
            self._print_unfinished()
        return _status(self.job, summary, self.errors, status or FAILED * failed)

    def _stream(self) -> AbstractContextManager[TextIO]:
        """Where the report is written to."""
        if self.job.output is None:
            return nullcontext(sys.stdout)
        return replacing(self.job.output, at_once=self.job.format == "jsonl", keep=lambda: self.written)

    async def _read(self, report: Report) -> None:
        """Read the apps of all accounts, and report them as they come."""
        job, summary = self.job, self.summary
        clock = asyncio.get_running_loop().time
        async with AsyncExitStack() as sessions:
            ready = await self._ready(sessions)
            if not ready:
                return
            summary.expected = sum(ready.values())
            began = clock()
            live = job.output is not None or job.format == "table" or not sys.stdout.isatty()
            together = Audits(ready)
            async with ProgressLine(ready, summary, sys.stderr, live=live), aclosing(together.records()) as records:
                async for record in records:
                    report.add(record)
                    summary.add(record)
            self.errors.update(together.errors)
            if not self.errors or job.accounts:
                remaining = sum(audit.heroku.pool.snapshot().remaining for audit in self.audits)
                echo(summary.totals(clock() - began, remaining))
                _print_notes(ready)

    async def _ready(self, sessions: AsyncExitStack) -> dict[Audit, int]:
        """The audits that can begin, with the numbers of their apps."""
        job = self.job
        budget = None if job.budget is None else Budget(job.budget)
        of_accounts = await _sessions(job, self.summary, sessions)
        self.audits += [_audit_of(job, name, heroku, budget) for name, heroku in of_accounts]
        counted = await asyncio.gather(*(_counted(audit, job.budget, self.errors) for audit in self.audits))
        return {audit: apps for audit, apps in zip(self.audits, counted, strict=True) if apps is not None}

    @property
    def _exhausted(self) -> bool:
        return any(audit.budget is not None and audit.budget.exhausted for audit in self.audits)

    def _end(self, report: Report, stream: TextIO) -> None:
        """Write the end of the report, with the reason if it is not complete."""
        job, summary = self.job, self.summary
        spent = "The budget of tokens is spent." * self._exhausted
        self.reason = self.reason or next(map(unfinished, self.errors.values()), spent)
        changes = None if job.since is None else changes_of(self.audits)
        report.close(self.reason and f"{self.reason} {summary.progress()}", changes)
        _summarise(job, summary, stream)
        if job.since is not None:
            print_changes(self.audits, job.since, stream if job.format == "table" else None)
        stream.flush()  # so that a failed write is reported here, not at interpreter exit
        self.written = bool(summary.apps) or not self.reason

    def _print_unfinished(self) -> None:
        apps = self.summary.apps
        echo(f"Not finished: {count(apps, 'app')} had been read{', see the report' * bool(apps)}.")
        if self._exhausted:
            print_left(self.audits)
        if self.job.journal is not None:
            echo("To continue, run the same command with --resume.")
        else:
            echo("With --journal FILE, the same command with --resume would continue from here.")


def _status(job: Job, summary: Summary, errors: Mapping[str | None, HerokuError], status: int) -> int:
    """The exit status; the error of the only account is raised, those of several are printed."""
    if None in errors:
        raise errors[None]
    for name, error in errors.items():
        print_problem(f"{name}: {error}")
    if errors and not summary.apps and all(isinstance(error, InvalidRequest) for error in errors.values()):
        return WRONG
    found = summary.found(job.fail_on)
    if found and status == DONE:
        echo(f"Failed on {', '.join(found)}.")
        return FOUND
    return status


def _audit_of(job: Job, account: str | None, heroku: Heroku, budget: Budget | None) -> Audit:
    """The audit of one account."""
    return Audit(
        heroku,
        include=job.include,
        apps=job.choice.apps,
        team=job.choice.team,
        match=job.choice.match,
        domains=job.domains,
        concurrency=job.concurrency,
        account=account,
        journal=job.journals.get(account),
        budget=budget,
        since=job.since,
        reread=job.reread,
    )


def _print_notes(audits: Iterable[Audit]) -> None:
    for audit in audits:
        for line in audit.notes():
            echo(f"{audit.account}: {line}" if audit.account else line)


async def _counted(audit: Audit, budget: int | None, errors: dict[str | None, HerokuError]) -> int | None:
    """Count the apps of an account and print the price of its audit; `None` after an error."""
    try:
        latency = await latency_of(audit.heroku)
        apps = await audit.count()
    except HerokuError as error:
        errors[audit.account] = error
        return None
    print_price(audit, apps, latency, budget)
    return apps


def _summarise(job: Job, summary: Summary, stream: TextIO) -> None:
    lines = list(summary.lines())
    if job.format == "table" and lines:
        write(stream, "\n".join(["", *lines]))
    if job.format != "table" or job.output is not None:
        for line in lines:
            echo(line)


async def _sessions(job: Job, summary: Summary, stack: AsyncExitStack) -> list[tuple[str | None, Heroku]]:
    """A session for each account, with its own pool."""
    options: dict[str, Any] = {"names": job.choice.apps, "read_only": True, "on_event": summary.on_event}
    if job.where.simulate is not None:
        options["capacity"] = _announce_simulation(job.where.simulate, job.include)
    accounts: dict[str | None, Callable[..., Heroku]] = {
        one.name: partial(Heroku, one.credentials) for one in job.accounts
    }
    return [
        (name, await stack.enter_async_context(opened(job.where, "audit", make=make, **options)))
        for name, make in (accounts or {None: Heroku.from_env}).items()
    ]


def _announce_simulation(apps: int, parts: Sequence[str]) -> int:
    """Print what is simulated; returns the capacity of its pool."""
    calls = calls_for(apps, parts)
    capacity = capacity_for(calls)
    real = Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT).eta(calls)
    instead = (
        f"; with a real account's {LIKE_AN_ACCOUNT:,}, and as many more an hour, it would take {duration(real)}"
        if real >= _LONG_AUDIT
        else ""
    )
    echo(f"Simulating {count(apps, 'app')} with a pool of {count(capacity, 'token')}{instead}.")
    return capacity
