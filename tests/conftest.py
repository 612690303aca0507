"""What tests of every folder share."""

import asyncio
import gc
import json
import logging
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web

from aioheroku import events
from aioheroku.errors import HerokuError

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded answers and of today's schema, which is not part of the repository."""
    folder = Path(os.environ.get("AIOHEROKU_SHARED", ROOT.parent / "shared"))
    if not (folder / "recorded").is_dir():
        pytest.skip(f"{folder} is absent: set AIOHEROKU_SHARED to the folder that holds recorded/ and today/")
    return folder


Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Let other tasks take steps until a condition holds; a test that would wait for ever fails."""

    async def wait(condition: Callable[[], object]) -> None:
        for _ in range(100_000):
            if condition():
                return
            await asyncio.sleep(0)
        pytest.fail("what the test waits for did not come about")

    return wait


class Server:
    """A loopback server that says what it is told, and remembers what it was asked."""

    def __init__(self, answers: list[web.Response] | Callable[[web.Request], web.Response]) -> None:
        self.answers = answers
        self.seen: list[web.Request] = []
        self.bodies: list[Any] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.seen.append(request)
        self.bodies.append(json.loads(body) if body else None)
        return self.answers.pop(0) if isinstance(self.answers, list) else self.answers(request)

    def sent(self) -> list[str]:
        """What was asked, as `GET /apps`, the path as it came over the wire."""
        return [f"{request.method} {request.raw_path}" for request in self.seen]


Serve = Callable[[list[web.Response] | Callable[[web.Request], web.Response]], Awaitable[Server]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a loopback server with its answers: a list of them, or a function of the request."""
    runners: list[web.ServerRunner] = []

    async def start(answers: list[web.Response] | Callable[[web.Request], web.Response]) -> Server:
        server = Server(answers)
        runner = web.ServerRunner(web.Server(server.handle))  # type: ignore[arg-type]
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        return server

    yield start
    for runner in runners:
        await runner.cleanup()


# --- secrets --------------------------------------------------------------------------------------------------

SECRETS: Final = re.compile(
    r"s3cr3t"  # in every secret that a test makes up
    r"|HRKU-[\w-]{8,}|Bearer \S+|Basic [\w+/=]{8,}"  # tokens
    r"|AKIA[0-9A-F]{16}|sk_live_\w+|\w://\S+:\S+@|(?<![\w-])[0-9a-f]{32,}(?![\w-])"  # the platform's config values
)


def _all_of(error: BaseException | None) -> Iterator[str]:
    """What a traceback would print of an error, but for its frames: of its causes too, with their notes."""
    while error is not None:
        yield f"{type(error).__name__}: {error} {error!r} {' '.join(getattr(error, '__notes__', ()))}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class Watch(logging.Handler):
    """Reads whatever the library says in a test: log records, events, errors. What looks like a secret is a leak.

    Events and errors are seen as they go, when nobody holds them any more: their bases are given a `__del__` for that,
    which needs no hook in the library and takes none of its functions' place.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.leaks: list[str] = []
        self.read: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "aiohttp.access":  # of the tests' own servers
            self.check("record", self.format(record))

    def swallow(self, record: logging.LogRecord) -> bool:
        """Read the record, and keep it from everybody else unless it matters."""
        self.emit(record)
        return record.levelno >= logging.WARNING

    def check(self, kind: str, text: str) -> None:
        self.read[kind] += 1
        if SECRETS.search(text):
            self.leaks.append(text)

    def event(self, event: events.Event) -> None:
        self.check("event", repr(event))

    def error(self, error: HerokuError) -> None:
        for text in _all_of(error):
            self.check("error", text)


_watch = Watch()


@pytest.fixture(scope="session", autouse=True)
def _watched() -> Iterator[None]:
    """Of the whole run; what is still held at its end is looked at then."""
    # Functions, not the methods themselves: those would not be handed what goes.
    events.Event.__del__ = lambda event: _watch.event(event)  # type: ignore[attr-defined]  # noqa: PLW0108
    HerokuError.__del__ = lambda error: _watch.error(error)  # type: ignore[attr-defined]  # noqa: PLW0108
    yield
    del events.Event.__del__, HerokuError.__del__  # type: ignore[attr-defined]
    gc.collect()
    for one in gc.get_objects():
        if isinstance(one, HerokuError):
            _watch.error(one)
        elif isinstance(one, events.Event):
            _watch.event(one)
    assert _watch.leaks == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much was read, and held no secret."""
    read = _watch.read
    terminalreporter.write_line(
        f"read in search of secrets: {read['record']:,} records, {read['event']:,} events, "
        f"{read['error']:,} errors and their causes"
    )


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Whatever a test does, no record of any logger at DEBUG, no event and no error gives a secret away."""
    chaos = request.path.parent.name == "chaos"
    logger = logging.getLogger("aioheroku" if chaos else None)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    if chaos:  # pytest keeps what it sees to the end of a test: too much in a long run
        logger.addFilter(_watch.swallow)
    else:
        logger.addHandler(_watch)
    yield _watch
    logger.setLevel(level)
    logger.removeHandler(_watch)
    logger.removeFilter(_watch.swallow)
    leaks = _watch.leaks.copy()
    _watch.leaks.clear()  # each leak fails the test in which it is seen, or the next one, and no other
    assert leaks == []
