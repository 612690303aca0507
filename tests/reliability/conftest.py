"""A `Send` that says what it is told, and a clock that nobody waits for."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Self

import pytest
from multidict import CIMultiDict
from yarl import URL

from aioheroku.http import Options, Request, Response

Answer = int | Response | BaseException


def make_answer(status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, CIMultiDict(headers or {}), body)


def make_request(
    method: str = "GET",
    path: str = "/apps/{app}",
    url: str = "http://127.0.0.1/apps/example",
    *,
    idempotent: bool | None = None,
    headers: Mapping[str, str] | None = None,
    **options: Any,
) -> Request:
    safe = method in ("GET", "PUT", "DELETE") if idempotent is None else idempotent
    return Request(method, URL(url), path, headers or {}, options=Options(**options), idempotent=safe)


class Script:
    """Gives its answers one after the other, the last one for ever, and remembers what it was sent."""

    def __init__(self, *answers: Answer | Callable[[Request], Answer]) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[str, str, dict[str, str], bytes | None]] = []

    async def __call__(self, request: Request) -> Response:
        request.attempt.mark_sent()
        self.seen.append((request.method, request.url.raw_path, dict(request.headers), request.body))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        return make_answer(answer) if isinstance(answer, int) else answer

    def __len__(self) -> int:
        return len(self.seen)


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1_400_000_000 + self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept.append(seconds)


class Wire:
    """A server of bare bytes: each request is answered with the next bytes; `None` closes without an answer."""

    def __init__(self) -> None:
        self.answers: list[bytes | None] = []
        self.heads: list[str] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.server is not None:
            self.server.close()

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                if found := re.search(r"(?i)content-length: (\d+)", head):
                    await reader.readexactly(int(found[1]))
                answer = self.answers.pop(0) if self.answers else None
                if answer is None:
                    break
                writer.write(answer)
                _, _, body = answer.partition(b"\r\n\r\n")
                if not (length := re.search(rb"Content-Length: (\d+)", answer)) or len(body) < int(length[1]):
                    break
        writer.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire() as wire:
        yield wire


@pytest.fixture
async def elsewhere() -> AsyncIterator[Wire]:
    """Another origin."""
    async with Wire() as wire:
        yield wire


@pytest.fixture
def script() -> type[Script]:
    return Script


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answer() -> Callable[..., Response]:
    return make_answer


@pytest.fixture
def request_() -> Callable[..., Request]:
    return make_request
