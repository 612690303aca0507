"""`aioheroku logs`: what is written, merged, in pipes and on terminals."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from aioheroku._streams.lines import LogLine
from aioheroku.cli._logs import Notices
from aioheroku.cli._merge import Merge
from aioheroku.cli._terminal import shown
from aioheroku.errors import StreamLost
from aioheroku.events import LogGap, SessionOpened
from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut
from tests._support.commands import Background, Terminal, command

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def stamp(second: float) -> str:
    return (MOMENT + timedelta(seconds=second)).isoformat(timespec="microseconds")


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform with two apps, whose logs have lines of even and odd seconds."""
    platform = heroku_platform_factory(apps=2, seed=1)
    for number, app in enumerate(apps(platform)):
        for second in range(number, 10, 2):
            platform.logs(app).raw(f"{stamp(second)} app[web.1]: {second}".encode())
    return platform


def apps(platform: Platform) -> list[str]:
    return sorted(app.row["name"] for app in platform.state.apps.values())


def test_one_app_needs_no_prefix(platform: Platform) -> None:
    """In a pipe the lines are those of the log, byte for byte, without colours, and nothing else is printed."""
    first, _ = apps(platform)
    platform.logs(first).raw(b"2026-01-01T00:01:00.000000+00:00 app[web.1]: \x1b[31mred\x1b[0m \xff\xfe \xe2\x82\xac")
    done = command(platform, "logs", first, "-n", 2)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.splitlines(keepends=True) == [
        f"{stamp(8)} app[web.1]: 8\n".encode(),
        b"2026-01-01T00:01:00.000000+00:00 app[web.1]: \x1b[31mred\x1b[0m \xff\xfe \xe2\x82\xac\n",
    ]


def test_many_apps_are_merged_by_time(platform: Platform) -> None:
    """Each line has the name of its app before it."""
    first, second = apps(platform)
    done = command(platform, "logs", first, second)
    assert done.returncode == 0
    lines = [line.split(" | ", 1) for line in done.stdout.decode().splitlines()]
    assert [line[1] for line in lines] == [f"{stamp(number)} app[web.1]: {number}" for number in range(10)]
    assert [line[0].strip() for line in lines] == [first, second] * 5


def test_json_lines(platform: Platform) -> None:
    """The meaning of the platform's lines is in the object; what a line does not have is left out."""
    first, second = apps(platform)
    platform.logs(first).error("H12")
    done = command(platform, "logs", "--app", first, "--json", "-n", 2)
    plain, error = [json.loads(line) for line in done.stdout.splitlines()]
    assert plain == {"app": first, "at": stamp(8), "source": "app", "process": "web.1", "text": "8"}
    assert (error["code"], error["level"], error["router"]["status"]) == ("H12", "critical", 503)
    both = command(platform, "logs", "--match", "*", "--json")
    assert {json.loads(line)["app"] for line in both.stdout.splitlines()} == {first, second}


def test_filters(platform: Platform) -> None:
    """Source, dyno, process, and a time."""
    first, _ = apps(platform)
    platform.logs(first).write("mine", process="worker.1")
    platform.logs(first).request("/")
    for words in (["--dyno", "worker.1"], ["--process", "worker"], ["--since", "1h", "--source", "app"]):
        done = command(platform, "logs", first, *words)
        assert [line.rpartition(b": ")[2] for line in done.stdout.splitlines()] == [b"mine"], words
    assert len(command(platform, "logs", first, "--source", "heroku").stdout.splitlines()) == 1


def test_a_tail_continues_until_ctrl_c(platform: Platform) -> None:
    """New lines come as they are written, of all apps; Ctrl-C ends it with 130 and without a message."""
    first, second = apps(platform)
    with Background(platform, "logs", first, second, "--tail", "-n", 1) as logs:
        assert logs.line().endswith(b": 8\n")
        assert logs.line().endswith(b": 9\n")
        for number, app in enumerate((first, second, first)):
            platform.logs(app).write(f"new {number}")
            assert logs.line().endswith(f": new {number}\n".encode())
        logs.process.send_signal(signal.SIGINT)
        assert logs.end() == (130, b"")


@pytest.mark.parametrize("tail", [[], ["--tail"]])
def test_a_closed_pipe_ends_it_quietly(tail: list[str], platform: Platform) -> None:
    """As with `| head -1`: also where no further line comes, which would show that nobody reads."""
    first, _ = apps(platform)
    with Background(platform, "logs", first, *tail, "-n", 1500) as logs:
        logs.line()
        assert logs.process.stdout is not None
        logs.process.stdout.close()
        logs.process.wait(timeout=30)
        assert logs.process.stderr is not None
        assert logs.process.stderr.read() == b""
        # Where all was written before the pipe was closed, nothing has gone wrong.
        assert logs.process.returncode == 141 or (logs.process.returncode, tail) == (0, [])


def test_drops_are_reported(platform: Platform) -> None:
    """On standard error: that the platform has dropped lines; its own line about it stays in the log."""
    first, _ = apps(platform)
    platform.logs(first).error("L11")
    done = command(platform, "logs", first, "-n", 1)
    assert b"L11" in done.stdout
    assert f"aioheroku: {first}: the platform has dropped lines: Error L11".encode() in done.stderr


def test_a_broken_log_continues(platform: Platform) -> None:
    """A cut is reported once, and that the log continues; no line is lost or doubled."""
    first, _ = apps(platform)
    platform.fault(Cut(at=150, how="broken"))
    with Background(platform, "logs", first, "--tail") as logs:
        seen = [logs.line().rpartition(b": ")[2] for _ in range(5)]
        assert seen == [b"0\n", b"2\n", b"4\n", b"6\n", b"8\n"]
        logs.until(b"the log continues")
        logs.process.send_signal(signal.SIGINT)
        _, errors = logs.end()
    assert errors.count(b"was cut off") == 1


def test_one_missing_app_leaves_the_others(platform: Platform) -> None:
    """It is named, and the exit status is 1; for a single app it is an error."""
    first, _ = apps(platform)
    done = command(platform, "logs", first, "there-is-none")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 5
    assert done.stderr.startswith(b"aioheroku: there-is-none: ")
    alone = command(platform, "logs", "there-is-none")
    assert (alone.returncode, alone.stdout) == (1, b"")


def test_no_app_is_wrong_use(platform: Platform) -> None:
    """Status 2, and nothing is sent."""
    done = command(platform, "logs")
    assert done.returncode == 2
    assert b"--apps-from" in done.stderr
    assert platform.requests_total == 0


def test_a_terminal_gets_colours(platform: Platform) -> None:
    """One for each app; NO_COLOR means none. What a log writes cannot move the cursor."""
    first, second = apps(platform)
    platform.logs(first).write("\x1b[2Jgone \x1b[32mgreen")
    with Terminal(platform, "logs", first, second, "-n", 1) as terminal:
        assert terminal.end() == 0
    assert b"\x1b[36m" + first.encode() in terminal.seen
    assert b"\x1b[2J" not in terminal.seen
    assert b"\x1b[32mgreen\x1b[0m" in terminal.seen
    with Terminal(platform, "logs", second, "-n", 1, env={"NO_COLOR": "1"}) as terminal:
        assert terminal.end() == 0
    assert b"\x1b" not in terminal.seen


def test_ctrl_c_on_a_terminal(platform: Platform) -> None:
    """A tail ends, and leaves the terminal as it was."""
    first, _ = apps(platform)
    with Terminal(platform, "logs", first, "--tail") as terminal:
        terminal.until(b"8\r\n")
        terminal.press(b"\x03")
        assert terminal.end() == 130
        assert b"Traceback" not in terminal.seen
        assert terminal.is_as_before()


def test_a_simulated_app_has_a_log() -> None:
    """`--simulate` needs no account and no number, and the named app exists."""
    done = command(None, "logs", "--simulate", "my-app", "-n", 4)
    assert done.returncode == 0
    assert b"host=my-app.herokuapp.com" in done.stdout
    assert len(done.stdout.splitlines()) == 4


class Scripted:
    """A log in place of the real one: lines, pauses and an error, by script."""

    def __init__(self, *script: Any) -> None:
        self.script = script

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def __aiter__(self) -> AsyncIterator[LogLine]:
        for step in self.script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, BaseException):
                raise step
            else:
                yield LogLine(MOMENT + timedelta(seconds=step), "app", "web.1", str(step), b"")


async def texts(logs: dict[str, Any], *, tail: bool = False) -> list[str]:
    async with Merge(logs, tail=tail) as merge:
        return [line.text async for batch in merge.batches() for _, line in batch]


async def test_a_slow_log_is_waited_for() -> None:
    """A dump is in the order of time, however late one of its logs comes."""
    gate = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, gate.set)
    assert await texts({"a": Scripted(1, 3, 5), "b": Scripted(gate, 2, 4)}) == ["1", "2", "3", "4", "5"]


async def test_a_log_keeps_its_own_order() -> None:
    """Lines whose clocks disagree stay as the platform gave them."""
    assert await texts({"a": Scripted(5, 3, 6), "b": Scripted(4, 7)}) == ["4", "5", "3", "6", "7"]


async def test_silence_holds_nobody_up() -> None:
    """Where logs are followed, a line of one comes although the other stays silent."""
    never = asyncio.Event()
    async with Merge({"a": Scripted(1, 2, never), "b": Scripted(never)}, tail=True) as merge:  # type: ignore[dict-item]
        merge.opened("b")
        batches = merge.batches()
        assert [line.text for _, line in await anext(batches)] == ["1", "2"]
        await batches.aclose()


async def test_more_lines_than_wait() -> None:
    """A log that is far ahead of the others waits: nothing is lost, and the order holds."""
    many = {"a": Scripted(*range(0, 5000, 2)), "b": Scripted(*range(1, 5000, 2))}
    assert await texts(many) == [str(number) for number in range(5000)]


async def test_a_lost_log_is_reported() -> None:
    """The others continue to their end."""
    async with Merge({"a": Scripted(1, StreamLost(1, 5)), "b": Scripted(2, 3)}, tail=False) as merge:  # type: ignore[dict-item]
        found = [line.text async for batch in merge.batches() for _, line in batch]
        assert found == ["1", "2", "3"]
        assert isinstance(merge.errors["a"], StreamLost)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain \tä", "plain \tä"),
        ("\x1b[1;31mred", "\x1b[1;31mred\x1b[0m"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("a\rb\x9b2J", "a\ufffdb\ufffd2J"),
    ],
)
def test_what_a_terminal_is_shown(text: str, safe: str) -> None:
    """Colours pass, whatever else could drive a terminal does not."""
    assert shown(text) == safe


async def test_gaps_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """With the name of the app, once for each; that a log was renewed is not reported."""
    notices = Notices()
    notices(SessionOpened("GET", "/apps/{app}/log-sessions", "my-app", 2))
    notices(LogGap("GET", "/apps/{app}/log-sessions", "my-app", 5))
    out, errors = capsys.readouterr()
    assert (out, errors) == ("", "aioheroku: my-app: lines are missing here: the log continued without them.\n")
