"""What importing costs: `python -m benchmarks.imports`."""

import json
import resource
import sys
from typing import Any

from benchmarks.harness import bars, fresh, interleaved, options, publish, table

_SELF = "benchmarks.imports"
VARIANTS = {
    "aiohttp": "import aiohttp",
    "aioheroku": "import aioheroku",
    "aioheroku, first call of a resource": "import aioheroku",
    "requests": "import requests",
    "httpx": "import httpx",
    "heroku3": "import heroku3",
    "pydantic": "import pydantic.main",
    "githubkit": "import githubkit",
}


def _first_call() -> None:
    """What the first call of a resource does beside the network."""
    import aioheroku

    heroku: Any = aioheroku.Heroku("token")
    plan = type(heroku.apps).info.endpoint.plan
    plan.request(heroku.apps.caller, ("example",), {})
    aioheroku.wire.decode(b"{}", dict[str, str])  # the decoder's own code is loaded
    from aioheroku.wire.fast import decoder

    decoder(plan.answer)


def _worker(variant: str) -> int:
    start = resource.getrusage(resource.RUSAGE_SELF)
    exec(VARIANTS[variant], {})  # noqa: S102 - one of the lines above
    if "first call" in variant:
        start = resource.getrusage(resource.RUSAGE_SELF)
        _first_call()
    end = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps((end.ru_utime - start.ru_utime) * 1000))
    return 0


def main(argv: list[str]) -> int:
    """Measure each variant in processes of its own, print, and with --write publish."""
    if argv[:1] == ["--worker"]:
        return _worker(argv[1])
    chosen = options(argv, __doc__)
    runs = {name: (lambda name=name: float(fresh(_SELF, "--worker", name))) for name in VARIANTS}
    found = interleaved(runs, 1 if chosen.quick else 15)
    base = found["aiohttp"]
    rows = [
        [
            name,
            f"{series.median:.0f}",
            f"{series.above(base):+.0f}" if "call" not in name else "",
            f"{series.over(base):.2f}",
            f"{series.spread:.0%}",
        ]
        for name, series in found.items()
    ]
    head = ["user time", "ms of this machine", "above aiohttp", "x aiohttp", "spread"]
    publish("imports", table(head, rows), write=chosen.write)
    if chosen.write:
        bars("speed-imports", "Imports", "user time, x aiohttp", {name: s.over(base) for name, s in found.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
