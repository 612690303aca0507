"""A platform with a ledger behind the proxy, and calls whose outcomes are held against it."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol

from attrs import define, evolve, field

from aioheroku import Heroku, Pool, Retry, errors
from aioheroku.testing import Platform
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.routing import Route
from aioheroku.testing._http.service import Service
from aioheroku.testing.faults import Fault
from tests._support.secrets import watch
from tests._support.virtual_loop import VirtualLoop
from tests.chaos.proxy import Counts, Proxy, settle

READ_HEADERS = frozenset({"Content-Type", "ETag", "Next-Range", "RateLimit-Remaining", "Request-Id"})
"""The headers that the client reads; answers have no others, so that every byte of one can be harmed."""
ENDLESS = 36_000.0
"""Seconds (of the loop's own time) after which a call counts as hanging."""


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
        await settle()
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
async def open_world(counts: Counts, tokens: int) -> AsyncGenerator[World]:
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


class Play(Protocol):
    """Runs a test's coroutine in a world: the fixture `play`."""

    def __call__(self, scene: Scene, tokens: int = 100_000) -> None: ...
