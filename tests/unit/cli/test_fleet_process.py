"""The commands that change many apps as processes: killed, interrupted, and seen on a terminal."""

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from aioheroku.cli._status import CLOSED, DONE, FAILED, INTERRUPTED, WRONG
from aioheroku.testing import Platform, faults
from tests._support.commands import Process, Terminal, command as run, start
from tests._support.thorough import some
from tests.unit.cli.test_fleet import writes

SLOW = faults.Latency(0.05)


class Command:
    """Starts the command as a process, for the account of a platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def start(self, *words: object, stdout: int | None = None) -> Process:
        return start(self.platform, *words, env={"PYTHONUNBUFFERED": "1"}, stdout=stdout)

    def run(self, *words: object, input: str = "", stdout: int | None = None) -> "subprocess.CompletedProcess[str]":
        with self.start(*words, stdout=stdout) as process:
            out, err = process.communicate(input.encode(), timeout=60)
        return subprocess.CompletedProcess([], process.returncode or 0, (out or b"").decode(), err.decode())

    def terminal(self, *words: object) -> Terminal:
        return Terminal(self.platform, *words, size=(40, 100))


@pytest.fixture
def command(platform: Platform) -> Command:
    return Command(platform)


def until(so: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + 30
    while not so():
        assert time.monotonic() < end
        time.sleep(0.002)


def after(number: int, platform: Platform) -> None:
    """Wait until the platform has received this many writes."""
    until(lambda: len(writes(platform)) >= number)


def statuses(text: str) -> Counter[str]:
    return Counter(json.loads(line)["status"] for line in text.splitlines())


@pytest.mark.parametrize("moment", some([9, 1, 24], 3))
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


@pytest.mark.parametrize("moment", some([15, 2], 2))
def test_a_killed_rotation_continues(command: Command, platform: Platform, tmp_path: Path, moment: int) -> None:
    """`kill -9` of `config set`: resumed, all is done; what the journal has as done is not sent again."""
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
def test_a_signal_lets_those_in_progress_finish(
    command: Command, platform: Platform, number: int, tmp_path: Path
) -> None:
    """Those in progress are finished and reported as done, the others as left, and it says how to continue."""
    platform.fault(faults.Latency(0.3), times=None, method="DELETE")
    arguments = ["restart", "--all", "--yes", "--concurrency", 4, "--journal", tmp_path / "journal"]
    with command.start(*arguments) as process:
        after(1, platform)
        process.send_signal(number)
        out, told = process.communicate(timeout=60)
    err = told.decode()
    assert process.returncode == INTERRUPTED, err
    rows = statuses(out.decode())
    assert rows.total() == 25
    assert rows["done"] == len(writes(platform)) <= 8
    assert rows["unknown"] == 0
    assert err.splitlines()[-1] == "To continue, run the same command with --resume."
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
        told = b""
        while b"Stopping" not in told:
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
    """`| head -1`: no further app is started, what was done is in the journal, and the status says so."""
    arguments = ["restart", "--all", "--yes", "--concurrency", 2, "--journal", tmp_path / "journal"]
    platform.fault(SLOW, times=None, method="DELETE")
    with command.start(*arguments) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(60)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == CLOSED
    assert b"Traceback" not in told
    assert b"--resume" in told
    assert len(writes(platform)) < 25
    done = command.run(*arguments, "--resume")
    assert (done.returncode, statuses(done.stdout)) == (DONE, {"done": 25})
    assert set(Counter(writes(platform)).values()) == {1}


def test_a_full_disk_is_one_line(command: Command, platform: Platform) -> None:
    """Output that cannot be written ends it with one line and status 1."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = command.run("restart", "--all", "--yes", stdout=full.fileno())
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


@pytest.mark.parametrize(("key", "status", "number"), [(b"y\n", DONE, 25), (b"n\n", FAILED, 0), (b"\n", FAILED, 0)])
def test_a_person_is_asked(command: Command, platform: Platform, key: bytes, status: int, number: int) -> None:
    """On a terminal the question comes after the plan; only a yes starts it, and a table shows the outcomes."""
    with command.terminal("restart", "--all") as terminal:
        terminal.until(b"[y/N]")
        plan = terminal.shown()
        assert writes(platform) == []
        terminal.press(key)
        ended, shown = terminal.end(), terminal.shown()
    assert plan.index("Plan: 25 items") < plan.index("Restart all dynos of 25 apps, and stop one-off dynos? [y/N]")
    assert (ended, len(writes(platform))) == (status, number)
    assert ("25 done, 0 failed" in shown) == (number > 0)
    assert ("Outcome" in shown) == (number > 0)
    assert ("Nothing was changed." in shown) == (number == 0)


def test_ctrl_c_at_the_question(command: Command, platform: Platform) -> None:
    """It ends at once with status 130, and nothing was changed."""
    with command.terminal("restart", "--all") as terminal:
        terminal.until(b"[y/N]")
        terminal.interrupt()
        status, shown = terminal.end(), terminal.shown()
    assert status == INTERRUPTED
    assert "Nothing was changed." in shown
    assert "Traceback" not in shown
    assert writes(platform) == []


def test_ctrl_c_while_a_value_is_typed(command: Command, platform: Platform) -> None:
    """It ends at once with status 130; nothing was sent."""
    with command.terminal("config", "set", "KEY=-", "--all") as terminal:
        terminal.until(b"KEY:")
        terminal.interrupt()
        assert terminal.end() == INTERRUPTED
    assert platform.requests_total == 0


@pytest.mark.slow
def test_progress_shows_tokens_and_time(command: Command, platform: Platform) -> None:
    """On a terminal a line shows apps done, tokens left and the time to go, and is gone at the end."""
    platform.fault(faults.Latency(0.4), times=None, method="DELETE")
    with command.terminal("restart", "--all", "--yes", "--concurrency", 3) as terminal:
        terminal.until(b"s to go")
        shown = terminal.shown()
        assert terminal.end() == DONE
    line = shown[shown.rindex(" of 25 apps") :]
    assert "tokens left" in line


def test_a_value_is_typed_unseen(command: Command, platform: Platform) -> None:
    """`KEY=-` on a terminal asks for the value and shows none of it."""
    with command.terminal("config", "set", "KEY=-", "--all") as terminal:
        terminal.until(b"KEY:")
        terminal.press(b"s3cr3t-typed\n")
        terminal.until(b"[y/N]")
        terminal.press(b"y\n")
        status, shown = terminal.end(), terminal.shown()
    assert status == DONE
    assert "s3cr3t" not in shown
    assert all(app.parts.config["KEY"] == "s3cr3t-typed" for app in platform.state.apps.values())


def test_apps_and_values_from_a_pipe(command: Command, platform: Platform) -> None:
    """Names of apps, or a value, may come from standard input; then nobody can confirm there."""
    name = next(iter(platform.state.apps.values())).row["name"]
    unasked = command.run("restart", "--apps-from", "-", input=f"{name}\n")
    assert (unasked.returncode, "Give --yes" in unasked.stderr, "Traceback" in unasked.stderr) == (WRONG, True, False)
    assert writes(platform) == []
    assert command.run("restart", "--apps-from", "-", "--yes", input=f"{name}\n").returncode == DONE
    assert len(writes(platform)) == 1
    words = ("config", "set", "KEY=-", "--app", name, "--yes")
    assert command.run(*words, input="s3cr3t-piped\n").returncode == DONE
    assert next(iter(platform.state.apps.values())).parts.config["KEY"] == "s3cr3t-piped"


def test_a_simulated_platform_is_enough() -> None:
    """`--simulate` needs no account."""
    done = run(None, "restart", "--all", "--simulate", 4, "--yes")
    assert done.returncode == DONE
    assert statuses(done.stdout.decode()) == {"done": 4}
    assert b"nothing real is changed" in done.stderr


@pytest.mark.parametrize("words", [["restart", "--yes"], ["audit", "--format", "jsonl"]], ids=["restart", "audit"])
def test_a_simulated_platform_has_named_apps(words: list[str]) -> None:
    """`--simulate` makes the apps that are named, besides any number of others."""
    done = run(None, *words, "--simulate", 2, "--app", "shop-web", "--app", "shop-api")
    assert done.returncode == DONE
    assert len(done.stdout.splitlines()) == 2
    assert b"shop-api" in done.stdout
