"""Detached one-off dynos, in virtual time, by scripted logs."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from aioheroku import Heroku, StreamTimes, errors
from aioheroku._streams.detached import Detached
from aioheroku._streams.line_filter import LineFilter
from aioheroku._streams.live import Streams
from aioheroku._streams.logs import Logs
from tests._support.secrets import raises
from tests._support.streams import Body, Opens
from tests._support.virtual_loop import run

BEGUN = b"2026-01-01T00:00:01+00:00 app[run.1]: hello\n"
EXITED = b"2026-01-01T00:00:02+00:00 heroku[run.1]: Process exited with status 3\n"
AFTER = b"2026-01-01T00:00:02+00:00 app[run.1]: last\n"


class Endless(Body):
    """A log that goes on without a line."""

    async def read(self) -> bytes:
        if not self.pieces:
            await asyncio.sleep(1)
            return b"\0"
        return await super().read()


def detached(*pieces: bytes, gone: bool = False) -> tuple[Detached, list[str]]:
    opens: Any = Opens([Endless(*pieces)])
    calls: list[str] = []
    dyno: Any = SimpleNamespace(name="run.1", id="1", state="up", created_at=datetime(2026, 1, 1, tzinfo=UTC))

    async def create() -> Any:
        calls.append("create")
        return dyno

    async def info(_: Any) -> Any:
        calls.append("info")
        return SimpleNamespace(state="down" if gone else "up")

    def logs(dyno: Any, since: Any) -> Logs:
        async def ask(lines: int, tail: bool) -> Any:
            return SimpleNamespace(logplex_url="https://h/s3cr3t", created_at=since)

        return Logs(
            Streams(opens, opens), ask, LineFilter(True, lines=1500, dyno=dyno.name, since=since), StreamTimes()
        )

    return Detached(Streams(opens, opens), create, logs, info), calls


def test_the_log_tells_the_status() -> None:
    """The dyno is made once; lines that come after the end of the process are given too."""

    async def followed() -> None:
        command, calls = detached(BEGUN, EXITED + AFTER)
        assert (await command).name == "run.1"
        assert [line.text async for line in command] == ["hello", "Process exited with status 3", "last"]
        assert (command.status, await command.wait()) == (3, 3)
        assert calls.count("create") == 1
        assert len(asyncio.all_tasks()) == 1

    run(followed())


def test_waiting_alone() -> None:
    """`wait` makes the dyno and reads the log by itself."""

    async def waited() -> int:
        return await detached(BEGUN, EXITED)[0].wait()

    assert run(waited()) == 3


def test_a_log_without_an_end() -> None:
    """A dyno that is gone while its log says nothing has an unknown status."""

    async def waited() -> None:
        with raises(errors.ExitUnknown):
            await detached(BEGUN, gone=True)[0].wait()
        assert len(asyncio.all_tasks()) == 1

    run(waited())


def test_leaving_leaves_no_task() -> None:
    """A loop that is left ends the log; the dyno goes on."""

    async def left() -> None:
        command, calls = detached(BEGUN)
        lines: Any = aiter(command)
        assert (await anext(lines)).text == "hello"
        await lines.aclose()
        assert len(asyncio.all_tasks()) == 1
        assert calls == ["create"]

    run(left())


async def test_bad_commands() -> None:
    """A clear error before anything is sent."""
    async with Heroku("token") as heroku:
        with raises(errors.InvalidRequest) as caught:
            heroku.run_detached("example", "")
    assert caught.value.field == "command"
