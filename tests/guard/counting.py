"""What the library does, counted: figures that no machine and no load can change.

`python tests/guard/counting.py` prints them, `python tests/guard/counting.py --record` writes those of this Python into
`counts.json`, which `test_counts.py` holds the library to. Instructions and memory are those of the library's own code.
"""

import asyncio
import gc
import json
import re
import sys
import tracemalloc
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from inspect import currentframe
from pathlib import Path
from typing import Any, cast
from uuid import UUID

RECORD = Path(__file__).parent / "counts.json"
EXAMPLE = {
    "archived_at": None,
    "buildpack_provided_description": "Python",
    "created_at": "2012-01-01T12:00:00Z",
    "git_url": "https://git.heroku.com/example.git",
    "id": "01234567-89ab-cdef-0123-456789abcdef",
    "maintenance": False,
    "name": "example",
    "owner": {"email": "username@example.com", "id": "01234567-89ab-cdef-0123-456789abcdef"},
    "region": {"id": "01234567-89ab-cdef-0123-456789abcdef", "name": "us"},
    "released_at": "2012-01-01T12:00:00Z",
    "repo_size": 0,
    "slug_size": 0,
    "stack": {"id": "01234567-89ab-cdef-0123-456789abcdef", "name": "cedar-14"},
    "updated_at": "2012-01-01T12:00:00Z",
    "web_url": "https://example.herokuapp.com/",
}
RANGE = re.compile(rb"range: id (\]?)([0-9a-f-]*)\.\.; max=(\d+)", re.IGNORECASE)


def python() -> str:
    """Bytecode differs from one minor version to the next, not within one."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def item(number: int) -> bytes:
    """One app as JSON; twenty people own all of them."""
    owner = {"email": f"person-{number % 20}@example.com", "id": str(UUID(int=number % 20))}
    return json.dumps({**EXAMPLE, "id": str(UUID(int=number)), "name": f"app-{number}", "owner": owner}).encode()


def page(first: int, count: int) -> bytes:
    """The apps from the number `first` on."""
    return b"[" + b",".join(map(item, range(first, first + count))) + b"]"


def is_own(filename: str) -> bool:
    """Whether code is the library's, that which attrs makes for it included."""
    import aioheroku

    return filename.startswith((str(Path(aioheroku.__file__).parent), "<attrs generated methods aioheroku"))


@contextmanager
def instructions() -> Generator[list[int]]:
    """Count the bytecode instructions of the library that this thread runs meanwhile."""
    count = [0]

    def trace(frame: Any, event: str, _: object) -> Any:
        if event == "call":
            if not is_own(frame.f_code.co_filename):
                return None
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count[0] += event == "opcode"
        return trace

    if (here := currentframe()) is not None:
        here.f_trace_opcodes = True  # or Python 3.12 reports none the first time
    gc.disable()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(None)
        gc.enable()


class Unconnected:
    """In place of a session's connections and its aiohttp session: the same response, which is also its own content."""

    shut = False
    status = 200
    headers: Mapping[str, str] = {"RateLimit-Remaining": "2399"}

    def __init__(self, body: bytes) -> None:
        self.content, self.body = self, body

    def session(self) -> Any:
        return self

    async def request(self, *_: object, **__: object) -> Any:
        return self

    def is_eof(self) -> bool:
        return True

    def read_nowait(self) -> bytes:
        return self.body


class Loopback(asyncio.Protocol):
    """A server of 10,000 apps, which counts requests and their bytes."""

    requests = 0
    size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        assert data.endswith(b"\r\n\r\n")
        Loopback.requests += 1
        Loopback.size += len(data)
        head, body = b"200 OK", item(0)
        if (found := RANGE.search(data)) is not None:
            first = int(UUID(found[2].decode())) + bool(found[1]) if found[2] else 0
            count = int(found[3])
            body = page(first, count)
            if first + count < 10_000:
                last = str(UUID(int=first + count - 1)).encode()
                head = b"206 Partial Content\r\nNext-Range: id ]%b..; max=%d" % (last, count)
        self.transport.write(
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nRateLimit-Remaining: 2399\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (head, len(body), body)
        )


@asynccontextmanager
async def loopback() -> AsyncGenerator[Any]:
    """A session with that server, and its first call behind it."""
    from aioheroku import Heroku, Pool

    server = await asyncio.get_running_loop().create_server(Loopback, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Heroku("token", base_url=url, pool=Pool()) as heroku:
        await heroku.apps.info("example")
        Loopback.requests = Loopback.size = 0
        yield heroku


async def one_call() -> dict[str, float]:
    """A small GET through all layers, without a network."""
    from aioheroku import Heroku, Pool

    heroku = Heroku("token", pool=Pool())
    unconnected: Any = Unconnected(item(0))
    heroku._core.transport.connections = unconnected  # pyright: ignore[reportPrivateUsage]
    await heroku.apps.info("example")

    async def calls() -> None:
        for _ in range(10):
            await heroku.apps.info("example")

    with instructions() as count:
        await asyncio.ensure_future(calls())
    return {"instructions of a call": count[0] / 10}


async def one_exchange() -> dict[str, float]:
    """The same with a connection."""
    async with loopback() as heroku:

        async def calls() -> None:
            for _ in range(10):
                await heroku.apps.info("example")

        with instructions() as count:
            await asyncio.ensure_future(calls())
        return {
            "instructions of a call on loopback": count[0] / 10,
            "requests of ten calls": Loopback.requests,
            "bytes sent by a call": Loopback.size / 10,
        }


async def walk() -> dict[str, float]:
    """Ten pages of 1000."""
    async with loopback() as heroku:

        async def read() -> int:
            count = 0
            async for _ in heroku.apps.list():
                count += 1
            return count

        with instructions() as count:
            assert await asyncio.ensure_future(read()) == 10_000
        return {
            "instructions of an item walked": count[0] / 10_000,
            "requests of a walk": Loopback.requests,
            "bytes sent by a walk": Loopback.size,
        }


async def decoding() -> dict[str, float]:
    """A page of 1000."""
    from aioheroku import App
    from aioheroku._codec import decoder_for

    read, body = decoder_for(list[App]), page(0, 1000)
    read(body)
    with instructions() as count:
        read(body)
    gc.collect()
    tracemalloc.start()
    items = read(body)
    gc.collect()
    kept = tracemalloc.take_snapshot().statistics("filename")
    tracemalloc.stop()
    assert len(items) == 1000
    return {
        "instructions of a page": count[0],
        "bytes of an item kept": sum(entry.size for entry in kept) / 1000,
        "allocations of an item kept": sum(entry.count for entry in kept) / 1000,
    }


async def waiting() -> dict[str, float]:
    """A thousand calls that wait for the token pool."""
    from aioheroku import Heroku, Pool

    unconnected: Any = Unconnected(item(0))
    pool = Pool(1, 1)
    heroku = Heroku("token", pool=pool, retry=None)
    heroku._core.transport.connections = unconnected  # pyright: ignore[reportPrivateUsage]
    info = heroku.apps.info

    async def begun() -> list[asyncio.Future[Any]]:
        tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(info(f"app-{number}")) for number in range(1000)]
        await asyncio.sleep(0)
        return tasks

    async def ended(tasks: list[asyncio.Future[Any]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    unconnected.headers = {"RateLimit-Remaining": "0"}
    await info("app")  # from then on it is known that there is none left
    await ended(await begun())
    gc.collect()
    tracemalloc.start()
    tasks = await begun()
    assert pool.snapshot().waiting == 1000
    kept = tracemalloc.take_snapshot()
    tracemalloc.stop()
    await ended(tasks)
    own = [entry for entry in kept.statistics("filename") if is_own(entry.traceback[0].filename)]
    return {
        "bytes of a call that waits": sum(entry.size for entry in own) / 1000,
        "allocations of a call that waits": sum(entry.count for entry in own) / 1000,
    }


def imports() -> dict[str, float]:
    """What `import aioheroku` loads, and what its session does; called first, in a process of its own."""
    package = import_module("aioheroku")
    modules = len([name for name in sys.modules if name.startswith("aioheroku")])
    import_module("aiohttp")
    before = set(sys.modules)
    assert package.Heroku

    loaded = sys.modules.keys() - before
    return {
        "modules of ours imported": modules,
        "modules of ours that a session imports": len([name for name in loaded if name.startswith("aioheroku")]),
        "other modules imported": len([name for name in loaded if not name.startswith("aioheroku")]),
    }


def counts() -> dict[str, float]:
    """All figures."""
    found = imports()
    parts: tuple[Callable[[], Any], ...] = (one_call, one_exchange, walk, decoding, waiting)
    for part in parts:
        found |= asyncio.run(part())
    return {name: round(value, 2) for name, value in found.items()}


if __name__ == "__main__":
    now = counts()
    if "--record" in sys.argv:
        record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
        RECORD.write_text(json.dumps({**record, python(): now}, indent=2) + "\n")
    sys.stdout.write(json.dumps(now, indent=2) + "\n")
