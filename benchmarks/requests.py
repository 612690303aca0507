"""What one small GET costs, by each client and at 1 to 1000 in flight: `python -m benchmarks.requests`."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

from benchmarks.clients import CLIENTS, run
from benchmarks.harness import ROOT, Series, bars, interleaved, options, publish, table
from benchmarks.server import most, server

_LEVELS = (1, 10, 100, 1000)
_SLOW = ("httpx", "githubkit", "requests, threads", "heroku3, threads")
"""These are measured seldom and with fewer requests: they are slow, and their figures are large enough."""


def _worker(name: str, url: str) -> int:
    """For each line `count flight`, print the processor and wall seconds of `count` requests."""
    names = [f"amber-falls-{number:05}" for number in range(1000)]

    async def serve() -> None:
        client = await CLIENTS[name](url, names, 1000)
        for line in iter(sys.stdin.readline, ""):
            count, flight = map(int, line.split())
            asked = [names[number % 1000] for number in range(count)]
            cpu, wall = time.process_time(), time.perf_counter()
            await run(client, asked, flight)
            print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]), flush=True)
        await client.close()

    asyncio.run(serve())
    return 0


@contextmanager
def _process(name: str, url: str) -> Generator[Callable[[int, int], tuple[float, float]]]:
    command = [sys.executable, "-m", "benchmarks.requests", "--worker", name, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        commands, results = process.stdin, process.stdout

        def measure(count: int, flight: int) -> tuple[float, float]:
            commands.write(f"{count} {flight}\n")
            commands.flush()
            cpu, wall = json.loads(results.readline())
            return cpu / count, wall / count

        try:
            yield measure
        finally:
            commands.close()
            process.wait()


def _at(
    flight: int, workers: dict[str, Callable[[int, int], tuple[float, float]]], rounds: int
) -> tuple[dict[str, Series], dict[str, float]]:
    """Processor seconds per request of each client, and the median of the wall's."""
    walls: dict[str, list[float]] = {name: [] for name in workers}

    def measured(name: str) -> Callable[[], float]:
        def once() -> float:
            count = max(flight, 100 if name in _SLOW else 400)
            cpu, wall = workers[name](count, flight)
            walls[name].append(wall)
            return cpu

        return once

    found = interleaved({name: measured(name) for name in workers}, rounds, seldom=_SLOW)
    return found, {name: statistics.median(values) for name, values in walls.items()}


def main(argv: list[str]) -> int:
    """Measure, print, and with --write publish."""
    if argv[:1] == ["--worker"]:
        return _worker(argv[1], argv[2])
    chosen = options(argv, __doc__)
    levels, rounds = ((1, 10), 1) if chosen.quick else (_LEVELS, 25)
    cells: dict[str, list[str]] = {name: [] for name in CLIENTS}
    ratios: dict[str, float] = {}
    found: dict[str, Series] = {}
    with server() as url, ExitStack() as stack:
        workers = {name: stack.enter_context(_process(name, url)) for name in CLIENTS}
        for flight in levels:
            able = {name: ask for name, ask in workers.items() if flight <= 100 or "threads" not in name}
            found, walls = _at(flight, able, rounds)
            base = found["aiohttp, tuned, orjson"]
            for name, row in cells.items():
                if name not in found:
                    row.append("")
                    continue
                wall = walls[name] / walls["aiohttp, tuned, orjson"]
                row.append(f"{found[name].over(base):.2f} ({wall:.2f}) ±{found[name].spread:.0%}")
            if flight == 100 or chosen.quick:
                ratios = {name: series.over(base) for name, series in found.items()}
        limit = most(url, 2000 if chosen.quick else 40_000)
        slowest = found["aiohttp, tuned, orjson"].median
    head = ["processor time per request (wall), x aiohttp tuned", *(f"{flight} in flight" for flight in levels)]
    text = table(head, [[name, *row] for name, row in cells.items()])
    text += (
        f"\n\nThe server alone serves {limit * slowest:.1f} times as many requests a second as the tuned client's "
        "processor time allows it to send: it is not the bottleneck."
    )
    publish("requests", text, write=chosen.write)
    if chosen.write:
        bars("speed-requests", "One small GET, 100 in flight", "processor time, x aiohttp tuned + orjson", ratios, 1.12)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
