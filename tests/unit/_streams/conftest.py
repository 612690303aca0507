"""What tests of streams through a session share."""

from collections.abc import AsyncIterator

import pytest

from tests._support.stream_server import StreamServer


@pytest.fixture
async def server() -> AsyncIterator[StreamServer]:
    async with StreamServer() as server:
        yield server
