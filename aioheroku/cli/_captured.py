"""A command on a one-off dyno whose output is captured: for a JSON row, or printed with the name of its app."""

import asyncio
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from attrs import define, evolve, field

from aioheroku._client.session import Heroku
from aioheroku._streams.live import cancelled
from aioheroku._streams.process import Process, write_input
from aioheroku.cli._report_outcomes import Row
from aioheroku.cli._run import Job
from aioheroku.cli._streams import write
from aioheroku.cli._task import Target
from aioheroku.cli._terminal import shown
from aioheroku.errors import HerokuError, printable

MOST: Final = 256 * 1024
"""Maximum bytes of output kept per app: the last ones."""


@define(eq=False)
class Output:
    """The last bytes of an app's output."""

    _pieces: deque[bytes] = field(factory=deque[bytes])
    _size: int = 0
    cut: bool = False
    """Whether there was more."""

    def put(self, data: bytes) -> None:
        """Add output, and drop the oldest."""
        self._pieces.append(data)
        self._size += len(data)
        while self._size > MOST:
            first = self._pieces.popleft()
            over = self._size - MOST
            self._size -= min(over, len(first))
            self.cut = True
            if over < len(first):
                self._pieces.appendleft(first[over:])

    @property
    def text(self) -> str:
        """The output as text; bytes that are not UTF-8 are replaced."""
        return b"".join(self._pieces).decode("utf-8", "replace")


@define(eq=False)
class Outputs:
    """The outputs of the apps. They are reported, but not recorded: a journal has only the exit status."""

    as_lines: bool
    _of: dict[str, Output] = field(factory=dict[str, Output])

    def begin(self, app: Target) -> Callable[[bytes], None]:
        """The receiver of an app's output."""
        self._of[str(app.id)] = found = Output()
        return found.put

    def reported(self, row: Row) -> Row:
        """The row with its output, and with the status that follows from the exit status."""
        output = self._of.pop(str(row.app.id), Output())
        if not self.as_lines:
            self._show(row.app.name, output)
        if row.status != "done":
            return row
        result: dict[str, Any] = dict(row.result)
        problem, status = result.pop("problem", None), result.get("exit_status")
        if not row.resumed:
            result |= {"output": output.text} | ({"truncated": True} if output.cut else {})
        if problem is not None:
            return evolve(row, status="unknown", result=result, error="ExitUnknown", message=problem, short=problem)
        if status:
            text = f"exited with status {status}"
            return evolve(row, status="failed", result=result, error="ProcessFailed", message=text, short=text)
        return evolve(row, result=result)

    @staticmethod
    def _show(name: str, output: Output) -> None:
        """Write it as text, with the name of the app."""
        for line in output.text.splitlines():
            write(sys.stdout, f"{printable(name)} | {shown(line)}")


async def _no_input(process: Process) -> None:
    await write_input(process, b"")


async def run_captured(
    job: Job,
    heroku: Heroku,
    app: Target,
    put: Callable[[bytes], None],
    feed: Callable[[Process], Awaitable[None]] = _no_input,
) -> dict[str, Any]:
    """Run the command in an app; a failure after it has started is not raised: its status is unknown.

    Args:
        job: the options.
        heroku: the session.
        app: the app.
        put: receives the output.
        feed: passes input on to the command; by default there is none.

    Raises:
        HerokuError: it could not be started.
    """
    dyno: str | None = None
    limit = asyncio.timeout(job.timeout)
    try:
        if job.detach:
            command = heroku.run_detached(app, job.command, **job.dyno)
            dyno = (await command).name
            if not job.tail:
                return {"dyno": dyno}
            async with limit:
                async for line in command:
                    if line.source == "app":
                        put(f"{line.text}\n".encode(errors="replace"))
                return {"dyno": dyno, "exit_status": await command.wait()}
        async with limit, heroku.run(app, job.command, exit_status=job.exit_status, **job.dyno) as process:
            dyno = process.dyno.name
            feeding = asyncio.ensure_future(feed(process))
            try:
                async for piece in process.stdout:
                    put(piece)
                return {"dyno": dyno, "exit_status": await process.wait()}
            finally:
                await cancelled(feeding)
    except HerokuError as error:
        if dyno is None:
            raise
        problem = error.summary
    except TimeoutError:
        if not limit.expired():
            raise
        problem = f"timed out after {job.timeout:g} s"
    return {"dyno": dyno, "exit_status": None, "problem": problem}
