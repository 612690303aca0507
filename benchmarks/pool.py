"""The token pool in virtual time: the real code of `aioheroku.pool` against a simulated bucket, beside its peers.

`python -m benchmarks.pool` prints the tables of docs/limits.md and draws docs/limits.svg with `--plot`; `--quick` runs
one seed of each. Everything is seeded: the same command gives the same figures.
"""

import argparse
import asyncio
import contextlib
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiolimiter import AsyncLimiter
from attrs import define, evolve, field, frozen
from yarl import URL

from aioheroku.http import Options, Priority, Request, Response, Send
from aioheroku.pool import Pool
from benchmarks.virtual import run

URL_ = URL("http://127.0.0.1/apps/example")


def request(label: str = "", priority: Priority = "normal") -> Request:
    return Request("GET", URL_, "/apps/{app}", {}, options=Options(label=label or None, priority=priority))


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
        """Charge a token and say what is left, 429 where there was none."""
        delay = self.rng.uniform(0.10, 0.25)
        await asyncio.sleep(delay / 2)
        now = asyncio.get_running_loop().time()
        passed = now - self.updated
        if self.step:
            passed = (now // self.step - self.updated // self.step) * self.step
        self.updated = now
        self.level = min(self.capacity, self.level + passed * self.refill)
        granted = self.level >= 1
        self.level -= granted
        self.taken.append((now, request.options.label or "", granted, self.level))
        await asyncio.sleep(delay / 2)
        return Response(200 if granted else 429, {"RateLimit-Remaining": str(int(self.level))}, b"")


Strategy = Callable[[Server, "Scenario"], Send]


def ours(server: Server, scenario: "Scenario") -> Send:
    return Pool(*scenario.told).metered(server.send)


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
    told: tuple[int, float] = (2400, 1200)
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


STEP = 60.0
SMALL = Scenario(2, 10, 16000, 2400, 1 / 3, 2400, total=6000)
ENDLESS = {
    "published, 2x5": Scenario(2, 5),
    "1x50": Scenario(1, 50),
    "10x5": Scenario(10, 5),
    "25x4": Scenario(25, 4),
    "10x5, pool full, 2 h": Scenario(10, 5, 7200, level=4500),
    "25x4, pool full, 2 h": Scenario(25, 4, 7200, level=4500),
    "2x5, steps": Scenario(2, 5, step=STEP),
    "10x5, steps": Scenario(10, 5, step=STEP),
    "25x4, steps": Scenario(25, 4, step=STEP),
}
PEERS: dict[str, Strategy] = {"aioheroku": ours, "published": published, "AsyncLimiter": bucket}


def endless(seeds: int) -> list[tuple[str, str, Result]]:
    rows = [(name, peer, mean(scenario, strategy, seeds))
            for name, scenario in ENDLESS.items() for peer, strategy in PEERS.items()]  # fmt: skip
    print("\n| scenario | client | 429 % | tokens used % | Jain | deviation | p99 wait s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, peer, one in rows:
        print(f"| {name} | {peer} | {100 * one.refused:.2f} | {100 * one.used:.2f} | {one.jain:.3f} | "
              f"{one.deviation:.1f} | {one.p99:.0f} |")  # fmt: skip
    clear = Scenario(2, 5, 150, level=4500, refill=0.0)
    print("\n| 4,500 tokens, no refill, 2x5: until 10 are left | s |\n| --- | --- |")
    for peer, strategy in PEERS.items():
        print(f"| {peer} | {mean(clear, strategy, seeds).clear:.1f} |")
    return rows


def alone(seeds: int, hours: float) -> None:
    print("\n| one process x 10, pool half full, told | pool, refill an hour | refill | 429s | tokens used % |")
    print("| --- | --- | --- | --- | --- |")
    for told in ((2400, 1200.0), (9000, 9000.0)):
        for capacity, hourly in ((300, 1200), (2400, 1200), (4500, 4500), (9000, 9000)):
            for step in (0.0, STEP):
                scenario = Scenario(1, 10, hours * 3600, capacity, hourly / 3600, capacity / 2, step, told)
                one = mean(scenario, ours, seeds)
                kind = "steps" if step else "continuous"
                print(f"| {told[0]}, {told[1]:.0f} | {capacity}, {hourly} | {kind} | {one.refused_count:.1f} | "
                      f"{100 * one.used:.2f} |")  # fmt: skip


def audits(seeds: int, processes: tuple[int, ...]) -> None:
    print("\n| 6,000 requests, pool 2400 full, 1200/h, processes | client | x ideal time | 429 % |")
    print("| --- | --- | --- | --- |")
    for clients in processes:
        for peer, strategy in PEERS.items():
            one = mean(evolve(SMALL, clients=clients), strategy, seeds)
            print(f"| {clients} | {peer} | {one.end / 10800:.3f} | {100 * one.refused:.2f} |")
    small = Scenario(1, 10, 200, 2400, 1 / 3, 300, total=300)
    print(f"\n300 requests from a pool of 300, alone: {mean(small, ours, seeds).end:.1f} s")
    print("\n| joins after an hour | part of an equal part, the hour after |\n| --- | --- |")
    for clients in (2, 5, 10):
        late = Scenario(clients, 5, 7200, 2400, 1 / 3, 2400, late=3600)
        print(f"| {clients - 1}+1 | {mean(late, ours, seeds).shares[-1]:.2f} |")


def neighbours(seeds: int) -> None:
    print("\n| neighbour, 5 tasks, 1 h | pool at first | part of a fair share |\n| --- | --- | --- |")
    kinds = {"backs off on 429": backing_off, "published": published, "AsyncLimiter": bucket, "hammers": hammering}
    for name, kind in kinds.items():
        for level in (0.0, 2400.0):
            scenario = Scenario(2, 5, 3600, level=level, told=(4500, 4500), neighbour=kind)
            results = [simulate(scenario, ours, seed) for seed in range(seeds)]
            share = statistics.fmean(one.shares[1] for one in results)
            print(f"| {name} | {level:.0f} | {share:.2f} |")


def big_pools() -> None:
    print("\n| 9,000 calls by 50 tasks, pool | s | without a pool, s |\n| --- | --- | --- |")
    for capacity in (20_000, 1_000_000):
        scenario = Scenario(1, 50, 3600, capacity, 1.25, capacity, total=9000)
        print(f"| {capacity} | {simulate(scenario, ours, 1).end:.1f} | {simulate(scenario, hammering, 1).end:.1f} |")


def interactive(processes: int, seconds: float) -> None:
    """Interactive calls among batch calls that want more than there is."""
    server = Server(random.Random(1), level=20)
    waits: list[float] = []

    async def load(send: Send, priority: Priority, pause: float) -> None:
        while True:
            await asyncio.sleep(server.rng.uniform(0, 2 * pause))
            one = request(priority=priority)
            while (await send(one)).status == 429:
                pass
            if priority == "interactive":
                waits.append(one.waited)

    async def main() -> None:
        jobs: list[Awaitable[None]] = []
        for _ in range(processes):
            send = Pool(4500, 4500).metered(server.send)
            jobs += [load(send, "batch", 0.0) for _ in range(20)]
            jobs.append(load(send, "interactive", 20.0))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*jobs), seconds)

    run(main())
    median = statistics.median(waits)
    print(f"interactive among 20 batch tasks, {processes} process(es): median wait {median:.2f} s, "
          f"{median * server.refill:.2f} token intervals, of {len(waits)} calls")  # fmt: skip


def speed(calls: int, waiters: int) -> None:
    """In real time: what the wrapper costs, and what a grant costs with a long line."""
    answer = Response(200, {"RateLimit-Remaining": "999999"}, b"")
    order: list[str | None] = []
    gate = asyncio.Event()

    async def direct(_: Request) -> Response:
        return answer

    async def slow(request: Request) -> Response:
        order.append(request.options.label)
        await gate.wait()
        return answer

    async def main() -> None:
        send, one = Pool(10**6).metered(direct), request()
        costs: list[float] = []
        for call in (direct, send) * 3:
            began = time.perf_counter()
            for _ in range(calls):
                await call(one)
            costs.append((time.perf_counter() - began) / calls * 1e6)
        print(f"\nmetered, nothing short: {statistics.median(costs[1::2]) - statistics.median(costs[::2]):.2f} "
              "microseconds a call")  # fmt: skip
        send = Pool(10**6).metered(slow)
        everyone = asyncio.gather(*(send(request(str(number))) for number in range(waiters)))
        await asyncio.sleep(0)
        began = time.perf_counter()
        gate.set()
        await everyone
        cost = (time.perf_counter() - began) / waiters * 1e6
        in_order = order == [str(number) for number in range(waiters)]
        print(f"{waiters} waiting tasks drain at {cost:.1f} microseconds a grant, in order: {in_order}")
        assert in_order

    asyncio.run(main())


def plot(rows: list[tuple[str, str, Result]], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "aioheroku"
    import matplotlib.pyplot as plt

    names = list(dict.fromkeys(name for name, _, _ in rows))
    figure, axes = plt.subplots(figsize=(9, 4))
    for index, peer in enumerate(PEERS):
        values = [
            max(0.01, 100 * one.refused) for name in names for row, who, one in rows if (row, who) == (name, peer)
        ]
        axes.bar([place + 0.27 * (index - 1) for place in range(len(names))], values, 0.25, label=peer)
    axes.set_yscale("log")
    axes.set_ylabel("requests answered 429, %")
    axes.set_xticks(range(len(names)), [name.replace(", ", "\n", 1) for name in names], fontsize=7)
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one seed, for correctness only")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--plot", type=Path, help="write the plot here, as docs/limits.svg")
    arguments = parser.parse_args()
    seeds = 1 if arguments.quick else arguments.seeds
    rows = endless(seeds)
    alone(seeds, 0.5 if arguments.quick else 1.0)
    audits(seeds, (1, 10) if arguments.quick else (1, 2, 5, 10, 20))
    neighbours(seeds if arguments.quick else min(2, seeds))
    big_pools()
    print()
    for processes in (1, 2):
        interactive(processes, 600 if arguments.quick else 3600)
    speed(20_000 if arguments.quick else 200_000, 5_000 if arguments.quick else 100_000)
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
