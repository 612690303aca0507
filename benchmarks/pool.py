"""The token pool in virtual time, real code and a simulated bucket, beside its peers: `python -m benchmarks.pool`."""

import asyncio
import contextlib
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Sequence

from aiolimiter import AsyncLimiter
from attrs import evolve

from aioheroku.http import Priority, Request, Response, Send
from aioheroku.pool import Pool
from benchmarks.harness import ROOT, options, publish, table
from benchmarks.pool_peers import (
    Result,
    Scenario,
    Server,
    Strategy,
    backing_off,
    bucket,
    excess,
    hammering,
    mean,
    ours,
    published,
    request,
)
from tests._support.virtual_loop import run

PAGE = ROOT / "docs" / "limits.md"
STEP = 60.0
OURS = "aioheroku"
PEERS: dict[str, Strategy] = {OURS: ours, "published": published, "AsyncLimiter": bucket}
ENDLESS = {
    "2x5": Scenario(2, 5),
    "1x50": Scenario(1, 50),
    "10x5": Scenario(10, 5),
    "25x4": Scenario(25, 4),
    "10x5, full at first, 2 h": Scenario(10, 5, 7200, level=4500),
    "25x4, full at first, 2 h": Scenario(25, 4, 7200, level=4500),
    "2x5, steps": Scenario(2, 5, step=STEP),
    "10x5, steps": Scenario(10, 5, step=STEP),
    "25x4, steps": Scenario(25, 4, step=STEP),
}
AUDIT = Scenario(2, 10, 16000, 2400, 1 / 3, 2400, total=6000)
IDEAL = (6000 - 2400) * 3.0
CLEAR = Scenario(2, 5, 150, level=4500, refill=0.0)

Row = tuple[str, str, Result]
Goals = list[list[str]]


def endless(seeds: int, part: float, goals: Goals) -> tuple[str, list[Row]]:
    """The published scenario and its relatives: everybody wants more than there is."""
    rows = [(name, peer, mean(evolve(scenario, seconds=part * scenario.seconds), strategy, seeds))
            for name, scenario in ENDLESS.items() for peer, strategy in PEERS.items()]  # fmt: skip
    clear = {peer: mean(CLEAR, strategy, seeds).clear for peer, strategy in PEERS.items()}
    mine = {name: one for name, peer, one in rows if peer == OURS}
    theirs = {name: one for name, peer, one in rows if peer == "published"}
    two, steps = mine["2x5"], mine["10x5, steps"]
    goals += [
        ["2x5: requests refused", "0.1 %", f"{two.refused:.2%}"],
        ["2x5: tokens used", "at least 99.5 %", f"{two.used:.2%}"],
        ["2x5: deviation of the requests by task", "2", f"{two.deviation:.1f}"],
        ["4,500 requests waiting: until 10 tokens are left", "90 s", f"{clear[OURS]:.1f} s"],
    ]
    for name in ("10x5", "25x4", "25x4, full at first, 2 h"):
        goals += [
            [f"{name}: requests refused", "0.5 %", f"{mine[name].refused:.2%}"],
            [f"{name}: Jain", "at least 0.99", f"{mine[name].jain:.3f}"],
        ]
    goals += [
        ["2x5, steps: requests refused", "0.3 %", f"{mine['2x5, steps'].refused:.2%}"],
        ["10x5, steps: requests refused", f"7.9 % (published here: {theirs['10x5, steps'].refused:.1%})",
         f"{steps.refused:.2%}"],
        ["10x5, steps: Jain", "at least 0.95", f"{steps.jain:.3f}"],
    ]  # fmt: skip
    head = ["processes x tasks, half an hour", "client", "429 %", "tokens used %", "Jain", "deviation", "p99 wait, s"]
    cells = [[name, peer, f"{100 * one.refused:.2f}", f"{100 * one.used:.2f}", f"{one.jain:.3f}",
              f"{one.deviation:.1f}", f"{one.p99:.0f}"] for name, peer, one in rows]  # fmt: skip
    clears = table(["4,500 tokens, no refill, 2x5", "until 10 are left, s"],
                   [[peer, f"{seconds:.1f}"] for peer, seconds in clear.items()])  # fmt: skip
    return f"{table(head, cells)}\n\n{clears}", rows


def alone(seeds: int, seconds: float, goals: Goals) -> str:
    """One process, told one size and given another."""
    rows: list[list[str]] = []
    refused = 0.0
    for told in ((2400, 1200.0), (9000, 9000.0)):
        for capacity, hourly in ((300, 1200), (2400, 1200), (4500, 4500), (9000, 9000)):
            for step in (0.0, STEP):
                scenario = Scenario(1, 10, seconds, capacity, hourly / 3600, capacity / 2, step, told)
                one = mean(scenario, ours, seeds)
                refused += one.refused_count
                kind = "steps" if step else "continuous"
                rows.append([f"{told[0]}, {told[1]:.0f}", f"{capacity}, {hourly}", kind,
                             f"{one.refused_count:.1f}", f"{100 * one.used:.2f}"])  # fmt: skip
    goals.append(["one process alone: requests refused, 16 kinds of pool", "none", f"{refused:.0f}"])
    return table(["one process, told", "pool, refill an hour", "refill", "429s", "tokens used %"], rows)


def audits(seeds: int, processes: Sequence[int], late: Sequence[int], goals: Goals) -> str:
    """6,000 requests by so many processes, and one that joins late."""
    rows: list[list[str]] = []
    for clients in processes:
        for peer, strategy in PEERS.items():
            one = mean(evolve(AUDIT, clients=clients), strategy, seeds)
            rows.append([str(clients), peer, f"{one.end / IDEAL:.3f}", f"{100 * one.refused:.2f}"])
            if peer == OURS and clients <= 10:
                goals.append([f"6,000 requests, {clients} processes: x ideal time", "1.02", f"{one.end / IDEAL:.3f}"])
    shares: list[list[str]] = []
    for clients in late:
        share = mean(Scenario(clients, 5, 7200, 2400, 1 / 3, 2400, late=3600), ours, seeds).shares[-1]
        shares.append([f"{clients - 1} + 1", f"{share:.2f}"])
        goals.append([f"late joiner, {clients - 1} + 1: of an equal part", "0.8 to 1.25", f"{share:.2f}"])
    small = mean(Scenario(1, 10, 200, 2400, 1 / 3, 300, total=300), ours, seeds).end
    goals.append(["300 requests from a pool of 300, alone", "25 s", f"{small:.1f} s"])
    head = ["6,000 requests, pool 2400 full, 1200/h; processes", "client", "x ideal time", "429 %"]
    return f"{table(head, rows)}\n\n{table(['joins after an hour', 'of an equal part, the hour after'], shares)}"


def neighbours(seeds: int, seconds: float, goals: Goals) -> str:
    """Beside one that does as it likes."""
    kinds = {"backs off on 429": backing_off, "AsyncLimiter": bucket, "published": published, "hammers": hammering}
    rows: list[list[str]] = []
    for name, kind in kinds.items():
        for level in (0.0, 2400.0):
            scenario = Scenario(2, 5, seconds, level=level, told=(4500, 4500), neighbour=kind)
            share = mean(scenario, ours, seeds).shares[1]
            rows.append([name, f"{level:.0f}", f"{share:.2f}"])
            if kind is not published:
                goals.append([f"neighbour that {name}, {level:.0f} tokens at first: of a fair share"
                              if kind is not bucket else
                              f"neighbour with a plain {name}, {level:.0f} tokens at first: of a fair share",
                              "at least 0.5", f"{share:.2f}"])  # fmt: skip
    return table(["neighbour, 5 tasks", "tokens at first", "our part of a fair share"], rows)


def big_pools() -> str:
    """A pool that is never short costs no time."""
    rows = []
    for capacity in (20_000, 1_000_000):
        scenario = Scenario(1, 50, 3600, capacity, 1.25, capacity, total=9000)
        rows.append([f"{capacity:,}", *(f"{mean(scenario, strategy, 1).end:.1f}" for strategy in (ours, hammering))])
    return table(["9,000 calls by 50 tasks, pool", "s", "without a pool, s"], rows)


def interactive(processes: int, seconds: float, goals: Goals) -> None:
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
                waits.append(one.attempt.waited)

    async def everybody() -> None:
        jobs: list[Awaitable[None]] = []
        for _ in range(processes):
            send = Pool(4500, 4500).metered(server.send)
            jobs += [load(send, "batch", 0.0) for _ in range(20)]
            jobs.append(load(send, "interactive", 20.0))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*jobs), seconds)

    random.seed(1)
    run(everybody())
    goals.append([f"interactive among 20 batch tasks, {processes} process(es): median wait", "2 token intervals",
                  f"{statistics.median(waits) * server.refill:.2f}"])  # fmt: skip


def bounded(seeds: int, goals: Goals) -> None:
    """A server without the header, a third of the calls cancelled at random: what leaves in the worst window."""
    worst = 0.0
    for seed in range(seeds):
        rng = random.Random(seed)
        left: list[float] = []

        async def silent(_: Request, left: list[float] = left, rng: random.Random = rng) -> Response:
            left.append(asyncio.get_running_loop().time())
            await asyncio.sleep(rng.uniform(0.05, 1.0))
            return Response(200, {}, b"")

        async def everybody(rng: random.Random = rng, send: Send = silent) -> None:
            metered = Pool(50, 3600).metered(send)
            tasks = [asyncio.ensure_future(metered(request())) for _ in range(600)]
            for task in rng.sample(tasks, 200):
                asyncio.get_running_loop().call_later(rng.uniform(0, 400), task.cancel)
            await asyncio.gather(*tasks, return_exceptions=True)

        run(everybody())
        worst = max(worst, excess(left, 1.0))
    goals.append(["granted in any window less refill x time, of a capacity of 50, with cancellations",
                  "50", f"{worst:.1f}"])  # fmt: skip


def speed(calls: int, waiters: int, goals: Goals) -> None:
    """In real time: what the wrapper costs, and what a grant costs with a long line."""
    answer = Response(200, {"RateLimit-Remaining": "999999"}, b"")
    order: list[str | None] = []
    gate = asyncio.Event()
    limiter = AsyncLimiter(10**7, 1)

    async def direct(_: Request) -> Response:
        return answer

    async def limited(_: Request) -> Response:
        await limiter.acquire()
        return answer

    async def slow(request: Request) -> Response:
        order.append(request.options.label)
        await gate.wait()
        return answer

    async def everything() -> tuple[float, float, float]:
        send, one = Pool(10**6).metered(direct), request()
        costs: dict[Send, list[float]] = {direct: [], send: [], limited: []}
        for _ in range(15):
            for call, found in costs.items():
                began = time.process_time()
                for _ in range(calls):
                    await call(one)
                found.append((time.process_time() - began) / calls * 1e6)
        bare, own, peer = (statistics.median(found) for found in costs.values())
        send = Pool(10**6).metered(slow)
        everyone = asyncio.gather(*(send(request(str(number))) for number in range(waiters)))
        await asyncio.sleep(0)
        began = time.process_time()
        gate.set()
        await everyone
        return own - bare, peer - bare, (time.process_time() - began) / waiters * 1e6

    own, peer, grant = asyncio.run(everything())
    assert order == [str(number) for number in range(waiters)]
    goals += [
        ["a call that need not wait, processor time", "3 microseconds",
         f"{own:.1f} ({own / peer:.1f} x AsyncLimiter's acquire)"],
        [f"{waiters:,} waiting tasks, in order: a grant", "30 microseconds", f"{grant:.0f}"],
    ]  # fmt: skip


def plot(rows: Sequence[Row]) -> None:
    """The part of the requests that is refused, by scenario and client, as docs/limits.svg."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "limits"  # the same figures give the same file
    import matplotlib.pyplot as plt

    names = list(dict.fromkeys(name for name, _, _ in rows))
    figure, axes = plt.subplots(figsize=(9, 3.6))
    for index, (peer, colour) in enumerate(zip(PEERS, ("#6762a6", "#b9b7c9", "#dcdbe4"), strict=True)):
        values = [max(0.01, 100 * one.refused) for _, who, one in rows if who == peer]
        places = [place + 0.27 * (index - 1) for place in range(len(names))]
        axes.bar(places, values, 0.25, label=peer, color=colour)
    axes.set_yscale("log")
    axes.set_title("Requests answered 429, %", fontsize=10, loc="left")
    axes.set_xticks(range(len(names)), [name.replace(", ", "\n", 1) for name in names], fontsize=7)
    axes.tick_params(axis="y", labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(ROOT / "docs" / "limits.svg", metadata={"Date": None})
    plt.close(figure)


def main(argv: list[str]) -> int:
    """Simulate, print, and with --write publish; everything is seeded, so the same command gives the same figures."""
    chosen = options(argv, __doc__)
    seeds, hour = (1, 300.0) if chosen.quick else (3, 3600.0)
    goals: Goals = []
    first, rows = endless(seeds, hour / 3600, goals)
    parts = [
        first,
        alone(1, hour, goals),
        audits(1, (1,), (2,), goals) if chosen.quick else audits(2, (1, 2, 5, 10, 20), (2, 5, 10), goals),
        neighbours(1, hour, goals),
        big_pools(),
    ]
    for processes in (1, 2):
        interactive(processes, hour, goals)
    bounded(seeds, goals)
    speed(*((2_000, 5_000) if chosen.quick else (20_000, 100_000)), goals)
    summary = table(["", "asked for", "found"], goals)
    publish("pool", "\n\n".join([summary, *parts]), write=chosen.write, page=PAGE)
    if chosen.write:
        plot(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
