"""A task for many apps: what is done to each, how it is stopped, and its progress."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO
from uuid import UUID

from attrs import define, frozen

from aioheroku._clock import Clock
from aioheroku._ratelimit import Pool
from aioheroku.cli._formatting import duration
from aioheroku.cli._pace import Pace
from aioheroku.cli._progress import LiveLine

if TYPE_CHECKING:
    from aioheroku.cli._report_outcomes import Row

GRACE: Final = 5.0
"""Seconds that apps in progress have after Ctrl-C before they are cut off."""


@frozen
class Target:
    """An app that a command works on."""

    id: UUID
    name: str


@frozen(kw_only=True)
class Task:
    """What a command does to each app.

    Attributes:
        label: the command, such as `config set`.
        does: what it does, as in the confirmation, with `{apps}` for the number of apps.
        call: a coroutine function of the session, the app and the arguments; its name is that of the journal.
        arguments: the further arguments of the call; the journal keeps a digest of them.
        idempotent: whether doing it twice is the same as doing it once.
        look: a coroutine function like `call` that changes nothing: what `call` would return, or True, if the app is as
            it would be then, else `None`. It settles a change that was in progress when the command was killed.
        calls: the calls that it makes for each app.
        reported: converts the row of an app to the one that is reported, if they differ.
    """

    label: str
    does: str
    call: Callable[..., Awaitable[Any]]
    arguments: tuple[Any, ...] = ()
    idempotent: bool = True
    look: Callable[..., Awaitable[Any]] | None = None
    calls: int = 1
    reported: "Callable[[Row], Row] | None" = None


def braced(text: str) -> str:
    """Text to be used literally in `Task.does`."""
    return text.replace("{", "{{").replace("}", "}}")


@define(eq=False)
class Stoppable:
    """The apps, until it is stopped."""

    apps: Sequence[Target] = ()
    stopped: bool = False
    interrupted: bool = False

    def __iter__(self) -> Iterator[Target]:
        for app in self.apps:
            if self.stopped:
                return
            yield app

    def listen(self, notify: Callable[[str], None]) -> None:
        """Stop on SIGINT, SIGTERM and SIGHUP: apps in progress have some seconds; a second signal cuts them off."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        if task is None:  # pragma: no cover - a coroutine of asyncio.run has one
            return

        def stop() -> None:
            if self.interrupted:
                task.cancel()
                return
            self.interrupted = self.stopped = True
            notify("Stopping: no further app is started. Press Ctrl-C again to cut off those in progress.")
            loop.call_later(GRACE, task.cancel)

        with suppress(NotImplementedError, AttributeError):  # Windows: asyncio.run cancels the task
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, stop)


class TaskLine(LiveLine):
    """The progress of a task.

    Args:
        pool: the pool of the account.
        apps: the number of apps.
        earlier: the number that an earlier run has done: the journal has them, so they take no time.
        at_once: the number in progress at once.
        completed: returns the number of apps that are done.
        calls: the number of calls for each.
        live: whether to show a line that changes, if the stream is a terminal.
        stream: where it is shown, standard error by default.
        clock: the clock, for tests.
    """

    def __init__(
        self,
        pool: Pool,
        apps: int,
        earlier: int,
        at_once: int,
        completed: Callable[[], int],
        *,
        calls: int = 1,
        live: bool,
        stream: TextIO | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._tokens = Pace(pool)
        super().__init__(apps, completed, [self._tokens], stream or sys.stderr, live=live, clock=clock)
        self._earlier, self._at_once, self._calls = earlier, at_once, calls
        self._made, self._pace = 0, 0.0

    def to_go(self) -> str:
        """The time until all apps are done; before the first of them has ended, the least that it takes."""
        completed = self._completed()
        made = max(0, completed - self._earlier)
        to_do = self._apps - max(completed, self._earlier)
        seconds = self._clock.now() - self._began
        if made > self._made:  # between two completions the pace seems to drop
            self._made, self._pace = made, seconds / made
        pace = 0.0
        if to_do and not self._tokens.waits:
            # Those in progress are not done yet: so it is at least as slow as if they were done now.
            pace = max(self._pace, seconds / (made + min(self._at_once, to_do)))
        waits = self._tokens.wait(to_do * self._calls)
        least = "" if made or waits > to_do * pace else "at least "
        return least + duration(max(waits, to_do * pace))
