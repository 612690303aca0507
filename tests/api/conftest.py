"""What the tests of endpoints share: a session with one response."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool
from tests._support.endpoints import Answering
from tests._support.fakes import Serve, Server


@pytest.fixture
def answering(serve: Serve) -> Answering:
    """A session whose server gives one response to whatever is asked, and that server."""

    @asynccontextmanager
    async def start(answer: web.Response) -> AsyncGenerator[tuple[Heroku, Server]]:
        server = await serve([answer])
        async with Heroku("token", base_url=server.url, pool=Pool(), retry=None) as heroku:
            yield heroku, server

    return start
