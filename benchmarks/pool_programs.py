"""Programs as people run them on one account, each a process with a `Pool` of its own: waits and 429s."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Sequence

from attrs import define, field, frozen

from aioheroku._http import Priority, Send
from benchmarks.harness import table
from benchmarks.pool_loads import Account, Load
from benchmarks.pool_peers import request
from tests._support.virtual_loop import run

PATIENCE = 60.0
"""Seconds after which a short-lived process gives up."""


@define
class Programs:
    """Programs on one simulated account."""

    account: Account
    since: float = 0.0
    """Calls are measured from then on."""
    waits: dict[str, list[float]] = field(factory=dict)
    """Seconds from a call to its success, by program."""

    @property
    def rng(self) -> random.Random:
        """The one of the account."""
        return self.account.rng

    async def call(self, send: Send, name: str, priority: Priority = "normal") -> None:
        """One call, sent again while it is refused."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        while (await send(request(name, priority))).status == 429:
            pass
        if asked >= self.since:
            self.waits.setdefault(name, []).append(loop.time() - asked)

    async def bulk(self, name: str, calls: int, tasks: int = 4) -> None:
        """This many calls in some tasks, then the end."""
        send, left = self.account.pool(), iter(range(calls))

        async def task() -> None:
            for _ in left:
                await self.call(send, name)

        await asyncio.gather(*(task() for _ in range(tasks)))

    async def arrivals(self, name: str, a_second: float, priority: Priority) -> None:
        """Calls of one process at random moments, none of which waits for another."""
        send = self.account.pool()
        async with asyncio.TaskGroup() as calls:
            while True:
                await asyncio.sleep(self.rng.expovariate(a_second))
                calls.create_task(self.call(send, name, priority))

    async def polls(self, name: str, seconds: float) -> None:
        """A call each this many seconds."""
        send = self.account.pool()
        while True:
            await self.call(send, name)
            await asyncio.sleep(seconds)

    async def short(self, name: str, calls: int, priority: Priority = "normal") -> None:
        """A process of some calls one after the other that gives up after a minute."""
        send = self.account.pool()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                for _ in range(calls):
                    await self.call(send, name, priority)

    async def shorts(self, name: str, a_minute: float, priority: Priority = "normal") -> None:
        """Short-lived processes of one to three calls."""
        async with asyncio.TaskGroup() as processes:
            while True:
                await asyncio.sleep(self.rng.expovariate(a_minute / 60))
                processes.create_task(self.short(name, self.rng.randint(1, 3), priority))

    async def pushes(self, a_minute: float) -> None:
        """`git push` and such: they take a token each and look at no header."""
        while True:
            await asyncio.sleep(self.rng.expovariate(a_minute / 60))
            await self.account.server.send(request("push"))

    def high(self, name: str, part: float) -> float:
        """The wait that this part of the calls of a program did not exceed."""
        waits = sorted(self.waits.get(name, [0.0]))
        return waits[min(len(waits) - 1, int(part * len(waits)))]

    def refused(self, *names: str) -> float:
        """429s of these programs, or of all that have a pool, as a part of their requests."""
        found = [ok for _, who, ok, _ in self.account.server.taken if who in names or (not names and who != "push")]
        return found.count(False) / max(1, len(found))


def _start(load: Load, seed: int, since: float = 0.0) -> Programs:
    random.seed(seed)
    return Programs(Account(load, random.Random(seed)), since)


def _until(seconds: float, *jobs: Awaitable[object]) -> float:
    """Run until the first of the jobs is done, and so long at most; returns when that was."""

    async def main() -> float:
        tasks = [asyncio.ensure_future(job) for job in jobs]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        at = asyncio.get_running_loop().time()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return at

    return run(main())


@frozen
class Cron:
    """Twenty processes that begin at the same moment, with random numbers of calls."""

    load: Load
    fewest: int
    most: int
    seconds: float = 7200


CRON = {
    "50 to 300 calls, 4,500 an hour, full": Cron(Load(0, level=4500), 50, 300),
    "50 to 300 calls, 4,500 an hour, empty": Cron(Load(0), 50, 300),
    "50 to 300 calls, 4,500 an hour, empty, steps": Cron(Load(0, step=60), 50, 300),
    "10 to 60 calls, 1,200 an hour, empty": Cron(Load(0, hourly=1200), 10, 60),
    "10 to 60 calls, 1,200 an hour, empty, steps": Cron(Load(0, hourly=1200, step=60), 10, 60),
}
SHORT = {
    "30 a minute": (Load(0), 30.0),
    "30 a minute, steps": (Load(0, step=60), 30.0),
    "80 a minute, too many": (Load(0), 80.0),
    "150 a minute, too many": (Load(0), 150.0),
}
MIX = {"continuous": Load(0), "steps": Load(0, step=60), "1,200 an hour": Load(0, hourly=1200, level=300)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def cron(seeds: int) -> str:
    """A cron fleet: when each process has finished."""
    rows: list[list[str]] = []
    for name, one in CRON.items():
        refused, middle, last, ideal = [], [], [], []
        for seed in range(seeds):
            programs = _start(one.load, seed)
            ends: list[float] = []
            sizes = [programs.rng.randint(one.fewest, one.most) for _ in range(20)]

            async def process(number: int, calls: int, programs: Programs = programs, ends: list[float] = ends) -> None:
                await programs.bulk(str(number), calls)
                ends.append(asyncio.get_running_loop().time())

            async def fleet(sizes: list[int] = sizes) -> None:
                await asyncio.gather(*(process(*each) for each in enumerate(sizes)))

            _until(one.seconds, fleet())
            ends += [one.seconds] * (20 - len(ends))
            refused.append(programs.refused())
            middle.append(sorted(ends)[10])
            last.append(max(ends))
            ideal.append(max(0.0, sum(sizes) - one.load.level) / one.load.hourly * 3600)
        rows.append(
            [name, f"{_mean(refused):.2%}", f"{_mean(middle):.0f}", f"{_mean(last):.0f}", f"{_mean(ideal):.0f}"]
        )
    return table(["20 processes at the same moment", "429s", "half are done, s", "all are done, s", "least, s"], rows)


def short(seeds: int) -> str:
    """Short-lived processes for an hour on an account that is empty at first."""
    rows: list[list[str]] = []
    for name, (load, a_minute) in SHORT.items():
        refused, served, high, least = [], [], [], []
        for seed in range(seeds):
            programs = _start(load, seed)
            _until(3600, programs.shorts("short", a_minute))
            taken = [ok for _, _, ok, _ in programs.account.server.taken]
            wanted = a_minute * 60 * 2
            refused.append(programs.refused())
            served.append(taken.count(True) / wanted)
            high.append(programs.high("short", 0.99))
            # Each makes one request at least, and those beyond the tokens get nothing but a 429; so do those that begin
            # before the first step.
            least.append(max(0.0, 1 - load.hourly / (a_minute * 60), load.step / 60 * a_minute / wanted))
        rows.append([name, f"{_mean(refused):.2%}", f"{_mean(least):.1%}", f"{min(1.0, _mean(served)):.0%}",
                     f"{min(1.0, load.hourly / (a_minute * 120)):.0%}", f"{_mean(high):.1f}"])  # fmt: skip
    head = ["processes of 1 to 3 calls", "429s", "least 429s", "calls served", "most that can be", "p99 of those, s"]
    return table(head, rows)


def mixed(seeds: int) -> str:
    """All at once: a bulk audit, a web backend, an autoscaler, people at the CLI, and pushes."""
    rows: list[list[str]] = []
    for name, load in MIX.items():
        refused, over, web, longest, cli, poll, push = [], [], [], [], [], [], []
        small = load.hourly == 1200
        for seed in range(seeds):
            programs = _start(load, seed, since=180)  # a step may take a minute to come: until then nobody has a token
            end = _until(
                30_000,
                programs.bulk("audit", 900 if small else 6000),
                programs.arrivals("web", 0.05 if small else 0.1, "interactive"),
                programs.polls("autoscaler", 30 if small else 10),
                programs.shorts("cli", 0.3, "interactive"),
                programs.pushes(0.5),
            )
            taken = sum(ok for _, _, ok, _ in programs.account.server.taken)
            refused.append(programs.refused())
            over.append(end / ((taken - load.level) / load.hourly * 3600))
            web.append(programs.high("web", 0.99))
            longest.append(programs.high("web", 1.0))
            cli.append(programs.high("cli", 0.99))
            poll.append(programs.high("autoscaler", 0.99))
            push.append(programs.refused("push"))
        rows.append([name, f"{_mean(refused):.2%}", f"{_mean(over):.3f}",
                     *(f"{_mean(each):.2f}" for each in (web, longest, cli, poll)), f"{_mean(push):.1%}"])  # fmt: skip
    head = ["account", "429s", "audit, x ideal time", "web p99, s", "web longest", "CLI p99", "autoscaler p99",
            "pushes refused"]  # fmt: skip
    return table(head, rows)
