"""Run: creates a one-off dyno, attaches to it, and leaves none behind."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import define, field, frozen

from aioheroku import _options, resources
from aioheroku._api.arguments import Ref, hidden
from aioheroku._api.reading import present
from aioheroku._misuse import explains
from aioheroku._streams.live import Streams, cancelled
from aioheroku._streams.marker import ExitDecoder, wrapped
from aioheroku._streams.process import PATH, Process, name_of, write_input
from aioheroku._streams.rendezvous import Rendezvous, attach
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import Conflict, ExitUnknown, HerokuError, InvalidRequest, ProcessFailed
from aioheroku.events import DynoStarted

if TYPE_CHECKING:
    from aioheroku._api.reading import Caller

_CONFLICTS: Final = 2
"""Immediate retries of a creation: right after an app was created there may be a conflict with that."""
_GRACE: Final = 1.0
"""Seconds that a cancelled creation may still take, so that its dyno is known and can be stopped."""


@frozen
class Command:
    """A command, and the options of the dyno that runs it."""

    text: str
    env: Mapping[str, str] | None = field(default=None, repr=False, converter=hidden)
    size: str | None = None
    type: str | None = None
    time_to_live: int | None = None
    launcher: bool | None = None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.text, str) or not self.text.strip():
            raise InvalidRequest("expected a command, such as 'python manage.py migrate'.", "command")
        for name in ("size", "type"):
            _options.named(getattr(self, name), name)
        if self.env is not None and not _is_env(self.env):
            raise InvalidRequest("expected a mapping of names to strings.", "env")
        if self.time_to_live is not None:
            _options.whole(self.time_to_live, "time_to_live", most=86400)
        if self.launcher is not None and not isinstance(self.launcher, bool):
            raise InvalidRequest("expected True, False, or None to look at the app's stack.", "launcher")

    async def create(
        self, caller: "Caller", app: Ref, *, env: Mapping[str, str] | None = None, mark: bool = False, **more: Any
    ) -> resources.Dyno:
        """Create the dyno; with `mark` its shell prints the exit status."""
        text = await self._line(caller, app)
        options: dict[str, Any] = {name: getattr(self, name) for name in ("size", "type", "time_to_live")}
        options |= {"env": {**(env or {}), **(self.env or {})} or None, **more}
        given = {name: value for name, value in options.items() if value is not None}
        create = partial(resources.Dynos(caller).create, app, command=wrapped(text) if mark else text, **given)
        for _ in range(_CONFLICTS):
            with suppress(Conflict):
                return present(await create(), "Dyno")
        return present(await create(), "Dyno")

    async def _line(self, caller: "Caller", app: Ref) -> str:
        """The command line that the dyno runs: in images of buildpacks `launcher` sets its environment."""
        launcher = self.launcher
        if launcher is None:
            launcher = (await resources.Apps(caller).info(app)).stack.name == "cnb"
        return f"launcher {self.text}" if launcher else self.text


def _is_env(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    pairs = cast("Mapping[object, object]", value).items()
    return all(isinstance(name, str) and isinstance(text, str) for name, text in pairs)


@explains(
    dict.fromkeys(
        ("__aiter__", "__contains__", "__enter__", "__exit__", "__iter__"),
        "a command runs while it is entered: write `async with heroku.run(...) as process:`, and in it "
        "`async for line in process.lines()`.",
    )
)
@define(eq=False)
class Run:
    """A command on an attached one-off dyno: an async context manager of its `Process`.

    Nothing is sent before it is entered. Leaving it stops the dyno, unless its command has ended.
    """

    _streams: Streams = field(alias="streams")
    _caller: "Caller" = field(alias="caller", repr=False)
    _app: Ref = field(alias="app")
    _command: Command = field(alias="command")
    _times: StreamTimes = field(alias="times")
    _tty: tuple[int, int] | None = field(alias="tty")
    """Columns and rows of the terminal, if there is one."""
    _marks: bool = field(alias="marks")
    _process: Process | None = field(default=None, init=False)

    async def __aenter__(self) -> Process:
        if self._process is not None:
            raise InvalidRequest("a command is run once: call `heroku.run` again.", "run")
        loop = asyncio.get_running_loop()
        began = loop.time()
        dyno = await self._created()
        try:
            rendezvous = Rendezvous.parse(dyno.attach_url)
            pipe, first = await attach(self._streams.dial, rendezvous, self._times, name_of(dyno))
        except BaseException:
            await self._stop(dyno)
            raise
        self._streams.report(DynoStarted, PATH, dyno.name, loop.time() - began)
        decoder = ExitDecoder() if self._marks else None
        self._process = Process(
            self._streams, dyno, pipe, first, times=self._times, decoder=decoder, stop=lambda: self._stop(dyno)
        )
        return self._process

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            await self._process.shut()

    async def _created(self) -> resources.Dyno:
        """Create the dyno; if this is cancelled meanwhile, the dyno is stopped."""
        env: dict[str, str] | None = None
        if self._tty is not None:
            columns, rows = self._tty
            env = {"TERM": os.environ.get("TERM") or "xterm", "COLUMNS": str(columns), "LINES": str(rows)}
        making = asyncio.ensure_future(
            self._command.create(
                self._caller, self._app, env=env, mark=self._marks, attach=True, force_no_tty=self._tty is None or None
            )
        )
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            await asyncio.wait({making}, timeout=_GRACE)
            await cancelled(making)
            if not making.cancelled() and making.exception() is None:
                await self._stop(making.result())
            raise

    async def _stop(self, dyno: resources.Dyno) -> None:
        """Stop the dyno, if it still exists."""
        with suppress(HerokuError):
            await resources.Dynos(self._caller).stop(self._app, dyno.id)


async def output_of(run: Run, data: bytes | None, timeout: float | None, decode: Callable[[bytes], str]) -> str:
    """The output of a command that exits with 0.

    Raises:
        ProcessFailed: it exits with another status.
        ExitUnknown: its status is unknown.
        TimeoutError: it took too long; its dyno was stopped.
    """
    async with asyncio.timeout(timeout), run as process:
        feeding = None if data is None else asyncio.ensure_future(write_input(process, data))
        try:
            output = decode(await process.stdout.read())
            try:
                status = await process.wait()
            except ExitUnknown as error:
                raise ExitUnknown(output, error.dyno) from None
        finally:
            await cancelled(feeding)
        if status:
            raise ProcessFailed(status, output, name_of(process.dyno))
    return output
