"""`aioheroku run APP --json`: one app, run at once, and reported as a line."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.commands import command


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform with an app, whose dynos start at once and run commands of this machine."""
    platform = heroku_platform_factory(apps=1, seed=1, local_commands=True)
    platform.behavior().boot_seconds = 0.0
    return platform


def name(platform: Platform) -> str:
    (found,) = platform.state.apps.values()
    return str(found.row["name"])


def row(done: "subprocess.CompletedProcess[bytes]") -> Any:
    (line,) = done.stdout.splitlines()
    return json.loads(line)


@pytest.mark.parametrize("option", [["--json"], ["--format", "jsonl"], ["--json", "--yes"]])
def test_a_line_and_the_exit_status(platform: Platform, option: list[str]) -> None:
    """Nobody is asked and there is no plan; the status is the command's, the line is that of an app of many."""
    done = command(platform, "run", name(platform), *option, "--", "sh", "-c", "echo one; exit 7")
    assert done.returncode == 7
    found = row(done)
    assert (found["app"], found["status"]) == (name(platform), "failed")
    assert found["result"] == {"dyno": "run.1", "exit_status": 7, "output": "one\n"}
    assert found["tokens"] == platform.requests_total
    assert done.stderr == b""
    done = command(platform, "run", name(platform), *option, "--", "true")
    assert (done.returncode, row(done)["status"]) == (0, "done")


def test_it_reads_standard_input(platform: Platform) -> None:
    """As without `--json`; `--no-input` gives the command none."""
    for more, output in (([], "given"), (["--no-input"], "")):
        done = command(platform, "run", name(platform), "--json", *more, "--", "cat", input=b"given")
        assert row(done)["result"]["output"] == output


def test_what_is_not_an_exit_status(platform: Platform) -> None:
    """An unknown end is 124 and a command that could not be run 125, as without `--json`."""
    done = command(platform, "run", name(platform), "--json", "--timeout", "0.5", "--", "sleep 1000")
    assert (done.returncode, row(done)["status"]) == (124, "unknown")
    assert b"timed out after 0.5 s" in done.stderr
    done = command(platform, "run", "there-is-none", "--json", "--", "true")
    assert (done.returncode, done.stdout) == (125, b"")
    done = command(platform, "run", name(platform), "--json", "--size", "of-no-kind", "--", "true")
    assert done.returncode == 125
    assert row(done)["status"] == "failed"
    done = command(platform, "run", name(platform), "--json", "--detach", "--", "true")
    assert (done.returncode, row(done)["result"]["dyno"][:4]) == (0, "run.")


def test_a_journal_makes_it_a_campaign(platform: Platform) -> None:
    """An option that is for many apps has its plan and its question."""
    for option in (["--dry-run"], ["--budget", "100"], ["--match", "*"]):
        done = command(platform, "run", name(platform), "--json", *option, "--", "true")
        assert b"Plan: 1 items" in done.stderr
        assert done.returncode == (0 if option == ["--dry-run"] else 2)
