"""`aioheroku run` with many apps: a campaign, with output and exit status of each."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku.cli._captured import MOST, Output
from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut, Rendezvous
from tests._support.commands import Background, Terminal, command


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform with three apps, whose dynos start at once."""
    platform = heroku_platform_factory(apps=3, seed=1)
    platform.behavior().boot_seconds = 0.0
    return platform


def apps(platform: Platform) -> list[str]:
    return sorted(app.row["name"] for app in platform.state.apps.values())


def rows(output: bytes) -> dict[str, Any]:
    """The rows by app."""
    found = [json.loads(line) for line in output.splitlines()]
    return {row["app"]: row for row in found}


def begun(platform: Platform) -> int:
    """Dynos that were requested."""
    return sum(record.method == "POST" and record.path.endswith("/dynos") for record in tuple(platform.requests))


def test_each_app_has_its_exit_status(platform: Platform) -> None:
    """A row of JSON for each, with its output; 0 alone is success."""
    first, second, _ = apps(platform)
    done = command(platform, "run", first, second, "--yes", "--", "echo one; echo two; exit 3")
    assert done.returncode == 1
    found = rows(done.stdout)
    assert found.keys() == {first, second}
    for row in found.values():
        assert row["status"] == "failed"
        assert row["result"] == {"dyno": "run.1", "exit_status": 3, "output": "one\ntwo\n"}
    done = command(platform, "run", "--all", "--yes", "--", "echo one")
    assert done.returncode == 0
    assert {row["status"] for row in rows(done.stdout).values()} == {"done"}
    assert b"3 done, 0 failed" in done.stderr


def test_nothing_runs_unasked(platform: Platform) -> None:
    """Without `--yes` and a terminal: status 2, and no dyno; likewise where one of the apps does not exist."""
    first, second, _ = apps(platform)
    for words in ([first, second], [first, "there-is-none", "--yes"]):
        done = command(platform, "run", *words, "--", "true")
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"Nothing was changed" in done.stderr
    assert begun(platform) == 0


def test_a_dry_run(platform: Platform) -> None:
    """What would be sent, without the values of the environment."""
    done = command(platform, "run", "--match", "*", "--dry-run", "-e", "KEY=s3cr3t", "--", "true")
    assert done.returncode == 0
    assert len(rows(done.stdout)) == 3
    assert begun(platform) == 0


def test_killed_and_resumed(platform: Platform, tmp_path: Path) -> None:
    """`kill -9` in the middle: no app runs the command twice, what was cut is unknown; no output is kept."""
    journal = tmp_path / "run.jsonl"
    words = ["run", *apps(platform), "--yes", "--concurrency", 1, "--journal", journal]
    names = apps(platform)
    platform.fault(Rendezvous("slow", 1000.0), path="/run.1", after=1)
    with Background(platform, *words, "--", "echo what is said") as run:
        (first,) = rows(run.line())
        while begun(platform) < 2:
            pass
        run.process.kill()
        run.process.wait()
    platform.clear_faults()
    done = command(platform, *words, "--resume", "--", "echo what is said")
    found = rows(done.stdout)
    assert done.returncode == 1
    assert found.keys() == set(names)
    assert sorted(row["status"] for row in found.values()) == ["done", "done", "unknown"]
    assert found[first]["resumed"]
    assert begun(platform) == 3
    assert "what is said" not in journal.read_text()
    again = command(platform, *words, "--resume", "--", "another command")
    assert again.returncode == 2
    assert b"journal" in again.stderr


@pytest.mark.slow
def test_an_unknown_end_is_unknown(platform: Platform) -> None:
    """A connection that breaks after the command has started, and a time limit: neither done nor failed."""
    first, second, third = apps(platform)
    platform.fault(Cut(at=4, how="reset"))
    done = command(platform, "run", first, second, third, "--yes", "--timeout", "2", "--", "echo abc; exit 0")
    assert done.returncode == 1
    assert sorted(row["status"] for row in rows(done.stdout).values()) == ["done", "done", "unknown"]
    done = command(platform, "run", first, second, "--yes", "--timeout", "2", "--", "echo abc; sleep 1000")
    for row in rows(done.stdout).values():
        assert (row["status"], row["result"]["output"]) == ("unknown", "abc\n")
    assert not [row for app in platform.state.apps.values() for row in app.parts.dynos if row["type"] == "run"]


@pytest.mark.slow
def test_without_connections(platform: Platform) -> None:
    """`--detach` starts them, and with `--tail` their logs show how they end."""
    first, second, _ = apps(platform)
    done = command(platform, "run", first, second, "--yes", "--detach", "--", "echo abc; exit 4")
    assert done.returncode == 0
    assert {row["result"]["dyno"] for row in rows(done.stdout).values()} == {"run.1"}
    done = command(platform, "run", first, second, "--yes", "--detach", "--tail", "--", "echo abc; exit 4")
    assert done.returncode == 1
    for row in rows(done.stdout).values():
        assert (row["result"]["exit_status"], row["result"]["output"]) == (4, "abc\n")


def test_a_person_is_asked(platform: Platform) -> None:
    """On a terminal: the plan, the question, the output after the names, and a table."""
    first, second, _ = apps(platform)
    with Terminal(platform, "run", first, second, "--", "echo abc; exit 3") as terminal:
        terminal.until(b"[y/N]")
        terminal.press(b"y\r")
        assert terminal.end() == 1
    assert f"{first} | abc".encode() in terminal.seen
    assert b"exited with status 3" in terminal.seen
    with Terminal(platform, "run", first, second, "--", "echo abc") as terminal:
        terminal.until(b"[y/N]")
        terminal.press(b"n\r")
        assert terminal.end() == 1
    assert begun(platform) == 2


def test_long_outputs_are_cut() -> None:
    """The last bytes are kept, exactly as many as are allowed, and it is marked that there were more."""
    output = Output()
    for number in range(3 * MOST // 1000):
        output.put(b"%03d" % (number % 1000) * 333 + b"\n")
    whole = b"".join(b"%03d" % (number % 1000) * 333 + b"\n" for number in range(3 * MOST // 1000))
    assert output.text.encode() == whole[-MOST:]
    assert output.cut
