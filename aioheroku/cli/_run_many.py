"""A command on a one-off dyno of each of many apps: a campaign, whose rows have output and exit status."""

import asyncio
import json
import sys
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from attrs import define, evolve, field

from aioheroku._client.session import Heroku
from aioheroku._streams.live import cancelled
from aioheroku._streams.process import fed
from aioheroku.cli import _fleet
from aioheroku.cli._campaign import carry_out
from aioheroku.cli._report_outcomes import Row
from aioheroku.cli._streams import echo
from aioheroku.cli._task import Target, Task
from aioheroku.cli._terminal import is_terminal, shown
from aioheroku.errors import HerokuError, printable

if TYPE_CHECKING:
    from aioheroku.cli._run import Job

_MOST: Final = 256 * 1024
"""Bytes of output that are kept of each app: the last ones."""


@define(eq=False)
class _Output:
    """The last bytes of an app's output."""

    _pieces: deque[bytes] = field(factory=deque[bytes])
    _size: int = 0
    cut: bool = False
    """Whether there was more."""

    def put(self, data: bytes) -> None:
        """Keep it, and let go of the oldest."""
        self._pieces.append(data)
        self._size += len(data)
        while self._size > _MOST:
            first = self._pieces.popleft()
            over = self._size - _MOST
            self._size -= min(over, len(first))
            self.cut = True
            if over < len(first):
                self._pieces.appendleft(first[over:])

    @property
    def text(self) -> str:
        """It as text; bytes that are not UTF-8 are replaced."""
        return b"".join(self._pieces).decode("utf-8", "replace")


@define(eq=False)
class _Outputs:
    """The outputs of the apps: they are reported, but a journal, which is kept, has the exit status alone."""

    as_lines: bool
    _of: dict[str, _Output] = field(factory=dict[str, _Output])

    def begin(self, app: Target) -> Callable[[bytes], None]:
        """What takes the output of an app."""
        self._of[str(app.id)] = found = _Output()
        return found.put

    def reported(self, row: Row) -> Row:
        """The row with output, and with the status that the exit status means."""
        output = self._of.pop(str(row.app.id), _Output())
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
    def _show(name: str, output: _Output) -> None:
        """Write it for a person, behind the name of the app."""
        for line in output.text.splitlines():
            sys.stdout.write(f"{printable(name)} | {shown(line)}\n")
        sys.stdout.flush()


def run_many(job: "Job", given: dict[str, Any], *, everything: bool) -> NoReturn:
    """Run the command in each app, and end the process with the exit status."""
    _fleet.checked_choice(job.choice, everything=everything)
    _fleet.checked_journal(given["journal"], resume=given["resume"])
    as_lines = given["format"] == "jsonl" if given["format"] else not is_terminal(sys.stdout)
    outputs = _Outputs(as_lines)

    async def run_command(heroku: Heroku, app: Target, *arguments: object) -> dict[str, Any]:
        del arguments  # the journal knows the campaign by them
        return await _run(heroku, app, job, outputs.begin(app))

    about = [job.size, job.type, job.time_to_live, job.launcher, job.exit_status, job.detach, job.tail]
    task = Task(
        label="run",
        does="Run the command on a one-off dyno of {apps}",
        call=run_command,
        arguments=(job.command, json.dumps(job.env, sort_keys=True), *about),
        idempotent=False,
        calls=2 if job.launcher is None else 1,
        reported=outputs.reported,
    )
    where = _fleet.Job(
        choice=job.choice,
        base_url=job.where.base_url,
        simulate=job.where.simulate,
        where=job.where,
        **given,
    )
    if job.where.simulate is not None:
        echo("Simulated apps: nothing real is run.")
    carry_out(task, where)


async def _run(heroku: Heroku, app: Target, job: "Job", put: Callable[[bytes], None]) -> dict[str, Any]:
    """Run it in one app; what came after it had begun is no error, but its status is unknown.

    Raises:
        HerokuError: it could not be begun.
    """
    options: dict[str, Any] = {
        "env": job.env or None,
        "size": job.size,
        "type": job.type,
        "time_to_live": job.time_to_live,
        "launcher": job.launcher,
    }
    problem = f"given up after {job.timeout:g} s" if job.timeout else ""
    limit = asyncio.timeout(job.timeout)
    name = ""
    try:
        if job.detach:
            command = heroku.run_detached(app, job.command, **options)
            name = (await command).name
            if not job.tail:
                return {"dyno": name}
            async with limit:
                async for line in command:
                    if line.source == "app":
                        put(f"{line.text}\n".encode(errors="replace"))
                return {"dyno": name, "exit_status": await command.wait()}
        async with limit, heroku.run(app, job.command, exit_status=job.exit_status, **options) as process:
            name = process.dyno.name
            ending = asyncio.create_task(fed(process, b""))
            try:
                async for piece in process.stdout:
                    put(piece)
                return {"dyno": name, "exit_status": await process.wait()}
            finally:
                await cancelled(ending)
    except HerokuError as error:
        if not name:
            raise
        problem = error.summary
    except TimeoutError:
        if not limit.expired():
            raise
    return {"dyno": name or None, "exit_status": None, "problem": problem}
