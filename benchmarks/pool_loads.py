"""Loads on one account, each process with a `Pool` of its own: who got what, and when."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from attrs import define, field, frozen
from msgspec.structs import replace

from aioheroku._http import Priority, Request, Response, Send
from aioheroku._ratelimit import Pool
from benchmarks.pool_peers import Server, request
from tests._support.virtual_loop import run

Kind = Callable[["Account"], Send]


@frozen
class Load:
    """Processes that want all they can get, and what happens meanwhile."""

    processes: int
    tasks: int = 4
    seconds: float = 3600
    hourly: float = 4500
    level: float = 0.0
    step: float = 0.0
    skew: float = 0.0
    """They start within this many seconds."""
    joins: float = 0.0
    """When the last one joins, an hour before the measurement ends."""
    restarts: float = 0.0
    """Seconds after which the last one starts anew, each time."""
    web: float = 0.0
    """Interactive calls a second of one more process."""
    resized: float = 0.0
    """Tokens an hour from half of the time on."""
    headers: float = 1.0
    """The part of the responses that has the header."""
    late: float = 0.0
    """The part of the responses that comes 30 s late."""
    neighbour: Kind | None = None

    @property
    def capacity(self) -> float:
        """Of the account."""
        return 2400 if self.hourly == 1200 else self.hourly


@define
class Account:
    """A simulated account under a load."""

    load: Load
    rng: random.Random
    server: Server = field(init=False)
    waits: list[float] = field(factory=list)
    """Of interactive calls."""
    starts: dict[str, float] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        load = self.load
        self.server = Server(self.rng, load.capacity, load.hourly / 3600, load.level, load.step)

    async def send(self, one: Request) -> Response:
        """Answer, late or without the header where the load says so."""
        response = await self.server.send(one)
        if self.load.late and self.rng.random() < self.load.late:
            await asyncio.sleep(30)
        if self.load.headers < 1 and response.status == 200 and self.rng.random() > self.load.headers:
            return replace(response, headers={})
        return response

    def pool(self) -> Send:
        """A pool of its own for a process."""
        return Pool().metered(self.send, query=lambda _: request(free=True))

    async def process(self, name: str, send: Send) -> None:
        """This many tasks that ask without a pause."""
        self.starts.setdefault(name, asyncio.get_running_loop().time())

        async def task() -> None:
            while True:
                await send(request(name))

        await asyncio.gather(*(task() for _ in range(self.load.tasks)))

    async def bulk(self, number: int) -> None:
        """A process that wants all it can get."""
        load, last = self.load, number == self.load.processes - 1
        await asyncio.sleep(load.joins if load.joins and last else self.rng.uniform(0, load.skew))
        if load.neighbour is not None and number == 0:
            await self.process("neighbour", load.neighbour(self))
        while load.restarts and last:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process(str(number), self.pool()), load.restarts)
        await self.process(str(number), self.pool())

    async def person(self) -> None:
        """A process with interactive calls."""
        send, loop = self.pool(), asyncio.get_running_loop()

        async def call() -> None:
            asked = loop.time()
            priority: Priority = "interactive"
            while (await send(request("web", priority))).status == 429:
                pass
            if asked > 180:
                self.waits.append(loop.time() - asked)

        async with asyncio.TaskGroup() as calls:
            while True:
                await asyncio.sleep(self.rng.expovariate(self.load.web))
                calls.create_task(call())

    async def resize(self) -> None:
        """The account grows or shrinks half-way."""
        await asyncio.sleep(self.load.seconds / 2)
        self.server.refill, hourly = self.load.resized / 3600, self.load.resized
        self.server.capacity = 2400 if hourly == 1200 else hourly

    async def everybody(self) -> None:
        """All of the load, for its time."""
        jobs: list[Awaitable[None]] = [self.bulk(number) for number in range(self.load.processes)]
        jobs += [self.person()] if self.load.web else []
        jobs += [self.resize()] if self.load.resized else []
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*jobs), self.load.seconds)


@frozen
class Outcome:
    """What came of a load."""

    refused: float
    """429s, as a part of the requests of pools."""
    stray: float
    """429s of pools, as a part of the refill."""
    used: float
    """Tokens taken, as a part of all there were, those that stood in the pool at the end included."""
    jain: tuple[float, ...]
    """Jain's fairness index over windows of 5, 15 and 60 minutes: the mean."""
    worst: float
    """The smallest part of an equal share that a process got in any 15 minutes."""
    silence: float
    """The longest pause of a process, in intervals of its share, from two minutes after the last start on."""
    last: float
    """Part of an equal share of the last process: in the quarter of an hour after it joined, or throughout."""
    p99: float
    """Seconds that 99 of 100 interactive calls took at most."""
    level: float


WINDOWS = (300.0, 900.0, 3600.0)


def simulate(load: Load, seed: int) -> Outcome:
    random.seed(seed)
    account = Account(load, random.Random(seed))
    run(account.everybody())
    taken = account.server.taken
    names = [str(number) for number in range(load.processes) if not (load.neighbour and number == 0)]
    got = {name: [at for at, who, ok, _ in taken if ok and who == name] for name in names}
    ours = [ok for _, who, ok, _ in taken if who != "neighbour"]
    refused = ours.count(False)
    level = account.server.level
    success = sum(ok for _, _, ok, _ in taken)
    begin = max(at for name, at in account.starts.items() if not (load.joins and name == names[-1]))
    jains, worst = [], 1.0
    for window in WINDOWS:
        found: list[float] = []
        since = begin
        while since + window <= load.seconds + 1 and len(names) > 1 and not load.joins:
            counts = [sum(since < at <= since + window for at in got[name]) for name in names]
            if any(counts):
                found.append(sum(counts) ** 2 / (len(counts) * sum(one * one for one in counts)))
                if window == 900:
                    worst = min(worst, min(counts) * len(counts) / sum(counts))
            since += window
        jains.append(sum(found) / len(found) if found else 1.0)
    until = load.joins + 900 if load.joins else load.seconds
    parts = [sum(load.joins < at <= until for at in got[name]) for name in names]
    silence = max(
        (later - at for one in got.values() for at, later in zip(one, [*one[1:], load.seconds], strict=False)
         if at > max(account.starts.values()) + 120),
        default=load.seconds,
    ) * account.server.refill / load.processes  # fmt: skip
    waits = sorted(account.waits)
    return Outcome(
        refused / max(1, len(ours)),
        refused / (account.server.refill * load.seconds),
        success / max(1.0, success + level),
        tuple(jains),
        worst,
        silence,
        parts[-1] * (load.processes if load.neighbour else len(parts)) / max(1, sum(parts) if not load.neighbour
                                                                             else success),
        waits[int(0.99 * len(waits))] if waits else 0.0,
        level,
    )  # fmt: skip
