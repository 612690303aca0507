"""What tests of every folder share."""

import asyncio
import json
import logging
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import pytest
from aiohttp import web

import aioheroku
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
PACKAGE: Final = str(Path(aioheroku.__file__).parent)
SIMULATED: Final = str(Path(PACKAGE) / "testing")
UNTRACED: Final = frozenset({"chaos", "guard", "pool", "properties"})
"""Folders whose tests count steps, or make calls and errors by the ten thousand: they look into them by themselves."""
LONG: Final = frozenset({"cli", "fleet", "platform"})
"""Folders whose tests walk whole fleets: there tracing adds half of the time, so it is for CI."""


class Watch(logging.Handler):
    """Reads whatever the library says in a test: log records, events, errors. What looks like a secret is a leak.

    Events and errors are seen as they are made and raised, whoever takes them, by a trace function such as debuggers
    use: that needs no hook in the library and no patch of it.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.leaks: list[str] = []
        self.read: Counter[str] = Counter()
        self.traces = False
        """Whether events and errors are seen too."""
        self._steps: dict[CodeType, Callable[[FrameType, str, Any], Any] | None] = {}

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

    def trace(self, frame: FrameType, event: str, arg: object) -> Callable[[FrameType, str, Any], Any] | None:
        """What to do in a function of this code: nothing in most of them."""
        code = frame.f_code
        try:
            step = self._steps[code]
        except KeyError:
            step = self._steps[code] = self._step_for(code.co_filename)
        if step is not None:
            frame.f_trace_lines = False
        return step

    def _step_for(self, file: str) -> Callable[[FrameType, str, Any], Any] | None:
        if "attrs generated" in file and ("aioheroku.events." in file or "aioheroku.errors." in file):
            return self._made
        return self._raised if file.startswith(PACKAGE) and not file.startswith(SIMULATED) else None

    def _made(self, frame: FrameType, event: str, arg: Any) -> Any:
        made = frame.f_locals.get("self") if event == "return" else None
        if isinstance(made, events.Event):
            self.check("event", repr(made))
        elif isinstance(made, HerokuError):
            self.check("error", f"{made} {made!r}")
        return self._made

    def _raised(self, frame: FrameType, event: str, arg: Any) -> Any:
        """An error passes through the library: what a traceback would print of it and of its causes."""
        error = arg[1] if event == "exception" else None
        if isinstance(error, HerokuError):
            while error is not None:
                notes = getattr(error, "__notes__", ())
                self.check("traceback", f"{type(error).__name__}: {error} {' '.join(notes)}")
                error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return self._raised


_watch = Watch()


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Whatever a test does, no record of any logger at DEBUG, no event and no error gives a secret away."""
    folder, tracing = request.path.parent.name, sys.gettrace()
    logger = logging.getLogger("aioheroku" if folder == "chaos" else None)
    level = logger.level
    _watch.leaks.clear()
    logger.setLevel(logging.DEBUG)
    if folder == "chaos":  # pytest keeps what it sees to the end of a test: too much in a long run
        logger.addFilter(_watch.swallow)
    else:
        logger.addHandler(_watch)
    # A debugger or a measurement of coverage traces too, and goes first.
    _watch.traces = tracing is None and folder not in UNTRACED and ("CI" in os.environ or folder not in LONG)
    if _watch.traces:
        sys.settrace(_watch.trace)
    yield _watch
    sys.settrace(tracing)
    logger.setLevel(level)
    logger.removeHandler(_watch)
    logger.removeFilter(_watch.swallow)
    assert _watch.leaks == []
