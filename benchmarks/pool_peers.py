"""A simulated account, those who draw on it, and what comes of it: virtual time around the real pool."""

import asyncio
import contextlib
import random
import statistics
from collections.abc import Callable

from aiolimiter import AsyncLimiter
from attrs import define, evolve, field, frozen
from yarl import URL

from aioheroku._http import Options, Priority, Request, Response, Send
from aioheroku._ratelimit import Pool
from tests._support.virtual_loop import run

URL_ = URL("http://127.0.0.1/apps/example")


def request(label: str = "", priority: Priority = "normal", *, free: bool = False) -> Request:
    options = Options(label=label or None, priority=priority)
    return Request("GET", URL_, "/apps/{app}", {}, options=options, metered=not free)


@define
class Server:
    """A token bucket, refilled continuously or in one step a minute, 0.10 to 0.25 s away."""

    rng: random.Random
    capacity: float = 4500
    refill: float = 1.25
    level: float = 0.0
    step: float = 0.0
    updated: float = 0.0
    taken: list[tuple[float, str, bool, float]] = field(factory=list)
    """When, by whom, whether there was a token, and what was left."""

    async def send(self, request: Request) -> Response:
        """Charge a token, unless the request is free, and say what is left; 429 where there was none."""
        delay = self.rng.uniform(0.10, 0.25)
        await asyncio.sleep(delay / 2)
        now = asyncio.get_running_loop().time()
        passed = now - self.updated
        if self.step:
            passed = (now // self.step - self.updated // self.step) * self.step
        self.updated = now
        self.level = min(self.capacity, self.level + passed * self.refill)
        granted = True
        if request.metered:
            granted = self.level >= 1
            self.level -= granted
            self.taken.append((now, request.options.label or "", granted, self.level))
        await asyncio.sleep(delay / 2)
        return Response(200 if granted else 429, {"RateLimit-Remaining": str(int(self.level))}, b"")


Strategy = Callable[[Server, "Scenario"], Send]


def ours(server: Server, scenario: "Scenario") -> Send:
    return Pool(*scenario.told).metered(server.send, query=lambda _: request(free=True))


def published(server: Server, _: "Scenario") -> Send:
    """rate_throttle_client's default, re-stated: sleep s before each request; s falls with what remains."""
    pause = 0.0

    async def send(request: Request) -> Response:
        nonlocal pause
        await asyncio.sleep(pause * (1 + server.rng.uniform(0, 0.1)))
        response = await server.send(request)
        if response.status == 429:
            pause += 0.8
        else:
            pause = max(0.0, pause - pause * (response.remaining or 0) / 4500)
        return response

    return send


def bucket(server: Server, _: "Scenario") -> Send:
    """A plain local bucket of the documented size."""
    limiter = AsyncLimiter(2400, 7200)

    async def send(request: Request) -> Response:
        await limiter.acquire()
        return await server.send(request)

    return send


def backing_off(server: Server, _: "Scenario") -> Send:
    """No throttle; after a 429 sleep 0.8 s, 0.96 s, ... and forget it on success."""

    async def send(request: Request) -> Response:
        pause = 0.8
        while (response := await server.send(request)).status == 429:
            await asyncio.sleep(pause * (1 + server.rng.uniform(0, 0.1)))
            pause *= 1.2
        return response

    return send


def hammering(server: Server, _: "Scenario") -> Send:
    """No throttle, no backoff."""
    return server.send


@frozen
class Scenario:
    """Who asks how much of which server."""

    clients: int
    tasks: int
    seconds: float = 1800
    capacity: float = 4500
    refill: float = 1.25
    level: float = 0.0
    step: float = 0.0
    told: tuple[int, float] = (4500, 4500)
    total: int | None = None
    """Requests of all clients together; endless where it is left out."""
    late: float = 0.0
    """When the last client joins."""
    neighbour: Strategy | None = None
    """What client 0 does in place of the strategy."""


@frozen
class Result:
    """What came of it."""

    refused: float
    """429s, as a part of all requests."""
    refused_count: float
    used: float
    """Successes, as a part of the tokens that there were."""
    jain: float
    deviation: float
    """Of the requests by task."""
    p99: float
    """Seconds from asking to success."""
    end: float
    clear: float
    """When ten or fewer tokens were left for the first time."""
    shares: tuple[float, ...]
    """Successes of each client since the last one joined, as a multiple of an equal part."""


def simulate(scenario: Scenario, strategy: Strategy, seed: int) -> Result:
    random.seed(seed)
    rng = random.Random(seed)
    server = Server(rng, scenario.capacity, scenario.refill, scenario.level, scenario.step)
    counts = [[0] * scenario.tasks for _ in range(scenario.clients)]
    waits: list[float] = []

    async def task(send: Send, client: int, number: int, left: list[int] | None) -> None:
        loop = asyncio.get_running_loop()
        while left is None or left[0] > 0:
            if left is not None:
                left[0] -= 1
            asked = loop.time()
            status = 429
            while status == 429:
                counts[client][number] += 1
                status = (await send(request(str(client)))).status
            waits.append(loop.time() - asked)

    async def client(number: int) -> None:
        if number == scenario.clients - 1:
            await asyncio.sleep(scenario.late)
        own = scenario.neighbour if number == 0 and scenario.neighbour else strategy
        send = own(server, scenario)
        left = None if scenario.total is None else [scenario.total // scenario.clients]
        await asyncio.gather(*(task(send, number, i, left) for i in range(scenario.tasks)))

    async def main() -> float:
        loop = asyncio.get_running_loop()
        everyone = asyncio.gather(*(client(number) for number in range(scenario.clients)))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(everyone, scenario.seconds)
        return loop.time()

    end = run(main())
    got = [sum(1 for _, who, ok, _ in server.taken if ok and who == str(i)) for i in range(scenario.clients)]
    since = [sum(1 for at, who, ok, _ in server.taken if ok and at > scenario.late and who == str(i))
             for i in range(scenario.clients)]  # fmt: skip
    refused = sum(not ok for _, _, ok, _ in server.taken)
    tasks = [count for each in counts for count in each]
    made = scenario.level + scenario.refill * (
        end if not scenario.step else (end - 1e-6) // scenario.step * scenario.step
    )
    waits.sort()
    return Result(
        refused / len(server.taken),
        refused,
        sum(got) / made if made else 1.0,
        sum(got) ** 2 / (len(got) * sum(one * one for one in got)),
        statistics.stdev(tasks) if len(tasks) > 1 else 0.0,
        waits[int(len(waits) * 0.99)],
        end,
        next((at for at, _, _, level in server.taken if level <= 10 and at > 1), end),
        tuple(one * len(since) / max(1, sum(since)) for one in since),
    )


def mean(scenario: Scenario, strategy: Strategy, seeds: int) -> Result:
    """Each figure averaged over the seeds."""
    results = [simulate(scenario, strategy, seed) for seed in range(seeds)]
    first = results[0]
    values = {
        name: statistics.fmean(getattr(result, name) for result in results)
        for name in ("refused", "refused_count", "used", "jain", "deviation", "p99", "end", "clear")
    }
    shares = tuple(statistics.fmean(each) for each in zip(*(result.shares for result in results), strict=True))
    return evolve(first, shares=shares, **values)


def excess(moments: list[float], refill: float) -> float:
    """The most that left in any window, less what came back in it."""
    worst, lowest = 0.0, 0.0
    for number, moment in enumerate(sorted(moments)):
        lowest = min(lowest, number - refill * moment)
        worst = max(worst, number + 1 - refill * moment - lowest)
    return worst
