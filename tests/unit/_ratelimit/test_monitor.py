"""The monitor by itself: when a long wait is said in the log, and when to look again."""

import logging

import pytest

from aioheroku._ratelimit.backend import LocalBackend
from aioheroku._ratelimit.monitor import WARN_ABOVE, Monitor

EVERY = 300


def test_warning_comes_at_the_bound_and_once(caplog: pytest.LogCaptureFixture) -> None:
    """The warning comes when the first waiter has waited that long, not before, and again after five minutes."""
    caplog.set_level(logging.WARNING, "aioheroku")
    monitor = Monitor(LocalBackend(2400, 1200, 0))
    assert monitor.warn(WARN_ABOVE - 2, 0, 1) == 2
    assert monitor.warn(WARN_ABOVE, 0, 1) == EVERY
    assert len(caplog.records) == 1
    assert monitor.warn(WARN_ABOVE + 100, 0, 1) == EVERY - 100
    assert len(caplog.records) == 1
    assert monitor.warn(WARN_ABOVE + EVERY, 0, 1) == EVERY
    assert len(caplog.records) == 2
