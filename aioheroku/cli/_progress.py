"""The progress of a command: a live line on a terminal, a plain line once a minute elsewhere."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Final, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from aioheroku._clock import Clock, LoopClock
from aioheroku.audit import Audit
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._pace import Pace
from aioheroku.cli._streams import echo, write
from aioheroku.cli._summary import Summary

_LIVE: Final = 0.25
_LOOK: Final = 1.0
_PLAIN: Final = 60.0


class LiveLine(ABC):
    """Context manager that shows apps done, tokens left and time to go while something runs.

    Args:
        apps: the number of apps.
        completed: returns the number of apps that are done.
        paces: what each of the accounts leaves for us.
        stream: where it is shown, usually standard error.
        live: whether to show a line that changes, if the stream is a terminal.
        clock: the clock, for tests.
    """

    def __init__(
        self,
        apps: int,
        completed: Callable[[], int],
        paces: Collection[Pace],
        stream: TextIO,
        *,
        live: bool,
        clock: Clock | None = None,
    ) -> None:
        self._apps, self._completed, self._paces = apps, completed, paces
        self._stream = stream
        self._clock = clock or LoopClock()
        self._live = live and stream.isatty()
        self._bar = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            console=Console(file=stream, highlight=False),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,  # else rich would capture a report on standard output
            redirect_stderr=False,
            disable=not self._live,
        )
        self._row = self._bar.add_task("", total=max(1, apps))
        self._began = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._began = self._clock.now()
        if self._live:
            self._bar.start()
        self._task = asyncio.create_task(self._show())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._live:
            self._bar.stop()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @abstractmethod
    def to_go(self) -> str:
        """The time that the rest takes, as text."""

    def line(self) -> str:
        """The present state as text."""
        left = sum(pace.pool.snapshot().remaining for pace in self._paces)
        return f"{self._completed():,} of {count(self._apps, 'app')}, {count(left, 'token')} left, {self.to_go()} to go"

    def notify(self, text: str) -> None:
        """Print a message above the line."""
        if self._live:
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            echo(text)

    async def _show(self) -> None:
        shown = self._began
        while True:
            await self._clock.sleep(_LIVE if self._live else _LOOK)
            for pace in self._paces:
                pace.look(self._clock.now())
            if self._live:
                self._bar.update(self._row, completed=self._completed(), description=self.line(), refresh=True)
            elif self._clock.now() - shown >= _PLAIN:
                shown += _PLAIN
                write(self._stream, self.line())


class ProgressLine(LiveLine):
    """The progress of audits.

    Args:
        audits: the audits that are running, with the number of apps of each.
        summary: the running totals.
        stream: where it is shown, usually standard error.
        live: whether to show a line that changes, if the stream is a terminal.
        clock: the clock, for tests.
    """

    def __init__(
        self, audits: Mapping[Audit, int], summary: Summary, stream: TextIO, *, live: bool, clock: Clock | None = None
    ) -> None:
        self._audits = {audit: Pace(audit.heroku.pool) for audit in audits}
        apps, paces = sum(audits.values()), self._audits.values()
        super().__init__(apps, lambda: summary.apps, paces, stream, live=live, clock=clock)
        self._prices = {audit: audit.price(apps).calls for audit, apps in audits.items()}
        self._taken = {audit: audit.progress.tokens for audit in audits}

    def to_go(self) -> str:
        """The time until the last audit has ended."""
        return duration(max(map(self._seconds_to_go, self._audits), default=0.0))

    def _seconds_to_go(self, audit: Audit) -> float:
        made = audit.progress.tokens - self._taken[audit]
        to_make = max(0, self._prices[audit] - made)
        pace = self._audits[audit]
        seconds = (self._clock.now() - self._began) / made if made and not pace.waits else 0.0
        return max(pace.wait(to_make), to_make * seconds)
