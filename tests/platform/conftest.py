"""What the tests of the simulated platform share: a clock to turn, a platform, and a plain HTTP client."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession

from aioheroku.testing import Platform
from tests._support.certificates import self_signed
from tests._support.fakes import Clock
from tests._support.platform_client import Api, MakeCertificate, Open


@pytest.fixture
def clock() -> Clock:
    return Clock(epoch=1_450_000_000.0)


@pytest.fixture
def serve(clock: Clock) -> Open:
    """Open a platform with options of its own, and a client for it."""

    @asynccontextmanager
    async def open_platform(**options: Any) -> AsyncGenerator[tuple[Platform, Api], None]:
        options.setdefault("clock", clock)
        async with (
            Platform(**options) as platform,
            ClientSession(platform.url) as session,
        ):
            yield platform, Api(session, platform.token)

    return open_platform


@pytest.fixture
async def served(serve: Open) -> AsyncIterator[tuple[Platform, Api]]:
    async with serve(apps=6, seed=3) as both:
        yield both


@pytest.fixture
def platform(served: tuple[Platform, Api]) -> Platform:
    return served[0]


@pytest.fixture
def api(served: tuple[Platform, Api]) -> Api:
    return served[1]


@pytest.fixture
async def app(api: Api) -> str:
    """A new app without anything in it."""
    await api("POST", "/apps", {"name": "example"})
    return "/apps/example"


@pytest.fixture
def deployed(platform: Platform) -> str:
    """The path of an app of the fleet that has code, a web process and dynos."""
    for each in platform.state.apps.values():
        if each.parts.formation.find("web") and len(each.parts.releases) > 4:
            return f"/apps/{each.row['name']}"
    raise AssertionError("the fleet has no deployed app")


@pytest.fixture
def certificate() -> MakeCertificate:
    """Makes a self-signed certificate and its key, both PEM."""
    pytest.importorskip("cryptography")
    return self_signed
