"""What a session does besides calls: streams, and waits for what a call has started."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from aioheroku import resources
from aioheroku._api.endpoint import Ref
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import InvalidRequest

if TYPE_CHECKING:
    from aioheroku._client.context import Core, View
    from aioheroku._streams.live import Streams
    from aioheroku._streams.logs import Logs
    from aioheroku._streams.output import Output
    from aioheroku._streams.wait import Wait

TIMES = StreamTimes()


def check_times(times: object) -> None:
    """Refuse anything but `StreamTimes`."""
    if not isinstance(times, StreamTimes):
        raise InvalidRequest(f"expected StreamTimes(), got {type(times).__name__}.", "times")


class StreamOperations:
    """The part of `Heroku` that is about streams. Each operation's driver is imported when it is first used."""

    _core: Core
    _view: View

    @property
    def _streams(self) -> Streams:
        """What all streams share."""
        from aioheroku._streams.live import Streams  # noqa: PLC0415 - for those who use it

        core = self._core
        return Streams(core.streams.open, core.streams.dial, core.emit, self._view.options.label, core.live)

    def logs(
        self,
        app: Ref,
        /,
        *,
        tail: bool = False,
        lines: int = 100,
        source: str | None = None,
        dyno: str | None = None,
        process: str | None = None,
        since: datetime | None = None,
        times: StreamTimes = TIMES,
    ) -> Logs:
        """The app's log, line by line: `async for line in heroku.logs("example", tail=True): ...`.

        With `tail` it is followed for days: log sessions, which fall silent after a quarter of an hour, are renewed in
        time, and each line is delivered once. A renewal costs a token: 4.3 per app and hour. An app of the Fir
        generation has no history; without `tail` its log goes on for a quarter of an hour.

        See <https://devcenter.heroku.com/articles/logging>.

        Args:
            app: Id or name of the app.
            tail: Whether to follow the log after the existing lines.
            lines: Number of newest matching lines to begin with, from 0 to 1500: the platform keeps no more.
            source: Only lines of this source, such as `app` or `heroku`.
            dyno: Only lines of this dyno or process type, such as `web.1` or `web`.
            process: Only lines of this process type, such as `web` or `router`; filtered by this library.
            since: Only lines written at this time or later; a datetime with a time zone.
            times: Its timeouts, in seconds.

        Raises:
            InvalidRequest: an argument is not usable.
            StreamRefused: the log may not be read from here. This and the following are raised while it is iterated.
            StreamLost: it broke too often in a row.
            APIError, ConnectionFailed: a log session could not be created.
        """
        from aioheroku._streams.line_filter import LineFilter  # noqa: PLC0415
        from aioheroku._streams.logs import Logs  # noqa: PLC0415 - for those who use it

        check_times(times)
        wanted = LineFilter(tail, lines, source, dyno, process, since)
        given = {name: value for name, value in (("source", source), ("dyno", dyno)) if value is not None}
        sessions = resources.LogSessions(self._view)

        async def create(lines: int, tail: bool) -> resources.LogSession:
            return await sessions.create(app, lines=lines, tail=tail, **given)

        return Logs(self._streams, create, wanted, times)

    def build_output(self, app: Ref, build: Ref, /, *, times: StreamTimes = TIMES) -> Output:
        """The output of a build, line by line while it is written; `pieces()` and `read()` give its bytes.

        It ends when the platform says that the build has ended, without an error even if the build failed:
        `heroku.wait.build` raises one. A broken stream is resumed where it broke off. It costs two tokens, and one
        more each time that the stream ends before the build does.

        Args:
            app: Id or name of the app.
            build: Id of the build.
            times: Its timeouts, in seconds.

        Raises:
            StreamRefused: there is no output after 30 tries, a second apart. Like the rest, raised while it is read.
            StreamLost: it broke too often in a row.
            OutputChanged: the output differs from what was read before it broke.
            APIError, ConnectionFailed: the build could not be read.
        """
        from aioheroku._streams.output import Output  # noqa: PLC0415 - for those who use it

        check_times(times)
        builds = resources.Builds(self._polling)
        return Output(self._streams, "/apps/{app}/builds/{build}", lambda: builds.info(app, build), times)

    def release_output(self, app: Ref, release: Ref, /, *, times: StreamTimes = TIMES) -> Output:
        """The output of a release's command, read like that of `build_output`; empty if there is no command.

        Args:
            app: Id or name of the app.
            release: Id or version of the release.
            times: Its timeouts, in seconds.

        Raises:
            StreamRefused, StreamLost, OutputChanged, APIError, ConnectionFailed: as `build_output`.
        """
        from aioheroku._streams.output import Output  # noqa: PLC0415 - for those who use it

        check_times(times)
        releases = resources.Releases(self._polling)
        return Output(self._streams, "/apps/{app}/releases/{release}", lambda: releases.info(app, release), times)

    @property
    def wait(self) -> Wait:
        """Waits until a condition holds: `await heroku.wait.build("example", build.id)`."""
        from aioheroku._streams.wait import Wait  # noqa: PLC0415 - for those who use it

        return Wait(self._polling, self._streams)

    @property
    def _polling(self) -> View:
        """The view for polling: its calls go last when tokens are scarce."""
        return self._view.prioritized("batch")
