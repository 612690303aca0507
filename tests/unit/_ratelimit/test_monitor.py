"""The monitor by itself: when a long wait is said in the log, and when to look again."""

import asyncio
import logging

import pytest

from aioheroku._http import Request, Response
from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.backend import LocalBackend
from aioheroku._ratelimit.monitor import WARN_ABOVE, Monitor
from aioheroku.events import Event, PoolChanged
from tests._support.bucket_server import LabelledRequest
from tests._support.virtual_loop import Run

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


def test_a_watcher_reports_starvation(run: Run, request_: LabelledRequest) -> None:
    """A process that only asks for the balance, which takes no token, reports that other clients leave none."""

    async def main() -> list[Event]:
        async def send(_: Request) -> Response:
            return Response(200, {"RateLimit-Remaining": "0"}, b"")

        events: list[Event] = []
        emit = events.append
        metered = Pool(2400, 3600).metered(send, emit)
        for _ in range(3):
            await metered(request_(metered=False))
            await asyncio.sleep(61)
        return events

    changes = [event for event in run(main()) if isinstance(event, PoolChanged)]
    assert len(changes) == 1
    assert "do not pace themselves" in changes[0].reason
