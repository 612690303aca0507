"""A command for many apps: the choice, the plan, the confirmation, the campaign and its outcomes."""

import asyncio
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import wraps
from typing import Any, Final, NoReturn
from uuid import UUID

import click
from attrs import define, field

from aioheroku._campaigns.campaign import Campaign
from aioheroku._campaigns.journal import Journal
from aioheroku._campaigns.plan import CampaignPlan
from aioheroku._client.session import Heroku
from aioheroku._ratelimit import Pool
from aioheroku.cli._fleet import Job
from aioheroku.cli._formatting import count, names
from aioheroku.cli._options import run
from aioheroku.cli._report_outcomes import Outcomes, Row
from aioheroku.cli._session import latency_of, opened
from aioheroku.cli._status import DONE, FAILED, INTERRUPTED
from aioheroku.cli._streams import echo, reason
from aioheroku.cli._task import Stoppable, Target, Task, TaskLine
from aioheroku.cli._terminal import is_terminal
from aioheroku.errors import HerokuError, InvalidRequest

_CUT_OFF: Final = "it was cut off, and may have been executed: check before you repeat it"


@define(eq=False)
class _Run:
    """The state of the command."""

    task: Task
    job: Job
    items: Stoppable = field(factory=Stoppable)
    earlier: int = 0
    """Apps that earlier runs have done."""
    unwritten: OSError | None = None
    """Why the report could not be written."""
    outcomes: Outcomes = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.outcomes = Outcomes(sys.stdout, self.job.as_lines)

    @property
    def apps(self) -> Sequence[Target]:
        """The chosen apps."""
        return self.items.apps

    async def work(self) -> int:
        """Run it, and return the exit status."""
        where = self.job.where
        if where.simulate is not None:
            echo("Simulated apps: nothing real is changed.")
        agent = self.task.label.partition(" ")[0]
        async with opened(where, agent, names=self.job.choice.apps) as session:
            latency = await latency_of(session)
            self.items.apps = await self._chosen(session)
            heroku = session.using(priority="batch", label=self.task.label, dry_run=self.job.dry_run)
            campaign = self._campaign(heroku)
            try:
                await self._count_earlier(campaign)
                self._announce(heroku.pool, latency)
                if not self.job.dry_run and not self._agreed():
                    return FAILED
                await _open(campaign)
                await self._carry_out(campaign, heroku.pool)
            finally:
                await campaign.aclose()
        if self.items.interrupted:
            return INTERRUPTED
        counts = self.outcomes.counts
        return DONE if counts["done"] + counts["planned"] == len(self.apps) else FAILED

    async def _chosen(self, heroku: Heroku) -> Sequence[Target]:
        absent = list[str]()
        apps = [Target(app.id, app.name) async for app in self.job.choice.of(heroku, absent)]
        if absent:
            raise InvalidRequest(
                f"Nothing was changed: no such app, or no access to it: {names(absent)}. Correct the names."
            )
        if not apps:
            raise InvalidRequest("Nothing was changed: no app matches --app, --team, --match and --apps-from.")
        return apps

    def _campaign(self, heroku: Heroku) -> Campaign[Target, Any]:
        job = self.job
        # A dry run leaves no file behind.
        journal = None if job.journal is None or (job.dry_run and not job.resume) else Journal(job.journal)
        budget = None if job.budget is None else job.budget - heroku.pool.snapshot().used  # choosing takes tokens, too
        if budget is not None and budget < 1:
            self.items.stopped, budget = True, None

        @wraps(self.task.call)  # its name is that of the journal
        async def call(app: Target, *arguments: Any) -> Any:
            return await self.task.call(heroku, app, *arguments)

        async def verify(app: Target) -> Any:
            return None if self.task.look is None else await self.task.look(heroku, app, *self.task.arguments)

        return heroku.each(
            call,
            self.items,
            *self.task.arguments,
            concurrency=job.concurrency,
            budget=budget,
            journal=journal,
            verify=verify if self.task.look else None,
        )

    async def _count_earlier(self, campaign: Campaign[Target, Any]) -> None:
        """Count what earlier runs have done; the journal of another campaign is refused before the confirmation."""
        if self.job.resume:
            await _open(campaign)
            self.earlier = [campaign.state_of(app) for app in self.apps].count("done")

    def _announce(self, pool: Pool, latency: float) -> None:
        echo(f"{self._sentence()}: {names([app.name for app in self.apps])}.")
        if self.earlier:
            echo(f"{count(self.earlier, 'app')} done by an earlier run.")
        to_do = len(self.apps) - self.earlier
        plan = CampaignPlan.of(pool, to_do, calls=self.task.calls, concurrency=self.job.concurrency, latency=latency)
        echo(f"Plan: {plan}")
        if self.job.budget is not None and self.job.budget < pool.snapshot().used + plan.tokens:
            echo(f"The budget of {count(self.job.budget, 'token')} is not enough: some apps will be left.")
        if self.job.dry_run:
            echo("Dry run: nothing is changed.")

    def _sentence(self) -> str:
        return self.task.does.format(apps=count(len(self.apps), "app"))

    def _agreed(self) -> bool:
        """Whether it may start: asks for confirmation, unless `--yes` was given."""
        if self.job.yes:
            return True
        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            raise InvalidRequest("Nothing was changed: there is no terminal to confirm it on. Give --yes to do it.")
        # While this waits for a key, asyncio would not notice Ctrl-C.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            agreed = click.confirm(f"{self._sentence()}?", err=True)
        except click.Abort:
            echo("\nNothing was changed.")
            raise KeyboardInterrupt from None
        finally:
            signal.signal(signal.SIGINT, before)
        if not agreed:
            echo("Nothing was changed.")
        return agreed

    async def _carry_out(self, campaign: Campaign[Target, Any], pool: Pool) -> None:
        """Run the campaign to its end, or after a signal until what was in progress has ended."""
        waiting = {app.id: app for app in self.apps}
        error: HerokuError | OSError | None = None
        line = self._line(pool)
        self.items.listen(line.notify)
        try:
            async with line:
                await self._collect(campaign, waiting)
        except asyncio.CancelledError:
            self.items.interrupted = True
            await campaign.aclose()
            await self._collect(campaign, waiting)  # what ended meanwhile
        except (HerokuError, OSError) as caught:  # an OSError is of the journal
            error = caught
        self.items.stopped = True
        await campaign.aclose()
        self._report_rest(waiting.values(), {app.id for app in campaign.left} if error is None else ())
        echo(f"{self._counts()}; {count(pool.snapshot().remaining, 'token')} left in the pool.")
        self._advise()
        problem = error or self.unwritten
        if problem is not None:
            raise problem

    def _line(self, pool: Pool) -> TaskLine:
        """The progress line, unless it would mix with output on the same terminal."""
        writes = self.outcomes.as_lines or self.task.reported is not None
        live = not (writes and sys.stdout.isatty())
        done, job, calls = self.outcomes.counts.total, self.job, self.task.calls
        return TaskLine(pool, len(self.apps), self.earlier, job.concurrency, done, calls=calls, live=live)

    def _report_rest(self, apps: Iterable[Target], cut_off: Collection[UUID]) -> None:
        """Report the apps that have no outcome, of which some may have been cut off."""
        for app in apps:
            cut = app.id in cut_off and not self.task.idempotent
            row = Row(app=app, status="unknown", error="Interrupted", message=_CUT_OFF, short=_CUT_OFF)
            self._write(self.outcomes.add, row if cut else Row(app=app, status="left"))
        self._write(self.outcomes.close)

    async def _collect(self, campaign: Campaign[Target, Any], waiting: dict[UUID, Target]) -> None:
        async for outcome in campaign:
            del waiting[outcome.item.id]
            self._write(self._add, Row.of(outcome))

    def _add(self, row: Row) -> None:
        self.outcomes.add(row if self.task.reported is None else self.task.reported(row))

    def _write(self, write: Callable[..., None], *rows: Row) -> None:
        """Report an outcome; if that fails (a full disk, a closed pipe), no further app is started."""
        try:
            write(*rows)
        except OSError as error:
            self.unwritten, self.items.stopped = self.unwritten or error, True

    def _counts(self) -> str:
        counts = self.outcomes.counts
        words = [f"{counts[status]:,} {status}" for status in ("done", "failed", "unknown", "left")]
        if counts["planned"]:
            words.append(f"{counts['planned']:,} planned")
        return ", ".join(words)

    def _advise(self) -> None:
        """Print what to do about apps that are not done."""
        counts = self.outcomes.counts
        if counts["unknown"]:
            echo("Unknown: it may have been executed. Check these apps: --resume does not repeat it.")
        to_do = counts["left"] + (counts["failed"] if self.task.reported is None else 0)
        if not to_do or self.job.dry_run:
            return
        if self.job.journal is not None:
            echo("To continue, run the same command with --resume.")
        elif self.task.idempotent:
            echo("To continue, run the same command again. With --journal FILE, --resume would leave out what is done.")
        else:
            echo("To continue, choose the apps that are not done. With --journal FILE, --resume would do that.")


async def _open(campaign: Campaign[Target, Any]) -> None:
    """Open the journal. One that cannot be opened is an option that cannot be used: nothing was changed."""
    try:
        await campaign.open()
    except OSError as error:
        raise InvalidRequest(f"Nothing was changed: the journal cannot be opened: {reason(error)}.") from None


def carry_out(task: Task, job: Job) -> NoReturn:
    """Run a task on many apps, and exit with its status."""
    run(_Run(task, job).work())
