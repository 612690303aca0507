"""Errors of builds and releases hold no address of a stream."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Build, Release, errors, structure

REFERENCE = Path(__file__).parents[2] / "data" / "reference.json"
ADDRESS = "https://build-output.example.com/streams/s3cr3t"


def example(name: str) -> dict[str, Any]:
    """A response as the reference shows it."""
    table = json.loads(REFERENCE.read_text())
    resource = next(one for one in table if one["name"] == name)
    found: Any = next(row["answer"] for row in resource["endpoints"] if row["answer"])
    shown: dict[str, Any] = found[0] if isinstance(found, list) else found
    return shown


@pytest.mark.parametrize("pickled", [False, True])
def test_a_failure_holds_no_address(pickled: bool) -> None:
    """Neither as it is raised, nor pickled for another process; all else of the object is there."""
    build = structure(example("Build") | {"output_stream_url": ADDRESS}, Build)
    release = structure(example("Release") | {"output_stream_url": ADDRESS}, Release)
    for error, shown in (
        (errors.BuildFailed(build, ("one",)), "build"),
        (errors.ReleaseFailed(release, ("one",)), "release"),
    ):
        found: Any = pickle.loads(pickle.dumps(error)) if pickled else error  # noqa: S301 - our own
        value = getattr(found, shown)
        assert value.output_stream_url is None
        assert value.id == (build.id if shown == "build" else release.id)
        assert b"s3cr3t" not in pickle.dumps(found)
