"""Bytes of a page of 1000 apps to objects: `python -m benchmarks.decode`."""

import sys
import time
from collections.abc import Callable

from benchmarks.data import page
from benchmarks.harness import bars, interleaved, options, publish, table
from benchmarks.models import WAYS, Decode


def _timed(decode: Decode, body: bytes) -> Callable[[], float]:
    def run() -> float:
        start = time.process_time()
        items = decode(body)
        del items  # giving back is part of the price
        return time.process_time() - start

    return run


def main(argv: list[str]) -> int:
    """Measure, print, and with --write publish."""
    chosen = options(argv, __doc__)
    body = page(50 if chosen.quick else 1000)
    variants = {name: _timed(make(), body) for name, make in WAYS.items()}
    found = interleaved(variants, 2 if chosen.quick else 41, seldom=("heroku3", "aioheroku, tolerant path"))
    base, peer = found["orjson, dicts"], found["pydantic (githubkit)"]
    rows = [
        [name, f"{series.over(base):.2f}", f"{series.over(peer):.2f}", f"{series.spread:.0%}"]
        for name, series in found.items()
    ]
    text = table(["a page of 1000 apps, processor time", "x orjson", "x pydantic", "spread"], rows)
    publish("decode", text, write=chosen.write)
    if chosen.write:
        ratios = {name: series.over(base) for name, series in found.items()}
        bars("speed-decode", "A page of 1000 apps to objects", "processor time, x orjson to dicts", ratios, 1.5)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
