"""The library does no more than it did: counts that depend on no clock, beside those recorded in `counts.json`.

Where a change is meant, `python tests/guard/counting.py --record` writes the new figures, for the commit to show.
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
TOLERANCES = {
    "requests": 0.0,
    "instructions": 0.05,
    "bytes sent": 0.05,
    "bytes of": 0.1,
    "allocations": 0.1,
    "modules": 0.1,
    "other modules": 0.3,  # what a new release of a dependency loads
}
"""By the first words of a count's name: how far it may be from the record, in either direction."""


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
def test_a_count_is_as_recorded(name: str, counted: dict[str, float]) -> None:
    """Instructions, allocations, requests and bytes stay within their tolerance of the record; better ones are news."""
    tolerance = next(value for words, value in TOLERANCES.items() if name.startswith(words))
    assert counted[name] == pytest.approx(RECORD[name], rel=tolerance, abs=0)


@pytest.mark.skipif(not RECORD, reason=f"counts.json has no record of Python {VERSION}")
def test_the_record_holds_every_count(counted: dict[str, float]) -> None:
    """Nothing is counted that is compared with nothing."""
    assert counted.keys() == RECORD.keys()


def test_recorded_costs_keep_the_promises() -> None:
    """The recorded figures themselves keep the promises: ten requests for 10,000 items, 1.5 KiB for a waiting call."""
    for record in RECORDS.values():
        assert record["requests of a walk"] == 10
        assert record["bytes of a call that waits"] <= 1.5 * 1024
