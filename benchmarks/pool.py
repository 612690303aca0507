"""The token pool in virtual time, real code and a simulated account: `python -m benchmarks.pool`."""

import asyncio
import logging
import random
import statistics
import sys
import time
from collections.abc import Mapping

from aiolimiter import AsyncLimiter
from attrs import evolve

from aioheroku._http import Request, Response, Send
from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.rule import pause
from benchmarks import pool_programs
from benchmarks.harness import ROOT, options, publish, table
from benchmarks.pool_loads import Account, Load, Outcome, simulate
from benchmarks.pool_peers import (
    Scenario,
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

PAGE = ROOT / "docs" / "internals" / "rate-limiting.md"
STEP = 60.0
SMALL = 1200
Goals = list[list[str]]

SHARES = {
    "2, the same instant, empty": Load(2),
    "2, skewed, full": Load(2, skew=600, level=4500),
    "2, skewed, empty": Load(2, skew=600),
    "2, skewed, steps": Load(2, skew=600, step=STEP),
    "5, skewed, empty": Load(5, skew=600),
    "5, the same instant, steps": Load(5, step=STEP),
    "10, skewed, empty": Load(10, skew=600),
    "10, skewed, full": Load(10, skew=600, level=4500),
    "10, skewed, steps": Load(10, skew=600, step=STEP),
    "25, the same instant, empty": Load(25),
    "25, skewed, full": Load(25, skew=600, level=4500),
    "25, skewed, steps": Load(25, skew=600, step=STEP),
    "2, 1,200 an hour": Load(2, skew=600, hourly=SMALL),
    "5, 1,200 an hour": Load(5, skew=600, hourly=SMALL),
    "10, 1,200 an hour, steps": Load(10, skew=600, hourly=SMALL, step=STEP),
    "25, 1,200 an hour": Load(25, skew=600, hourly=SMALL),
    "25, 1,200 an hour, steps": Load(25, skew=600, hourly=SMALL, step=STEP),
}
CHANGES = {
    "1 + 1 that joins": Load(2, joins=3600, seconds=4500),
    "4 + 1 that joins": Load(5, joins=3600, seconds=4500),
    "1 + 1 that joins, steps": Load(2, joins=3600, seconds=4500, step=STEP),
    "4 + 1 that joins, 1,200 an hour": Load(5, joins=3600, seconds=4500, hourly=SMALL),
    "1 of 5 restarts each 2 minutes": Load(5, restarts=120),
    "1 of 5 restarts, steps": Load(5, restarts=120, step=STEP),
    "1 of 5 restarts, 1,200 an hour": Load(5, restarts=120, hourly=SMALL),
}
TROUBLE = {
    "4,500 an hour become 9,000": Load(5, resized=9000),
    "9,000 an hour become 1,200": Load(5, hourly=9000, resized=SMALL),
    "a third of the responses without the header": Load(5, headers=0.67),
    "no response with the header": Load(5, headers=0),
    "a tenth of the responses 30 s late": Load(5, late=0.1),
}
PEOPLE = {
    "1 bulk process, 0.5 calls a second": Load(1, web=0.5),
    "5 bulk processes, 0.5 calls a second": Load(5, web=0.5),
    "1 bulk process, steps": Load(1, web=0.5, step=STEP),
    "1 bulk process, 1,200 an hour, 0.05 calls a second": Load(1, web=0.05, hourly=SMALL),
    "5 bulk processes, 1,200 an hour, steps": Load(5, web=0.05, hourly=SMALL, step=STEP),
}
PEERS: dict[str, Strategy] = {"aioheroku": ours, "published": published, "AsyncLimiter": bucket}


def several(loads: Mapping[str, Load], seeds: int, part: float) -> dict[str, list[Outcome]]:
    """Each load with this many seeds, for that part of its time."""
    return {
        name: [
            simulate(evolve(load, seconds=load.seconds * part, joins=load.joins * part), seed) for seed in range(seeds)
        ]
        for name, load in loads.items()
    }


def average(found: list[Outcome], name: str) -> float:
    return statistics.fmean(getattr(one, name) for one in found)


def shares(seeds: int, part: float, goals: Goals) -> str:
    """Processes that want more than there is."""
    rows: list[list[str]] = []
    for name, found in several(SHARES, seeds, part).items():
        jains = [statistics.fmean(one.jain[index] for one in found) for index in range(3)]
        worst, silence = min(one.worst for one in found), max(one.silence for one in found)
        typical, quiet = average(found, "worst"), average(found, "silence")
        refused, many = average(found, "refused"), name.startswith("25")
        rows.append([name, f"{refused:.2%}", f"{average(found, 'used'):.1%}", *(f"{one:.3f}" for one in jains),
                     f"{typical:.2f}", f"{worst:.2f}", f"{quiet:.1f}", f"{silence:.1f}"])  # fmt: skip
        goals += [
            [f"{name}: refused", "0.05 %" if many else "0.00 %", f"{refused:.2%}"],
            [f"{name}: Jain over 15 min; worst part", "0.97; 0.6" if many else "0.99; 0.85",
             f"{jains[1]:.3f}; {typical:.2f}"],
            [f"{name}: tokens used; longest silence", "99 %; 4", f"{average(found, 'used'):.1%}; {quiet:.1f}"],
        ]  # fmt: skip
    head = [
        "processes",
        "429s",
        "tokens used",
        "Jain 5 min",
        "15 min",
        "60 min",
        "worst part, 15 min",
        "of any seed",
        "longest silence",
        "of any seed",
    ]
    return table(head, rows)


def changes(seeds: int, part: float, goals: Goals) -> str:
    """Processes that join and restart; accounts, headers and responses that change."""
    rows: list[list[str]] = []
    for name, found in several(CHANGES, seeds, part).items():
        last = average(found, "last")
        rows.append([name, f"{average(found, 'refused'):.2%}", f"{last:.2f}"])
        goals.append([f"{name}: of an equal part", "0.95 to 1.05", f"{last:.2f}"])
    trouble = [[name, f"{average(found, 'refused'):.2%}", f"{average(found, 'used'):.1%}",
                f"{statistics.fmean(one.jain[1] for one in found):.3f}"]
               for name, found in several(TROUBLE, seeds, part).items()]  # fmt: skip
    return (table(["what changes", "429s", "of an equal part"], rows) + "\n\n"
            + table(["5 processes", "429s", "tokens used", "Jain 15 min"], trouble))  # fmt: skip


def people(seeds: int, part: float, goals: Goals) -> str:
    """Interactive calls beside the bulk of other processes."""
    rows: list[list[str]] = []
    for name, found in several(PEOPLE, seeds, part).items():
        p99 = average(found, "p99")
        rows.append([name, f"{p99:.2f}", f"{average(found, 'refused'):.2%}"])
        goals.append([f"interactive beside {name}: p99", "2 s" if "1,200" in name else "1 s", f"{p99:.2f} s"])
    return table(["interactive calls of a process beside", "p99, s", "429s"], rows)


def alone(seeds: int, part: float, goals: Goals) -> str:
    """One process, and audits of this many calls."""
    rows: list[list[str]] = []
    for capacity, hourly in ((2400, 1200), (4500, 4500), (9000, 9000)):
        for step in (0.0, STEP):
            scenario = Scenario(1, 10, 3600 * part, capacity, hourly / 3600, capacity / 2, step)
            one = mean(scenario, ours, seeds)
            rows.append([f"{capacity}, {hourly}", "steps" if step else "continuous", f"{one.refused_count:.0f}",
                         f"{one.used:.2%}"])  # fmt: skip
            goals.append([f"alone, {capacity}, {rows[-1][1]}: used; 429s", "99.8 %; 0",
                          f"{one.used:.2%}; {one.refused_count:.0f}"])  # fmt: skip
    small = mean(Scenario(1, 10, 200, 2400, 1 / 3, 300, total=300), ours, seeds).end
    goals.append(["300 requests from a pool of 300, alone", "25 s", f"{small:.1f} s"])
    audits: list[list[str]] = []
    for clients in (1,) if part < 1 else (1, 2, 5, 10):
        for peer, strategy in PEERS.items():
            one = mean(Scenario(clients, 10, 16000, 2400, 1 / 3, 2400, total=6000), strategy, 1)
            audits.append([str(clients), peer, f"{one.end / 10800:.3f}", f"{one.refused:.2%}"])
        if clients == 1:
            goals.append(["6,000 calls, alone: x ideal time", "1.01", audits[-3][2]])
    return (table(["alone: capacity, an hour", "refill", "429s", "tokens used"], rows) + "\n\n"
            + table(["6,000 calls of 2,400 tokens; processes", "client", "x ideal time", "429s"], audits))  # fmt: skip


def neighbours(part: float, goals: Goals) -> str:
    """Beside programs that pace themselves in another way, or not at all."""
    kinds = {"hammers": hammering, "backs off on 429": backing_off, "published strategy": published,
             "plain AsyncLimiter": bucket}  # fmt: skip
    rows: list[list[str]] = []
    for name, kind in kinds.items():

        def beside(account: Account, kind: Strategy = kind) -> Send:
            return kind(account.server, Scenario(1, 4))

        found = simulate(Load(2, hourly=4500, seconds=3600 * part, neighbour=beside), 1)
        rows.append([name, f"{found.last:.2f}", f"{found.stray:.2%}"])
        if kind is hammering:
            goals.append(["beside one that hammers: our 429s, of the refill", "2 %", f"{found.stray:.2%}"])
    return table(["neighbour", "our part of a fair share", "our 429s, of the refill"], rows)


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


def plot() -> None:
    """The pause by the tokens left, and where processes meet, as docs/internals/limits.svg."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "limits"  # the same figures give the same file
    import matplotlib.pyplot as plt

    levels = [level / 4 for level in range(256)]
    pauses = [pause(level) for level in levels]
    figure, axes = plt.subplots(figsize=(7.5, 3.6))
    axes.plot(levels, pauses, color="#6762a6", linewidth=2)
    for processes in (1, 2, 5, 10, 25):
        for hourly, colour in ((4500, "#333333"), (1200, "#b07d2b")):
            seconds = processes * 3600 / hourly
            if seconds < pauses[-1]:  # it stands where there is plenty
                continue
            level = min(levels, key=lambda one: abs(pause(one) - seconds))
            axes.plot([level], [seconds], "o", color=colour, markersize=4)
            axes.annotate(f"{processes}", (level, seconds), textcoords="offset points", fontsize=8, color=colour,
                          xytext=(5, 4) if hourly == 4500 else (-12, -10))  # fmt: skip
    axes.set_yscale("log")
    axes.set_xlabel("tokens left", fontsize=9)
    axes.set_ylabel("seconds between two requests", fontsize=9)
    axes.set_title("One pause for all, and where 1 to 25 processes meet: 4,500 an hour black, 1,200 brown",
                   fontsize=9, loc="left")  # fmt: skip
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(ROOT / "docs" / "internals" / "limits.svg", metadata={"Date": None})
    plt.close(figure)


def main(argv: list[str]) -> int:
    """Simulate, print, and with --write publish; everything is seeded, so the same command gives the same figures."""
    chosen = options(argv, __doc__)
    logging.getLogger("aioheroku").setLevel(logging.ERROR)
    seeds, part = (1, 0.3) if chosen.quick else (30, 1.0)
    goals: Goals = []
    parts = [
        shares(seeds, part, goals),
        changes(seeds, part, goals),
        people(seeds, part, goals),
        alone(min(seeds, 3), part, goals),
        neighbours(part, goals),
        *([] if chosen.quick else [pool_programs.cron(3), pool_programs.short(5), pool_programs.mixed(10)]),
    ]
    bounded(min(seeds, 3), goals)
    speed(*((2_000, 5_000) if chosen.quick else (20_000, 100_000)), goals)
    summary = table(["", "asked for", "found"], goals)
    publish("pool", "\n\n".join([summary, *parts]), write=chosen.write, page=PAGE)
    if chosen.write:
        plot()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
