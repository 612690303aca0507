"""In place of the network and of time: requests, responses, a `Send` by script, a clock, a loopback server."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypedDict, Unpack

from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from aioheroku._client.context import urls
from aioheroku._http import Options, Priority, Request, Response, Send
from aioheroku.errors import HerokuError

Scripted = int | Response | BaseException
"""What a scripted `Send` gives: a response of that status, that response, or that exception."""


class WaitOptions(TypedDict, total=False):
    """The fields of `Options` that bound a call's time and rank it."""

    timeout: float | None
    priority: Priority
    max_wait: float | None


class CallOptions(WaitOptions, total=False):
    """The fields of `Options`."""

    label: str | None


def make_response(status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Response:
    """A response as the transport gives it."""
    return Response(status, CIMultiDict(headers or {}), body)


def make_request(
    method: str = "GET",
    path: str = "/apps/{app}",
    url: str = "http://127.0.0.1/apps/example",
    *,
    idempotent: bool | None = None,
    metered: bool = True,
    headers: Mapping[str, str] | None = None,
    **options: Unpack[CallOptions],
) -> Request:
    """A request as an endpoint makes it; whether it is idempotent follows from its verb if nothing is said."""
    if idempotent is None:
        idempotent = method in ("GET", "PUT", "DELETE")
    return Request(
        method, URL(url), path, headers or {}, options=Options(**options), idempotent=idempotent, metered=metered
    )


class MakeResponse(Protocol):
    """`make_response`, as a fixture gives it."""

    def __call__(
        self, status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None
    ) -> Response: ...


class MakeRequest(Protocol):
    """`make_request`, as a fixture gives it."""

    def __call__(
        self,
        method: str = "GET",
        path: str = "/apps/{app}",
        url: str = ...,
        *,
        idempotent: bool | None = None,
        metered: bool = True,
        headers: Mapping[str, str] | None = None,
        **options: Unpack[CallOptions],
    ) -> Request: ...


class Script:
    """A `Send` that gives its responses one after the other, the last one for ever, and remembers the requests."""

    def __init__(self, *answers: Scripted | Callable[[Request], Scripted]) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[str, str, dict[str, str], bytes | None]] = []

    async def __call__(self, request: Request) -> Response:
        """Send a request."""
        request.attempt.sent = True
        self.seen.append((request.method, request.url.raw_path, dict(request.headers), request.body))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        return make_response(answer) if isinstance(answer, int) else answer

    def __len__(self) -> int:
        return len(self.seen)


class Caller:
    """Takes down each request in place of a session, and gives an empty response."""

    def __init__(self) -> None:
        self.url = urls("https://api.example.com")
        self.headers: Mapping[str, str] = {}
        self.options = Options()
        self.own_accept = False
        self.requests: list[Request] = []
        self.call: Send = self._call

    async def _call(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(202, {}, b"")

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """The empty answer is none that a declaration takes."""


class Clock:
    """Time that passes only where somebody sleeps or a test says so, for the library and for the platform."""

    def __init__(self, epoch: float = 1_400_000_000.0) -> None:
        self.epoch = epoch
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Seconds since the clock was made."""
        return self.time

    def wall(self) -> float:
        """Seconds since 1970."""
        return self.epoch + self.time

    __call__ = wall

    def turn(self, seconds: float) -> None:
        """Let so much time pass."""
        self.time += seconds

    async def sleep(self, seconds: float) -> None:
        """Let so much time pass, and remember it."""
        self.turn(seconds)
        self.slept.append(seconds)


Answers = list[web.Response] | Callable[[web.Request], web.Response]


class Server:
    """A loopback server that gives its responses in turn or by a function, and remembers the requests."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.seen: list[web.Request] = []
        self.bodies: list[Any] = []
        self.url = ""
        self._runner = web.ServerRunner(web.Server(self._handle))  # type: ignore[arg-type]

    async def start(self) -> None:
        """Listen on a free port of the loopback interface."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Listen no more, and close every connection."""
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.seen.append(request)
        is_file = request.method == "PUT" and "Content-Type" not in request.headers
        self.bodies.append(body or None if is_file or not body else json.loads(body))
        return self.answers.pop(0) if isinstance(self.answers, list) else self.answers(request)

    def sent(self) -> list[str]:
        """The requests, as `GET /apps`, the path as it came over the wire."""
        return [f"{request.method} {request.raw_path}" for request in self.seen]


Serve = Callable[[Answers], Awaitable[Server]]
"""Starts a server: the fixture `serve`."""

Until = Callable[[Callable[[], object]], Awaitable[None]]
"""Lets other tasks take steps until a condition holds: the fixture `until`."""
