"""What importing costs: `python -m benchmarks.imports`."""

import asyncio
import json
import resource
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.data import page
from benchmarks.harness import bars, fresh, interleaved, options, publish, table

_SELF = "benchmarks.imports"
VARIANTS = {
    "aiohttp": "import aiohttp",
    "aioheroku": "from aioheroku import Heroku",
    "aioheroku, first call of a resource": "from aioheroku import Heroku",
    "requests": "import requests",
    "httpx": "import httpx",
    "heroku3": "import heroku3",
    "pydantic": "import pydantic.main",
    "githubkit": "import githubkit",
}
_PEERS = ("requests", "httpx", "heroku3", "pydantic", "githubkit")


class _Unconnected:
    """In place of a session's connections and its aiohttp session: the same response, which is also its own content."""

    shut = False
    status = 200
    headers: Mapping[str, str] = {}

    def __init__(self) -> None:
        self.content, self._body = self, page(1)[1:-1]

    def session(self) -> Any:
        return self

    async def request(self, *_: object, **__: object) -> Any:
        return self

    def is_eof(self) -> bool:
        return True

    def read_nowait(self) -> bytes:
        return self._body


async def _first_call() -> float:
    """What the first call of a resource costs beside the network, the making of its session included."""
    import aioheroku

    connection: Any = _Unconnected()
    start = resource.getrusage(resource.RUSAGE_SELF)
    heroku = aioheroku.Heroku("token")
    heroku._core.transport.connections = connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    app = await heroku.apps.info("example")
    end = resource.getrusage(resource.RUSAGE_SELF)
    assert isinstance(app, aioheroku.App)
    return end.ru_utime - start.ru_utime


def _worker(variant: str) -> int:
    start = resource.getrusage(resource.RUSAGE_SELF)
    exec(VARIANTS[variant], {})  # noqa: S102 - one of the lines above
    end = resource.getrusage(resource.RUSAGE_SELF)
    seconds = end.ru_utime - start.ru_utime
    if "first call" in variant:
        seconds = asyncio.run(_first_call())
    print(json.dumps(seconds * 1000))
    return 0


def main(argv: list[str]) -> int:
    """Measure each variant in processes of its own, print, and with --write publish."""
    if argv[:1] == ["--worker"]:
        return _worker(argv[1])
    chosen = options(argv, __doc__)
    runs = {name: (lambda name=name: float(fresh(_SELF, "--worker", name))) for name in VARIANTS}
    found = interleaved(runs, 1 if chosen.quick else 21, seldom=_PEERS)
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
