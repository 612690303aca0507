"""All measurements, one after the other: `python -m benchmarks [--quick] [--write]`."""

import sys
import time
from importlib import import_module

PARTS = ("decode", "requests", "paging", "campaigns", "imports", "memory", "streams", "pool", "pool_http")


def main(argv: list[str]) -> int:
    """Run each part with these options; the first one that fails ends it."""
    for part in PARTS:
        start = time.perf_counter()
        if status := int(import_module(f"benchmarks.{part}").main(argv)):
            return status
        print(f"{part}: {time.perf_counter() - start:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
