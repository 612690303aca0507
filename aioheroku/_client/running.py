"""What a session does with one-off dynos: run a command and get its exit status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aioheroku import _options, resources
from aioheroku._api.endpoint import Ref
from aioheroku._client.streams import TIMES, StreamOperations, check_times
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import InvalidRequest

if TYPE_CHECKING:
    from datetime import datetime

    from aioheroku._streams.detached import Detached
    from aioheroku._streams.logs import Logs
    from aioheroku._streams.run import Run

_HISTORY = 1500


class Running(StreamOperations):
    """The part of `Heroku` that is about one-off dynos."""

    def run(
        self,
        app: Ref,
        command: str,
        /,
        *,
        env: Mapping[str, str] | None = None,
        size: str | None = None,
        type: str | None = None,
        tty: bool = False,
        columns: int = 80,
        rows: int = 24,
        time_to_live: int | None = None,
        launcher: bool | None = None,
        exit_status: bool = True,
        times: StreamTimes = TIMES,
    ) -> Run:
        """Run a command on a one-off dyno, attached: `async with heroku.run("example", "date") as process: ...`.

        Leaving it stops the dyno, unless the command has ended. It costs two tokens, one of which reads the app's stack
        (not if `launcher` is given), and one more if the dyno has to be stopped.

        See <https://devcenter.heroku.com/articles/one-off-dynos>.

        Args:
            app: Id or name of the app.
            command: The command, for a shell.
            env: Environment variables of the dyno, in addition to the app's config vars.
            size: Dyno size, such as `standard-1X`.
            type: Process type of the dyno; `run` by default.
            tty: Whether it gets a terminal: lines end with CR and LF, and input is echoed.
            columns: Width of the terminal.
            rows: Height of the terminal.
            time_to_live: Seconds after which the platform stops the dyno.
            launcher: Whether `launcher` starts the command, as images of Cloud Native Buildpacks need; by default the
                app's stack decides.
            exit_status: Whether the shell prints the exit status at the end, which is removed from the output.
            times: Its timeouts, in seconds.

        Raises:
            InvalidRequest: an argument is not usable.
            ConnectBlocked: no connection to the dyno. This and the following are raised when it is entered.
            StartTimeout: the dyno did not start in time; it was stopped.
            RunUnsupported: dynos of this app are attached by SSH; it was stopped.
            StreamLost, StreamRefused: the connection ended before the dyno started, or does not lead to a dyno.
            APIError, ConnectionFailed: the dyno could not be created, or the certificate is not trusted.
        """
        from aioheroku._streams.run import Command, Run  # noqa: PLC0415 - for those who use it

        check_times(times)
        _options.flag(tty, "tty")
        _options.flag(exit_status, "exit_status")
        _options.whole(columns, "columns", most=10_000)
        _options.whole(rows, "rows", most=10_000)
        made = Command(command, env, size, type, time_to_live, launcher)
        terminal = (columns, rows) if tty else None
        # A dyno costs money while it runs: what makes and stops it goes before other calls.
        urgent = self._view.prioritized("interactive")
        return Run(self._streams, urgent, app, made, times, terminal, exit_status)

    async def check_output(
        self,
        app: Ref,
        command: str,
        /,
        *,
        input: bytes | str | None = None,
        timeout: float | None = None,
        encoding: str = "utf-8",
        env: Mapping[str, str] | None = None,
        size: str | None = None,
        type: str | None = None,
        tty: bool = False,
        columns: int = 80,
        rows: int = 24,
        time_to_live: int | None = None,
        launcher: bool | None = None,
        times: StreamTimes = TIMES,
    ) -> str:
        """Run a command on a one-off dyno; returns all its output if it exits with 0.

        Args:
            app: Id or name of the app.
            command: The command, for a shell.
            input: What it reads from its standard input, which then ends as after `Process.write_eof`.
            timeout: Seconds for all of it; then the dyno is stopped.
            encoding: Encoding of its output and of `input`; invalid bytes are replaced.
            env: As in `run`, like all that follow.
            size: As in `run`.
            type: As in `run`.
            tty: As in `run`.
            columns: As in `run`.
            rows: As in `run`.
            time_to_live: As in `run`.
            launcher: As in `run`.
            times: As in `run`.

        Raises:
            ProcessFailed: it exits with another status; with its output.
            ExitUnknown: its status is unknown; with its output.
            TimeoutError: it took too long.
            ConnectBlocked, StartTimeout, RunUnsupported, StreamLost, StreamRefused: as `run`.
            APIError, ConnectionFailed: as `run`.
        """
        from aioheroku._streams.run import output_of  # noqa: PLC0415 - for those who use it

        _options.seconds(timeout, "timeout")
        try:
            "".encode(encoding)
        except (LookupError, TypeError):
            raise InvalidRequest("expected the name of an encoding, such as 'utf-8'.", "encoding") from None
        if input is not None and not isinstance(input, str | bytes):
            raise InvalidRequest("expected bytes or a string.", "input")
        data = input.encode(encoding) if isinstance(input, str) else input
        run = self.run(
            app,
            command,
            env=env,
            size=size,
            type=type,
            tty=tty,
            columns=columns,
            rows=rows,
            time_to_live=time_to_live,
            launcher=launcher,
            times=times,
        )
        return await output_of(run, data, timeout, lambda output: output.decode(encoding, "replace"))

    def run_detached(
        self,
        app: Ref,
        command: str,
        /,
        *,
        env: Mapping[str, str] | None = None,
        size: str | None = None,
        type: str | None = None,
        time_to_live: int | None = None,
        launcher: bool | None = None,
        times: StreamTimes = TIMES,
    ) -> Detached:
        """Run a command on a one-off dyno without a connection to it: its output goes to the app's log.

        Await it for its `Dyno`, iterate it for the lines of its log, or await its `wait()` for the exit status. Leaving
        it does not stop the dyno. Following it costs the tokens of `logs`, and at most one a minute to see whether it
        is gone.

        Args:
            app: Id or name of the app.
            command: The command, for a shell.
            env: As in `run`, like all that follow.
            size: As in `run`.
            type: As in `run`.
            time_to_live: As in `run`.
            launcher: As in `run`.
            times: Timeouts of its log, in seconds.

        Raises:
            InvalidRequest: an argument is not usable.
        """
        from aioheroku._streams.detached import Detached  # noqa: PLC0415 - for those who use it
        from aioheroku._streams.run import Command  # noqa: PLC0415 - for those who use it

        check_times(times)
        made = Command(command, env, size, type, time_to_live, launcher)

        def logs(dyno: resources.Dyno, since: datetime) -> Logs:
            return self.logs(app, tail=True, lines=_HISTORY, dyno=dyno.name, since=since, times=times)

        return Detached(
            self._streams,
            lambda: made.create(self._view, app),
            logs,
            lambda dyno: resources.Dynos(self._polling).info(app, dyno.id),
        )
