"""A loop whose time is virtual, and a server that is a few lines long.

With AIOHEROKU_EAGER=1 in the environment, and Python 3.12, each test runs under `asyncio.eager_task_factory`.
"""

import asyncio
import os
import random
import selectors
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from yarl import URL

from aioheroku._http import Options, Priority, Request, Response

EAGER = bool(os.environ.get("AIOHEROKU_EAGER")) and sys.version_info >= (3, 12)


def _eager(loop: asyncio.AbstractEventLoop) -> None:
    if EAGER:
        loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009 - unknown to 3.11


if EAGER:

    @pytest.fixture(autouse=True)
    async def eager() -> None:
        """What a test awaits begins at once."""
        _eager(asyncio.get_running_loop())


class _Jump(selectors.DefaultSelector):
    """Where others would wait, time jumps."""

    now: float = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "every task waits for something that never comes"
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in which an hour of sleep takes no time."""

    def __init__(self) -> None:
        self.jump = _Jump()
        super().__init__(self.jump)
        _eager(self)

    def time(self) -> float:
        return self.jump.now


type_of_run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def run() -> type_of_run:
    """Run a coroutine to its end in virtual time."""

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(coroutine)

    return run


def make_request(
    label: str | None = None,
    *,
    priority: Priority = "normal",
    max_wait: float | None = None,
    metered: bool = True,
    method: str = "GET",
) -> Request:
    options = Options(priority=priority, max_wait=max_wait, label=label)
    url = URL("http://127.0.0.1/apps/example")
    return Request(method, url, "/apps/{app}", {}, options=options, metered=metered)


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
    return make_request
