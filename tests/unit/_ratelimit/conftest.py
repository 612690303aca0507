"""A loop whose time is virtual, and a server that is a few lines long.

With AIOHEROKU_EAGER=1 in the environment, and Python 3.12, each test runs under `asyncio.eager_task_factory`.
"""

import asyncio
import os
import random
import sys
from collections.abc import Callable
from functools import partial
from typing import Unpack

import pytest

from aioheroku._http import Request, Response
from tests._support import virtual_loop
from tests._support.fakes import WaitOptions, make_request
from tests._support.virtual_loop import Run

EAGER = bool(os.environ.get("AIOHEROKU_EAGER")) and sys.version_info >= (3, 12)


def _eager(loop: asyncio.AbstractEventLoop) -> None:
    if EAGER:
        loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009 - unknown to 3.11


if EAGER:

    @pytest.fixture(autouse=True)
    async def eager() -> None:
        """What a test awaits begins at once."""
        _eager(asyncio.get_running_loop())


@pytest.fixture
def run() -> Run:
    """Run a coroutine to its end in virtual time."""
    return partial(virtual_loop.run, prepare=_eager)


def labelled_request(
    label: str | None = None, *, method: str = "GET", metered: bool = True, **options: Unpack[WaitOptions]
) -> Request:
    """A request with a label, by which the bucket below tells who it was."""
    return make_request(method, metered=metered, label=label, **options)


class Server:
    """A token bucket that answers after `latency` seconds, and remembers who came when."""

    def __init__(
        self,
        level: float = 2400,
        *,
        capacity: float = 2400,
        refill: float = 1 / 3,
        step: float = 0.0,
        latency: float = 0.1,
        header: bool = True,
        seed: int | None = None,
    ) -> None:
        self.level = float(level)
        self.capacity = capacity
        self.refill = refill
        self.step = step
        self.latency = latency
        self.rng = None if seed is None else random.Random(seed)
        self.header = header
        self.updated: float | None = None
        self.headers: dict[str, str] = {}
        self.arrived: list[tuple[float, str | None]] = []
        self.left: list[tuple[float, str | None]] = []
        """As `arrived`, when each request left: two that leave at once may arrive in any order."""
        self.statuses: list[int] = []

    def take(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self.updated is None:
            self.updated = now
        passed = now - self.updated
        if self.step:
            passed -= passed % self.step
        self.updated += passed
        self.level = min(self.capacity, self.level + passed * self.refill)
        if self.level < 1:
            return False
        self.level -= 1
        return True

    async def send(self, request: Request) -> Response:
        self.left.append((asyncio.get_running_loop().time(), request.options.label))
        latency = self.rng.uniform(0.5, 1.5) * self.latency if self.rng else self.latency
        await asyncio.sleep(latency / 2)
        status = 200 if self.take() else 429
        self.arrived.append((asyncio.get_running_loop().time(), request.options.label))
        self.statuses.append(status)
        headers = {"RateLimit-Remaining": str(max(0, int(self.level)))} if self.header else {}
        headers |= self.headers
        await asyncio.sleep(latency / 2)
        return Response(status, headers, b"", request.method, request.path)

    @property
    def refused(self) -> int:
        return self.statuses.count(429)


@pytest.fixture
def server() -> type[Server]:
    return Server


@pytest.fixture
def request_() -> Callable[..., Request]:
    return labelled_request
