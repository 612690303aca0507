"""The values of streams, as others may rely on them: where they are imported from, pickled, their times."""

import pickle
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

import aioheroku
from aioheroku import LogLine, RouterLine, StreamTimes, Transfer, errors
from aioheroku._streams.deploy import Plan
from aioheroku._streams.line_filter import LineFilter
from aioheroku._streams.run import Command
from tests._support.secrets import raises

AT = datetime(2026, 1, 1, tzinfo=UTC)
ROUTER = RouterLine.parse("at=info method=GET status=200")
VALUES: list[Any] = [
    StreamTimes(age=0.5, overlap=0.25, pauses=(0.0, 0.1)),
    LogLine(AT, "app", "web.1", "x", b"x", True),
    LogLine(None, None, None, "x", b"x"),
    Transfer("slug", 5, "00" * 32, 0.5),
    ROUTER,
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_travel(value: Any) -> None:
    """They are public, equal when pickled, and frozen."""
    assert getattr(aioheroku, type(value).__name__) is type(value)
    assert type(value).__name__ in aioheroku.__all__
    copy = pickle.loads(pickle.dumps(value))  # noqa: S301
    assert (copy, repr(copy)) == (value, repr(value))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):  # noqa: TID251 - of attrs
        setattr(value, attrs.fields(type(value))[0].name, None)


def test_times_have_their_defaults() -> None:
    """Those of the design, in seconds; fractions are fine, and what is not a time names itself."""
    assert attrs.astuple(StreamTimes()) == (10, 120, 60, 3600, 840, 10, (0.5, 5.0), 5)
    assert StreamTimes(idle=0.01, age=0.02, overlap=0).overlap == 0
    bad: list[tuple[str, Any]] = [
        *[
            (name, value)
            for name in ("connect", "start", "idle", "run_idle", "age")
            for value in (0, -1, "1", None, True)
        ],
        *[("overlap", value) for value in (-0.1, "1", float("nan"))],
        *[("failures", value) for value in (0, 1.5, True)],
        *[("pauses", value) for value in ((1,), [0.5, 1.0], 5)],
        ("pauses[0]", (-1, 1)),
        ("pauses[1]", (2, 1)),
    ]
    for name, value in bad:
        with raises(errors.InvalidRequest) as caught:
            StreamTimes(**{name.partition("[")[0]: value})
        assert caught.value.field == f"times.{name}", value


def test_what_is_asked_for_is_hidden() -> None:
    """Environment variables and sources are in no repr of what is passed around."""
    assert "s3cr3t" not in repr(Command("x", {"PASSWORD": "s3cr3t"}))
    plan = Plan("example", "https://example.com/?s3cr3t", None, (), None, True, False, True, None, None)
    assert "s3cr3t" not in repr(plan)
    assert LineFilter(False, 5).requested == 5
