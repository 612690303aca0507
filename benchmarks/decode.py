"""Bytes of pages of 20, 200 and 1000 apps to objects: `python -m benchmarks.decode`."""

import sys
import time
from collections.abc import Callable

from benchmarks.data import page
from benchmarks.harness import bars, interleaved, options, publish, table
from benchmarks.models import WAYS, Decode

_PAGES = {20: 50, 200: 5, 1000: 1}
"""How many times a page of that many apps is decoded for one figure."""
_SLOW = ("heroku3", "aioheroku, tolerant path")


def _timed(decode: Decode, body: bytes, times: int) -> Callable[[], float]:
    def run() -> float:
        start = time.process_time()
        for _ in range(times):
            items = decode(body)
            del items  # giving back is part of the price
        return time.process_time() - start

    return run


def main(argv: list[str]) -> int:
    """Measure, print, and with --write publish."""
    chosen = options(argv, __doc__)
    cells: dict[str, list[str]] = {name: [] for name in WAYS}
    ratios: dict[str, float] = {}
    for size, times in _PAGES.items():
        body = page(20 if chosen.quick else size)
        variants = {name: _timed(make(), body, 1 if chosen.quick else times) for name, make in WAYS.items()}
        found = interleaved(variants, 2 if chosen.quick else 41, seldom=_SLOW)
        base, peer = found["orjson, dicts"], found["pydantic (githubkit)"]
        ratios = {name: series.over(base) for name, series in found.items()}
        for name, series in found.items():
            cells[name].append(f"{ratios[name]:.2f} ({series.over(peer):.2f}) ±{series.spread:.0%}")
    head = ["processor time, x orjson (x pydantic)", *(f"a page of {size}" for size in _PAGES)]
    publish("decode", table(head, [[name, *row] for name, row in cells.items()]), write=chosen.write)
    if chosen.write:
        bars("speed-decode", "A page of 1000 apps to objects", "processor time, x orjson to dicts", ratios, 1.5)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
