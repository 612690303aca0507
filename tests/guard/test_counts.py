"""The library does no more than it did: counts that depend on no clock, beside those recorded in `counts.json`.

Requests, bytes sent and modules are exact; where a change of them is meant, `python tests/guard/counting.py --record`
writes the new figures, for the commit to show. Instructions and memory are bounded from above alone, and generously: a
clearer function may cost some, and a faster one needs no new record.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNTING = Path(__file__).parent / "counting.py"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
RECORDS: dict[str, dict[str, float]] = json.loads((COUNTING.parent / "counts.json").read_text())
RECORD = RECORDS.get(VERSION, {})
EXACT = ("requests", "bytes sent", "modules")
"""The first words of the counts that nothing but a change of the library changes."""
SLACK = 1.25
"""How many times its record any other count may be, such as that of the modules which a dependency imports."""


@pytest.fixture(scope="module")
def counted() -> dict[str, float]:
    """The figures of a process of its own: a tracer of this one's, such as that of a coverage, would be in the way."""
    settings = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, str(COUNTING)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)  # noqa: S603
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not RECORD, reason=f"counts.json has no record of Python {VERSION}: bytecode is another there")
@pytest.mark.parametrize("name", list(next(iter(RECORDS.values()))))
def test_count_is_within_its_record(name: str, counted: dict[str, float]) -> None:
    """Requests, bytes sent and modules are as recorded; instructions, allocations and memory are not a quarter more."""
    if name.startswith(EXACT):
        assert counted[name] == RECORD[name]
    else:
        assert counted[name] <= RECORD[name] * SLACK


@pytest.mark.skipif(not RECORD, reason=f"counts.json has no record of Python {VERSION}")
def test_every_count_has_a_record(counted: dict[str, float]) -> None:
    """Nothing is counted that is compared with nothing."""
    assert counted.keys() == RECORD.keys()


def test_promised_counts_hold(counted: dict[str, float]) -> None:
    """Whatever is recorded: ten requests for 10,000 items, and at most 1.5 KiB of the library for a waiting call."""
    assert counted["requests of a walk"] == 10
    assert counted["bytes of a call that waits"] <= 1.5 * 1024
