"""The commands that change many apps as processes: killed, interrupted, and seen on a terminal."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku.cli._status import DONE, FAILED, INTERRUPTED, WRONG
from aioheroku.testing import Platform, faults
from tests._support.terminal import Terminal
from tests.unit.cli.test_fleet import writes

SLOW = faults.Latency(0.05)


class Command:
    """Starts the command as a process, for the account of a platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.env = {**os.environ, "HEROKU_API_KEY": platform.token, "PYTHONUNBUFFERED": "1"}

    def line(self, *arguments: object) -> list[str]:
        base = ["--base-url", self.platform.url]
        return [sys.executable, "-m", "aioheroku", *map(str, arguments), *base]

    def start(self, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(self.line(*arguments), env=self.env, text=True, **{**given, **options})  # noqa: S603

    def run(self, *arguments: object, **options: Any) -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess([], process.returncode, out, err)

    def terminal(self, *arguments: object) -> Terminal:
        return Terminal(self.line(*arguments), self.env)


@pytest.fixture
def command(platform: Platform) -> Command:
    return Command(platform)


def until(so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + 30
    while not so():
        assert time.monotonic() < end
        time.sleep(0.002)


def after(number: int, platform: Platform) -> None:
    """Wait until the platform has received this many writes."""
    until(lambda: len(writes(platform)) >= number)


def statuses(text: str) -> Counter[str]:
    return Counter(json.loads(line)["status"] for line in text.splitlines())


@pytest.mark.parametrize("moment", [1, 9, 24])
def test_a_killed_restart_repeats_nothing(command: Command, platform: Platform, tmp_path: Path, moment: int) -> None:
    """`kill -9` at any moment: resumed, each app was restarted once, or is named as unknown; no app is left."""
    platform.fault(SLOW, times=None, method="DELETE")
    arguments = ["restart", "--all", "--yes", "--concurrency", 3, "--journal", tmp_path / "journal"]
    with command.start(*arguments) as process:
        after(moment, platform)
        process.kill()
    done = command.run(*arguments, "--resume")
    rows = statuses(done.stdout)
    assert rows["done"] + rows["unknown"] == 25
    assert rows["unknown"] <= 3
    assert done.returncode == (FAILED if rows["unknown"] else DONE)
    sent = Counter(writes(platform))
    assert set(sent.values()) == {1}
    assert len(sent) >= 25 - rows["unknown"]


@pytest.mark.parametrize("moment", [2, 15])
def test_a_killed_rotation_goes_on(command: Command, platform: Platform, tmp_path: Path, moment: int) -> None:
    """`kill -9` of `config set`: resumed, all is done; what the journal has as done was not sent again."""
    platform.fault(SLOW, times=None, method="PATCH")
    (tmp_path / "value").write_text("s3cr3t-of-a-file\n")
    arguments = ["config", "set", f"KEY=@{tmp_path / 'value'}", "--all", "--yes", "--concurrency", 3]
    journal = ["--journal", tmp_path / "journal"]
    with command.start(*arguments, *journal) as process:
        after(moment, platform)
        process.kill()
    kept = [json.loads(line) for line in (tmp_path / "journal").read_text().splitlines() if line.endswith("}")]
    before = {one["key"] for one in kept if "done" in one}
    sent = Counter(writes(platform))
    done = command.run(*arguments, *journal, "--resume")
    assert done.returncode == DONE, done.stderr
    assert statuses(done.stdout) == {"done": 25}
    again = {path.split("/")[2] for (_, path), times in (Counter(writes(platform)) - sent).items() if times}
    assert again & before == set()
    assert all(app.parts.config["KEY"] == "s3cr3t-of-a-file" for app in platform.state.apps.values())
    assert "s3cr3t" not in (tmp_path / "journal").read_text() + done.stdout + done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.slow
def test_a_signal_lets_the_begun_finish(command: Command, platform: Platform, number: int, tmp_path: Path) -> None:
    """Those under way are finished and reported as done, the others as left, and it says how to go on."""
    platform.fault(faults.Latency(0.3), times=None, method="DELETE")
    arguments = ["restart", "--all", "--yes", "--concurrency", 4, "--journal", tmp_path / "journal"]
    with command.start(*arguments) as process:
        after(1, platform)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED, err
    rows = statuses(out)
    assert rows.total() == 25
    assert rows["done"] == len(writes(platform)) <= 8
    assert rows["unknown"] == 0
    assert err.splitlines()[-1] == "To go on, run the same command with --resume."
    assert "Traceback" not in err
    assert command.run(*arguments, "--resume").returncode == DONE
    assert set(Counter(writes(platform)).values()) == {1}


@pytest.mark.parametrize(("words", "cut"), [(["restart"], "unknown"), (["maintenance", "on"], "left")])
@pytest.mark.slow
def test_a_second_signal_cuts_off(
    command: Command, platform: Platform, tmp_path: Path, words: list[str], cut: str
) -> None:
    """What was cut off is unknown where it must not be repeated, else left; the next run says and does the same."""
    platform.fault(faults.Latency(6), times=4, after=3, path="/apps/*")
    arguments = [*words, "--all", "--yes", "--concurrency", 4, "--journal", tmp_path / "journal"]
    with command.start(*arguments) as process:
        after(7, platform)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = ""
        while "Stopping" not in told:
            told += process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    rows = [json.loads(line) for line in out.splitlines()]
    assert Counter(row["status"] for row in rows)[cut] >= 4
    platform.clear_faults()
    resumed = command.run(*arguments, "--resume")
    if cut == "unknown":
        unknown = {row["app"] for row in rows if row["status"] == "unknown"}
        assert len(unknown) == 4
        again = {row["app"] for row in map(json.loads, resumed.stdout.splitlines()) if row["status"] == "unknown"}
        assert again == unknown
        assert set(Counter(writes(platform)).values()) == {1}
    else:
        assert resumed.returncode == DONE
        assert all(app.row["maintenance"] for app in platform.state.apps.values())
    until(lambda: platform.in_flight == 0)


def test_a_closed_pipe_cuts_nothing_off(command: Command, platform: Platform, tmp_path: Path) -> None:
    """`| head -1`: no further app is begun, what was done is in the journal, and the status is not 0."""
    arguments = ["restart", "--all", "--yes", "--concurrency", 2, "--journal", tmp_path / "journal"]
    platform.fault(SLOW, times=None, method="DELETE")
    with command.start(*arguments) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(60)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == FAILED
    assert "Traceback" not in told
    assert "--resume" in told
    assert len(writes(platform)) < 25
    done = command.run(*arguments, "--resume")
    assert (done.returncode, statuses(done.stdout)) == (DONE, {"done": 25})
    assert set(Counter(writes(platform)).values()) == {1}


def test_a_full_disk_is_one_line(command: Command, platform: Platform) -> None:
    """Output that cannot be written ends it with one line and status 1."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = command.run("restart", "--all", "--yes", stdout=full)
    assert done.returncode == FAILED
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_writer_is_refused(command: Command, platform: Platform, tmp_path: Path) -> None:
    """Two runs with one journal: the second ends with status 2 and changes nothing."""
    platform.fault(faults.Latency(1.0), times=None, method="DELETE")
    arguments = ["restart", "--all", "--yes", "--concurrency", 1, "--journal", tmp_path / "journal"]
    with command.start(*arguments) as first:
        after(1, platform)
        second = command.run(*arguments, "--resume")
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=60)
    assert second.returncode == WRONG
    assert "another campaign is writing to it" in second.stderr
    assert set(Counter(writes(platform)).values()) == {1}


@pytest.mark.parametrize(("key", "status", "number"), [("y\n", DONE, 25), ("n\n", FAILED, 0), ("\n", FAILED, 0)])
def test_a_person_is_asked(command: Command, platform: Platform, key: str, status: int, number: int) -> None:
    """On a terminal the question comes behind the plan; only a yes begins, and a table shows what became of it."""
    with command.terminal("restart", "--all") as terminal:
        told = terminal.until("[y/N]")
        assert writes(platform) == []
        terminal.type(key)
        ended, shown = terminal.end()
    assert told.index("Plan: 25 items") < told.index("Restart all dynos of 25 apps, and stop one-off dynos? [y/N]")
    assert (ended, len(writes(platform))) == (status, number)
    assert ("25 done, 0 failed" in shown) == (number > 0)
    assert ("Outcome" in shown) == (number > 0)
    assert ("Nothing was changed." in shown) == (number == 0)


def test_ctrl_c_at_the_question(command: Command, platform: Platform) -> None:
    """It ends at once with status 130, and nothing was changed."""
    with command.terminal("restart", "--all") as terminal:
        terminal.until("[y/N]")
        terminal.interrupt()
        status, shown = terminal.end()
    assert status == INTERRUPTED
    assert "Nothing was changed." in shown
    assert "Traceback" not in shown
    assert writes(platform) == []


def test_ctrl_c_while_a_value_is_typed(command: Command, platform: Platform) -> None:
    """It ends at once with status 130; nothing was sent."""
    with command.terminal("config", "set", "KEY=-", "--all") as terminal:
        terminal.until("KEY:")
        terminal.interrupt()
        assert terminal.end()[0] == INTERRUPTED
    assert platform.requests_total == 0


@pytest.mark.slow
def test_progress_tells_tokens_and_time(command: Command, platform: Platform) -> None:
    """On a terminal a line shows apps done, tokens left and the time to go, and is gone at the end."""
    platform.fault(faults.Latency(0.4), times=None, method="DELETE")
    with command.terminal("restart", "--all", "--yes", "--concurrency", 3) as terminal:
        told = terminal.until("s to go")
        status, _ = terminal.end()
    assert status == DONE
    line = told[told.rindex(" of 25 apps") :]
    assert "tokens left" in line


def test_a_value_is_typed_unseen(command: Command, platform: Platform) -> None:
    """`KEY=-` on a terminal asks for the value and shows none of it."""
    with command.terminal("config", "set", "KEY=-", "--all") as terminal:
        terminal.until("KEY:")
        terminal.type("s3cr3t-typed\n")
        terminal.until("[y/N]")
        terminal.type("y\n")
        status, shown = terminal.end()
    assert status == DONE
    assert "s3cr3t" not in shown
    assert all(app.parts.config["KEY"] == "s3cr3t-typed" for app in platform.state.apps.values())


def test_apps_and_values_from_a_pipe(command: Command, platform: Platform) -> None:
    """Names of apps, or a value, may come from standard input."""
    name = next(iter(platform.state.apps.values())).row["name"]
    with command.start("restart", "--apps-from", "-", "--yes", stdin=subprocess.PIPE) as process:
        process.communicate(f"{name}\n", timeout=60)
    assert process.returncode == DONE
    assert len(writes(platform)) == 1
    with command.start("config", "set", "KEY=-", "--app", name, "--yes", stdin=subprocess.PIPE) as process:
        process.communicate("s3cr3t-piped\n", timeout=60)
    assert process.returncode == DONE
    assert next(iter(platform.state.apps.values())).parts.config["KEY"] == "s3cr3t-piped"


def test_a_simulated_platform_is_enough() -> None:
    """`--simulate` needs no account."""
    line = [sys.executable, "-m", "aioheroku", "restart", "--all", "--simulate", "4", "--yes"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert done.returncode == DONE
    assert statuses(done.stdout) == {"done": 4}
    assert "nothing real is changed" in done.stderr
