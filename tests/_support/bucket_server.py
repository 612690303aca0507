"""A platform that is a token bucket, in virtual time, and requests with a label."""

import asyncio
import random
from typing import Protocol, Unpack

from aioheroku._http import Request, Response
from tests._support.fakes import WaitOptions, make_request


class LabelledRequest(Protocol):
    """`labelled_request`, as a fixture gives it."""

    def __call__(
        self, label: str | None = None, *, method: str = "GET", metered: bool = True, **options: Unpack[WaitOptions]
    ) -> Request: ...


def labelled_request(
    label: str | None = None, *, method: str = "GET", metered: bool = True, **options: Unpack[WaitOptions]
) -> Request:
    """A request with a label, by which the bucket below tells who it was."""
    return make_request(method, metered=metered, label=label, **options)


class BucketServer:
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

    def now_left(self) -> float:
        """Tokens in the bucket at this moment."""
        now = asyncio.get_running_loop().time()
        if self.updated is None:
            self.updated = now
        passed = now - self.updated
        if self.step:
            passed -= passed % self.step
        self.updated += passed
        self.level = min(self.capacity, self.level + passed * self.refill)
        return self.level

    def take(self) -> bool:
        if self.now_left() < 1:
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
