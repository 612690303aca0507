"""What tests of every folder share."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

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
