"""The facts of the reference and the declarations of the library, each in a form of its own."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="session")
def reference() -> list[dict[str, Any]]:
    """The resources of the reference, as tests/data/derive.py left them."""
    found: list[dict[str, Any]] = json.loads((DATA / "reference.json").read_text())
    return found


Answering = Callable[[web.Response], AbstractAsyncContextManager[tuple[Heroku, Any]]]


@pytest.fixture
def answering(serve: Callable[..., Awaitable[Any]]) -> Answering:
    """A session whose server gives one answer to whatever is asked, and that server."""

    @asynccontextmanager
    async def start(answer: web.Response) -> AsyncGenerator[tuple[Heroku, Any]]:
        server = await serve([answer])
        async with Heroku("token", base_url=server.url, pool=Pool(), retry=None) as heroku:
            yield heroku, server

    return start
