"""A command on a one-off dyno of one app: attached to this terminal or pipe, or followed by the log."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext, suppress
from typing import TYPE_CHECKING, Final

from aioheroku._client.session import Heroku
from aioheroku._streams.live import cancelled
from aioheroku.cli._pipes import Reader, Writer
from aioheroku.cli._run import NOT_RUN, UNKNOWN, Job
from aioheroku.cli._session import opened
from aioheroku.cli._status import DONE, INTERRUPTED
from aioheroku.cli._streams import abandon, echo, print_problem, reason
from aioheroku.cli._terminal import has_raw_mode, is_terminal, raw, size
from aioheroku.errors import (
    ConnectBlocked,
    ConnectionFailed,
    ExitUnknown,
    HerokuError,
    InvalidRequest,
    RunUnsupported,
    printable,
)

if TYPE_CHECKING:
    from aioheroku._streams.process import Process

_INTERRUPT: Final = b"\x03"
_TIMES: Final = 4
_WITHIN: Final = 1.0
"""Ctrl-C this often within these seconds stops the dyno, whatever its command does with it."""


class _EndUnknownError(Exception):
    """An error that occurred after the command had started."""

    def __init__(self, error: HerokuError) -> None:
        self.error = error


async def run_one(job: Job) -> int:
    """Run the command; returns the exit status."""
    (app,) = job.choice.apps
    async with opened(job.where, "run", names=[app]) as heroku, asyncio.timeout(job.timeout):
        return await (_detached(heroku, app, job) if job.detach else _attached(heroku, app, job))


async def ended(work: Callable[[Job], Awaitable[int]], job: Job) -> int:
    """The exit status of running a command; errors are reported, and have statuses of their own."""
    try:
        return await work(job)
    except TimeoutError:
        print_problem(f"it timed out after {job.timeout:g} s; its dyno was stopped.")
        return UNKNOWN
    except _EndUnknownError as unknown:
        print_problem(str(unknown.error))
        return UNKNOWN
    except (RunUnsupported, ConnectBlocked) as error:
        print_problem(f"{error.summary}. With --detach --tail no such connection is needed.")
        return NOT_RUN
    except (InvalidRequest, BrokenPipeError):
        raise
    except HerokuError as error:
        print_problem(str(error))
        return NOT_RUN
    except OSError as error:  # a full disk
        abandon()
        print_problem(f"{reason(error)}; the dyno was stopped.")
        return UNKNOWN


async def _attached(heroku: Heroku, app: str, job: Job) -> int:
    on_terminal = job.tty and job.input and has_raw_mode()
    columns, rows = size(sys.stdout)
    run = heroku.run(
        app, job.command, tty=on_terminal, columns=columns, rows=rows, exit_status=job.exit_status, **job.dyno
    )
    async with AsyncExitStack() as running:
        _note(f"Starting a dyno for {app}...")
        try:
            process = await running.enter_async_context(run)
        except BaseException:
            _note("", "\n")
            raise
        return await _talk(process, wanted=job.input, on_terminal=on_terminal)


async def _talk(process: "Process", *, wanted: bool, on_terminal: bool) -> int:
    """Pass on output and input until the command has ended; returns its exit status."""
    writer, keys = Writer(sys.stdout), Keys(process, on_terminal=on_terminal)
    with raw(sys.stdin.fileno()) if on_terminal else nullcontext():
        _note(f" {process.dyno.name}", "\r\n" if on_terminal else "\n")
        feeding = asyncio.create_task(keys.feed(wanted))
        try:
            async for piece in process.stdout:
                await writer.write(piece)
            status = await process.wait()
        except HerokuError as error:
            if keys.interrupted and isinstance(error, ExitUnknown):
                return INTERRUPTED
            raise _EndUnknownError(error) from None
        finally:
            await cancelled(feeding)
    return status or DONE


class Keys:
    """Sends what is typed, or piped, to the command."""

    def __init__(self, process: "Process", *, on_terminal: bool) -> None:
        self._process, self._on_terminal = process, on_terminal
        self.interrupted = False
        """Whether Ctrl-C was typed last."""
        self._interrupts: list[float] = []

    async def feed(self, wanted: bool) -> None:
        """Send standard input to its end; the command may end earlier."""
        with suppress(ConnectionFailed):
            if wanted and (descriptor := _descriptor()) is not None:
                async for data in Reader(descriptor):
                    await self._process.write(data)
                    if self._on_terminal and self._gives_up(data):
                        await self._process.stop()
                        return
            await self._process.write_eof()

    def _gives_up(self, data: bytes) -> bool:
        now = asyncio.get_running_loop().time()
        self.interrupted = data.endswith(_INTERRUPT)
        self._interrupts = [at for at in self._interrupts if now - at < _WITHIN]
        self._interrupts += [now] * data.count(_INTERRUPT)
        return len(self._interrupts) >= _TIMES


def _note(text: str, end: str = "") -> None:
    """Write a part of the line that a person sees on standard error while the dyno starts."""
    if is_terminal(sys.stderr):
        echo(printable(text), end)


def _descriptor() -> int | None:
    """Standard input, if there is one."""
    try:
        return None if sys.stdin is None else sys.stdin.fileno()
    except (OSError, ValueError):
        return None


async def _detached(heroku: Heroku, app: str, job: Job) -> int:
    """Start it; with `--tail` show the lines of its log."""
    command = heroku.run_detached(app, job.command, **job.dyno)
    writer = Writer(sys.stdout)
    dyno = await command
    if not job.tail:
        await writer.write(f"{dyno.name}\n".encode())
        return DONE
    echo(f"Following {dyno.name}; it keeps running if you leave.")
    try:
        async for line in command:
            if line.source == "app":
                await writer.write(f"{line.text}\n".encode(errors="replace"))
        return await command.wait()
    except HerokuError as error:
        raise _EndUnknownError(error) from None
