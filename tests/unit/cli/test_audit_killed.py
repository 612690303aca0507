"""`aioheroku audit --journal`, killed at any moment: resumed to its end it has the rows of an audit that was not."""

import json
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support import commands
from tests._support.thorough import KILLS, amount

PARTS = ("dynos", "domains", "collaborators")
APPS = 40
MOMENTS = KILLS or amount(1, 3)
CONCURRENCY = 8


def start(platform: Platform, *options: str) -> commands.Process:
    """The command as a process of its own."""
    words = ("--include", ",".join(PARTS), "--format", "jsonl", "--concurrency", CONCURRENCY)
    return commands.start(platform, "audit", *words, *options)


def rows(report: Path) -> dict[str, Any]:
    return {record["id"]: record for record in map(json.loads, report.read_text().splitlines())}


def done(journal: Path) -> set[str]:
    """The paths of the parts that the journal has."""
    lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else []
    entries = [json.loads(line) for line in lines[1:] if line.endswith(b"\n")]
    return {"/apps/{}/{}".format(*entry["key"].split()[:2]) for entry in entries if "done" in entry}


def parts_read(platform: Platform) -> list[str]:
    return [request.path for request in platform.requests if request.path.rpartition("/")[2] in PARTS]


@pytest.fixture(scope="module")
def moments() -> random.Random:
    """The moments, different ones each time."""
    return random.Random()


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_and_resumed(
    moment: int, moments: random.Random, heroku_platform_factory: Callable[..., Platform], tmp_path: Path
) -> None:
    """Rows are equal, what the journal has is not read again, and no secret is in it."""
    platform = heroku_platform_factory(apps=APPS, seed=moment, capacity=50_000, latency=(0.0, 0.02))
    whole, report, journal = tmp_path / "whole.jsonl", tmp_path / "report.jsonl", tmp_path / "journal.jsonl"
    unbroken = start(platform, "--output", str(whole))
    _, told = unbroken.communicate(timeout=120)
    assert unbroken.returncode == 0, told
    total = platform.requests_total
    platform.clear_requests()

    first = start(platform, "--output", str(report), "--journal", str(journal))
    last = moments.randrange(1, total)
    while platform.requests_total < last and first.poll() is None:
        time.sleep(0.001)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    time.sleep(0.1)  # what the platform still works on
    recorded, before = done(journal), parts_read(platform)
    platform.clear_requests()

    options = ["--resume"] if journal.exists() and journal.stat().st_size else []
    second = start(platform, "--output", str(report), "--journal", str(journal), *options)
    _, told = second.communicate(timeout=120)
    assert second.returncode == 0, (last, told)
    after = parts_read(platform)
    assert rows(report) == rows(whole)
    assert not recorded & set(after)
    assert len(after) == len(set(after)) == APPS * len(PARTS) - len(recorded)
    assert len(set(before) & set(after)) <= CONCURRENCY  # what was under way
    assert platform.token.encode() not in journal.read_bytes()
