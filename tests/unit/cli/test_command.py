"""The command around the audit: its other parts, and how it starts and fails."""

import asyncio
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from io import FileIO

import pytest
from click.testing import Result

from aioheroku import Heroku, Pool
from aioheroku.audit import PARTS, Audit
from aioheroku.cli import _report
from aioheroku.cli._commands import cli, load
from aioheroku.cli._formatting import count, duration
from aioheroku.cli._progress import ProgressLine
from aioheroku.cli._session import Where, opened
from aioheroku.cli._simulate import capacity_for
from aioheroku.cli._summary import Summary
from aioheroku.errors import printable
from aioheroku.testing import Platform
from tests._support.commands import Background, command
from tests._support.fakes import Clock
from tests._support.thorough import some

Run = Callable[..., Result]


def start(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603


def test_a_simulated_audit_needs_no_account() -> None:
    """`python -m aioheroku audit --simulate 30` makes its calls without one 429, and says how large the pool is."""
    done = command(None, "audit", "--simulate", 30, "--format", "jsonl")
    told = done.stderr.decode()
    assert done.returncode == 0
    assert len([json.loads(line) for line in done.stdout.splitlines()]) == 30
    assert "Simulating 30 apps with a pool of 4,500 tokens." in told
    assert re.search(r"\b2\d\d calls, none refused \(429\)", told)


@pytest.mark.parametrize(
    "words",
    some(
        [
            ["--help"],
            ["logs", "--help"],
            ["simulate", "--help"],
            ["simulate"],
            ["audit", "--simulate", 2],
            ["audit", "--simulate", 2, "--format", "jsonl"],
            ["config", "set", "KEY=value", "--simulate", 2, "--all", "--yes"],
            ["deploy", "--simulate", "example", "https://example.com/source.tar.gz"],
            ["logs", "--simulate", "example", "--tail"],
            ["run", "--simulate", "example", "--", "yes"],
            ["wait", "build", "--simulate", "example"],
        ],
        4,
    ),
    ids=lambda words: "-".join(map(str, words[:2])).replace("--", ""),
)
def test_nobody_reads_the_output(words: list[object]) -> None:
    """As with `| head`: every command ends with the status of SIGPIPE, and says nothing of it."""
    read, write = os.pipe()
    os.close(read)
    with FileIO(write, "w") as closed:
        done = command(None, *words, stdout=closed)
    assert done.returncode == 141
    assert not re.search(rb"(?i)broken pipe|traceback|exception", done.stderr)


@pytest.mark.parametrize("library", ["click", "rich"])
def test_a_missing_extra_is_named(library: str) -> None:
    """Without click or rich: status 2 and how to install them, no traceback."""
    code = f"import sys; sys.modules[{library!r}] = None; from aioheroku.cli import main; main()"
    done = start("-c", code, "limits")
    assert done.returncode == 2
    assert "pip install 'aioheroku[cli]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_imports_no_command() -> None:
    """`aioheroku --help` lists every command with the first line of its help, and imports none of them."""
    code = "import sys; from aioheroku.cli._commands import cli; cli(['--help'], standalone_mode=False)"
    done = start("-X", "importtime", "-c", code)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {name for name in imported if name.startswith("aioheroku.cli.")} == {
        f"aioheroku.cli.{name}" for name in ("_commands", "_status", "_streams")
    }
    assert not imported & {"rich", "aiohttp", "msgspec"}
    for name in cli.commands:
        assert f"  {name} " in done.stdout
        assert load(name).get_short_help_str(200) == cli.commands[name].get_short_help_str(200)


def test_simulate_serves_until_it_is_stopped() -> None:
    """The first line is JSON with the address and the token; Ctrl-C ends it with status 0."""
    with Background(None, "simulate", "--apps", 3) as simulation:
        process = simulation.process
        address = json.loads(simulation.line())

        async def count_apps() -> int:
            async with Heroku(address["token"], base_url=address["url"]) as heroku:
                return len(await heroku.apps.list().all())

        assert asyncio.run(count_apps()) == 3
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


def test_simulate_help_lists_platform_options() -> None:
    """The options are those of the simulated platform."""
    done = command(None, "simulate", "--help")
    assert done.returncode == 0
    assert b"--refill-per-hour" in done.stdout


def test_limits_prints_the_pool(run: Run, platform: Platform) -> None:
    """The tokens that the platform says are left, at the cost of none."""
    before = platform.remaining
    result = run("limits")
    assert result.exit_code == 0
    assert f"{before:,}" in result.stdout.splitlines()[0]
    assert platform.remaining == before
    assert platform.requests_total == 1


@pytest.mark.slow
def test_limits_of_a_simulated_account() -> None:
    """`--simulate` needs no account here either."""
    done = command(None, "limits", "--simulate", 2)
    assert done.returncode == 0
    assert done.stdout.startswith(b"tokens left    4,500")


def test_limits_watch_polls_with_pauses(run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """It continues until Ctrl-C, with seconds between two requests."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("aioheroku.cli._limits.pause", pause)
        result = run("limits", "--watch")
    assert result.exit_code == 130
    assert platform.requests_total == 3
    assert min(pauses) >= 5


def test_the_simulated_pool_is_large_enough() -> None:
    """However many apps are simulated, the pool holds more tokens than the audit takes."""
    assert all(capacity_for(calls) > calls for calls in (0, 10, 4500, 9000, 10**6))


@pytest.mark.slow
def test_each_simulation_is_large_enough() -> None:
    """The platform of every command that simulates one grows with the number of apps."""

    async def balance(apps: int) -> int:
        async with opened(Where(simulate=apps), "wait") as heroku:
            return (await heroku.rate_limits.info()).remaining

    assert asyncio.run(balance(3)) == 4500
    assert asyncio.run(balance(2300)) == 4600


def test_named_apps_have_settled() -> None:
    """An audit would wait for simulated apps that were made just now: by the platform's clock they are older."""

    async def age() -> float:
        async with opened(Where(simulate=0), "wait", names=["shop-web"]) as heroku:
            with heroku.capture() as responses:
                app = await heroku.apps.info("shop-web")
            return (parsedate_to_datetime(responses[0].headers["Date"]) - app.updated_at).total_seconds()

    assert asyncio.run(age()) >= 59


def test_every_part_has_a_cell() -> None:
    """Each part that can be read can be written as CSV."""
    assert _report._CELLS.keys() == PARTS.keys()


class Turns(Clock):
    """Time that passes when something sleeps, this many times, and then stands still."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns = turns

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if len(self.slept) > self.turns:
            await asyncio.Event().wait()
        await asyncio.sleep(0)


async def test_progress_without_terminal_logs_by_minute() -> None:
    """Where nothing can be redrawn, a line a minute shows apps done, tokens left and the time to go."""
    heroku = Heroku("token", pool=Pool(capacity=100, refill_per_hour=3600))
    summary, stream = Summary(), io.StringIO()
    async with ProgressLine({Audit(heroku): 100}, summary, stream, live=True, clock=Turns(150)):
        for _ in range(500):
            await asyncio.sleep(0)
    assert stream.getvalue().splitlines() == ["0 of 100 apps, 100 tokens left, 13 min to go"] * 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_progress_on_a_terminal_is_redrawn() -> None:
    """On a terminal one line is redrawn and gone at the end."""
    heroku = Heroku("token", pool=Pool(capacity=1000))
    stream = Terminal()
    async with ProgressLine({Audit(heroku): 100}, Summary(apps=50, calls=450), stream, live=True, clock=Turns(2)):
        for _ in range(5):
            await asyncio.sleep(0)
    assert "50 of 100 apps, 1,000 tokens left" in stream.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (150, "2 min"),
        (3600, "1 h"),
        (6240, "1 h 44 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_durations_are_short(seconds: float, words: str) -> None:
    """A duration is one or two units."""
    assert duration(seconds) == words


def test_numbers_agree_with_their_noun() -> None:
    """One app, two apps."""
    assert [count(number, "app") for number in (0, 1, 1000)] == ["0 apps", "1 app", "1,000 apps"]


def test_foreign_text_moves_no_cursor() -> None:
    """Control sequences are taken out of text that came from elsewhere."""
    assert printable("a\x1b[2Jb\nc") == "a\ufffd[2Jb\ufffdc"
