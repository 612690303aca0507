"""What the chaos tests share: a proxy that does harm, a loop whose time jumps, and the counts that are printed."""

import asyncio
import re
import socket
import struct
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any, Self

import pytest
from attrs import define, evolve, field, frozen

from aioheroku import Heroku, Pool, Retry, errors
from aioheroku.testing import Platform
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.routing import Route
from aioheroku.testing._http.service import Service
from aioheroku.testing.faults import Fault
from tests._support import virtual_loop
from tests._support.secrets import watch
from tests._support.virtual_loop import VirtualLoop

READ_HEADERS = frozenset({"Content-Type", "ETag", "Next-Range", "RateLimit-Remaining", "Request-Id"})
"""The headers that the client reads; answers have no others, so that every byte of one can be harmed."""
ENDLESS = 36_000.0
"""Seconds (of the loop's own time) after which a call counts as hanging."""


# --- counts -----------------------------------------------------------------------------------------------------


@define
class Counts:
    """What is printed at the end of the run."""

    exchanges: int = 0
    calls: int = 0
    faults: Counter[str] = field(factory=Counter[str])
    outcomes: Counter[str] = field(factory=Counter[str])
    writes: int = 0
    executed: int = 0
    duplicated: int = 0
    misreported: int = 0
    lost: int = 0
    hangs: int = 0
    foreign: int = 0
    notes: list[str] = field(factory=list[str])
    """Lines of a test's own, such as the soak's."""

    def lines(self) -> list[str]:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        outcomes = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        return [
            f"{self.calls} calls in {self.exchanges} exchanges; faults: {faults or 'none'}",
            f"outcomes: {outcomes or 'none'}",
            f"writes {self.writes}, executed {self.executed}, duplicated {self.duplicated}",
            f"reported wrongly {self.misreported}, lost results {self.lost}, hangs {self.hangs}",
            f"foreign exceptions {self.foreign}",
            *self.notes,
        ]

    def assert_clean(self) -> None:
        """What the library promises of every run."""
        bad = (self.duplicated, self.misreported, self.lost, self.hangs, self.foreign)
        assert bad == (0, 0, 0, 0, 0), "\n".join(self.lines())

    def add(self, other: "Counts") -> None:
        for name in ("faults", "outcomes"):
            getattr(self, name).update(getattr(other, name))
        for name in (
            "exchanges",
            "calls",
            "writes",
            "executed",
            "duplicated",
            "misreported",
            "lost",
            "hangs",
            "foreign",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes


_TOTAL = pytest.StashKey[Counts]()


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Any:
    """The counts of one test, which must be clean when it ends, and are added to those of the run."""
    own = Counts()
    yield own
    total = request.config.stash.setdefault(_TOTAL, Counts())
    total.add(own)
    own.assert_clean()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    total = config.stash.get(_TOTAL, None)
    if total is not None:
        terminalreporter.section("chaos")
        for line in total.lines():
            terminalreporter.write_line(line)


# --- the proxy --------------------------------------------------------------------------------------------------


@frozen
class Harm:
    """What happens to one message, from its byte `at` on."""

    kind: str
    at: int

    def pieces(self, raw: bytes) -> tuple[bytes, bytes]:
        """What arrives at once, and what arrives late."""
        at = self.at
        match self.kind:
            case "cut" | "reset" | "stall":
                return raw[:at], b""
            case "delay":
                return raw[:at], raw[at:]
            case "lose":
                return raw[:at] + raw[at + 1 :], b""
            case "double":
                return raw[: at + 1] + raw[at:], b""
            case "repeat":
                return raw + raw[at:], b""
            case "garble":
                flipped = Random(at).randrange(1, 256)
                return raw[:at] + bytes(byte ^ flipped for byte in raw[at : at + 1]) + raw[at + 1 :], b""
            case _:
                raise ValueError(self.kind)


Choose = Callable[[str, bytes], Harm | None]
"""The harm to a message (`request` or `answer`), if any."""


class Proxy:
    """Stands between client and platform; what it does to a message is chosen anew for each."""

    def __init__(self, host: str, port: int, counts: Counts) -> None:
        self.upstream = (host, port)
        self.counts = counts
        self.choose: Choose = lambda _where, _raw: None
        self.request = self.answer = b""
        self.writer: asyncio.StreamWriter | None = None
        self.connections = 0
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._in_step: dict[asyncio.StreamWriter, bool] = {}
        """Whether all that was asked upstream has been answered."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def once(self, where: str, harm: Harm) -> None:
        """Do harm to the next such message, and to none after it."""

        def choose(place: str, _raw: bytes) -> Harm | None:
            if place != where:
                return None
            self.choose = lambda _where, _raw: None
            return harm

        self.choose = choose

    async def say_again(self, at: int) -> None:
        """Send the last answer once more, from a byte on, when nobody waits for it."""
        assert self.writer is not None
        self.counts.faults["answer again"] += 1
        self.writer.write(self.answer[at:])
        await _settle()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _reader, writer in self._idle:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._relay(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        host, port = self.upstream
        upstream = self._idle.pop() if self._idle else await asyncio.open_connection(host, port)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer, *upstream):
                    pass
        finally:
            self.connections -= 1
            writer.close()
            if self._in_step.pop(upstream[1], True):
                self._idle.append(upstream)
            else:
                upstream[1].close()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> bool:
        """Pass on one request and its answer; whether the connection goes on."""
        self.request = request = await _message(reader)
        self.counts.exchanges += 1
        self._in_step[up_writer] = False
        harm = self._chosen("request", request)
        if harm is not None and harm.at < len(request):
            up_writer.write(request[: harm.at])
            await _settle()
            if harm.kind == "reset":
                _reset(up_writer)
            return await self._end(harm, reader, writer)
        up_writer.write(request)
        self.answer = answer = await _message(up_reader, writer)
        self.writer = writer
        self._in_step[up_writer] = True
        if harm is not None:  # executed, but nobody is told
            return await self._end(harm, reader, writer)
        harm = self._chosen("answer", answer)
        if harm is None:
            writer.write(answer)
            return True
        at_once, late = harm.pieces(answer)
        writer.write(at_once)
        if harm.kind == "delay":
            await _settle()
            writer.write(late)
        elif harm.kind in ("cut", "reset", "stall", "lose"):
            return await self._end(harm, reader, writer)
        return True

    def _chosen(self, where: str, raw: bytes) -> Harm | None:
        harm = self.choose(where, raw)
        if harm is not None:
            self.counts.faults[f"{where} {harm.kind}"] += 1
        return harm

    async def _end(self, harm: Harm, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if harm.kind == "stall":
            await reader.read()  # until the client has had enough
        elif harm.kind == "reset":
            await _settle()
            _reset(writer)
        return False


async def _settle() -> None:
    """Go on when nothing else moves any more."""
    await asyncio.sleep(0.001)


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _message(reader: asyncio.StreamReader, onward: asyncio.StreamWriter | None = None) -> bytes:
    """A whole request or answer; of one that is cut, what there is goes `onward`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if onward is not None:
            onward.write(error.partial)
        raise
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if length is None or head.startswith(b"HTTP/1.1 304"):
        return head
    try:
        return head + await reader.readexactly(int(length[1]))
    except asyncio.IncompleteReadError as error:
        if onward is not None:
            onward.write(head + error.partial)
        raise


# --- the world --------------------------------------------------------------------------------------------------


class Ledger(Service):
    """The platform's service, counting how often each write was executed, by the number the client gave it.

    Config vars that were set to what they are already are not set again: that PATCH is declared repeatable.
    """

    def __init__(self, service: Service) -> None:
        super().__init__(service.state, service.router, service.ids, service.retry_after)
        self.executed: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        """The POSTs and PATCHes that came back, also where the platform then refused them: none may."""
        self._seen: set[str] = set()

    def respond(self, request: RawRequest) -> tuple[Response, Route | None]:
        if request.method == "GET":
            return super().respond(request)
        number, (_, _, name, *rest) = request.headers["X-Write"], f"{request.path}/".split("/")
        app = self.state.named(name)
        releases = len(app.parts.releases) if app is not None else 0
        response, route = super().respond(request)
        if "config-vars" in rest:
            self.executed[number] += len(app.parts.releases) - releases if app is not None else 0
        elif response.status != 429:
            self.executed[number] += response.status < 300
            if request.method != "DELETE":
                self.again[number] += number in self._seen
                self._seen.add(number)
        return response, route

    def settle(self, number: str) -> tuple[int, int]:
        """How often a write was executed, and came back; then it is forgotten."""
        self._seen.discard(number)
        return self.executed.pop(number, 0), self.again.pop(number, 0)

    def forget(self) -> None:
        """Forget all writes."""
        self.executed.clear()
        self.again.clear()
        self._seen.clear()


class _Short(Fault):
    def after(self, response: Response, request: RawRequest) -> Response:
        return evolve(response, headers={name: text for name, text in response.headers.items() if name in READ_HEADERS})


@define(eq=False)
class World:
    """A platform with a ledger, the proxy before it, and calls that are judged."""

    loop: VirtualLoop
    platform: Platform
    proxy: Proxy
    ledger: Ledger
    counts: Counts
    _number: int = 0
    _doubtful: set[str] = field(factory=set[str])
    """Writes that may still be executed: the client gave up while they were on their way."""

    def shorten(self) -> None:
        """Leave the headers out that the client does not read."""
        self.platform.fault(_Short(), times=None)

    def session(self, **options: Any) -> Heroku:
        given: dict[str, Any] = {
            "base_url": self.proxy.url,
            "pool": Pool(100_000, 100_000),
            "retry": Retry(base=0, budget=1),
            **options,
        }
        return Heroku(self.platform.token, **given)

    async def outcome(self, call: Awaitable[Any]) -> Any:
        """What a call ends with: its result, or the `HerokuError` that it raises."""
        self.counts.calls += 1
        result: Any
        try:
            async with asyncio.timeout(ENDLESS):
                result = await call
        except errors.HerokuError as error:
            watch.error(error)
            result = error
        except TimeoutError as error:
            self.counts.hangs += 1
            result = error
        except Exception as error:  # noqa: BLE001 - this is what must not happen
            self.counts.foreign += 1
            self.counts.notes.append(f"foreign: {error!r}")
            result = error
        if isinstance(result, Exception):
            shown = f"{result} {result!r} {result.__cause__!r} {result.__context__!r}"
            assert self.platform.token not in shown
        self.counts.outcomes[type(result).__name__ if isinstance(result, Exception) else "result"] += 1
        return result

    async def write(
        self, heroku: Heroku, make: Callable[[Heroku], Awaitable[Any]], *, honest: bool = True
    ) -> tuple[Any, int]:
        """Carry out a write and hold its report against the ledger: what it ended with, how often it was executed."""
        self._number += 1
        number = f"{self._number:08}"
        plain = {"X-Write": number, "Accept-Encoding": "identity"}  # all as long: positions are counted in bytes
        result = await self.outcome(make(heroku.using(headers=plain)))
        await _settle()
        executed, again = self.ledger.settle(number)
        self.counts.writes += 1
        self.counts.executed += executed
        self.counts.duplicated += executed > 1 or again > 0
        if not _agrees(result, executed, honest=honest):
            self.counts.misreported += 1
            self.counts.notes.append(f"executed {executed} times, reported {result!r}")
        if executed == 0 and _agrees(result, 1, honest=honest):
            self._doubtful.add(number)
        return result, executed

    def settle(self) -> None:
        """Nothing is under way any more: what was executed late must have been in doubt, and happened once."""
        for number, executed in self.ledger.executed.items():
            self.counts.executed += executed
            self.counts.duplicated += executed > 1
            self.counts.misreported += executed == 1 and number not in self._doubtful
        self.counts.duplicated += sum(self.ledger.again.values())
        self.ledger.forget()
        self._doubtful.clear()


def _agrees(result: Any, executed: int, *, honest: bool) -> bool:
    """Whether a report is true; of bytes that were not `honest` no error can tell what happened."""
    if not isinstance(result, Exception):
        return executed == 1
    if isinstance(result, errors.APIError):
        refused = result.status < 500 and not result.uncertain
    else:
        refused = not getattr(result, "sent", not isinstance(result, errors.NotSent))
    return executed == 0 if refused and honest else executed <= 1


@asynccontextmanager
async def _world(counts: Counts, tokens: int) -> AsyncGenerator[World]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    strays: list[dict[str, Any]] = []  # errors of tasks and callbacks that nobody caught
    loop.set_exception_handler(lambda _loop, context: strays.append(context))
    async with Platform(apps=3, seed=5, clock=loop.time, capacity=tokens, refill_per_hour=tokens) as platform:
        platform.requests = deque(maxlen=100)
        platform._service = ledger = Ledger(platform._service)
        host, port = platform.url.removeprefix("http://").split(":")
        async with Proxy(host, int(port), counts) as proxy:
            world = World(loop, platform, proxy, ledger, counts)
            yield world
            world.settle()
    assert strays == []


Scene = Callable[[World], Coroutine[Any, Any, None]]


@pytest.fixture
def play(counts: Counts) -> Callable[..., None]:
    """Run a test's coroutine in a world, on a loop of its own whose time jumps."""

    def play(scene: Scene, tokens: int = 100_000) -> None:
        async def run() -> None:
            async with _world(counts, tokens) as world:
                await scene(world)

        virtual_loop.run(run(), patience=0.001)

    return play


@pytest.fixture
def harm() -> type[Harm]:
    """Harm to one message."""
    return Harm
