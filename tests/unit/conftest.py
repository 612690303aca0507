"""What the unit tests share: a `Send` with given responses, a clock that nobody waits for, small servers."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests._support.fakes import Caller, Clock, MakeRequest, MakeResponse, Script, make_request, make_response
from tests._support.thorough import SOAK
from tests._support.wire import Tls, Tunnel, Wire


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
def answer() -> MakeResponse:
    return make_response


@pytest.fixture
def request_() -> MakeRequest:
    return make_request


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def tunnel() -> AsyncIterator[Tunnel]:
    async with Tunnel() as tunnel:
        yield tunnel


@pytest.fixture
async def safe(tls: Tls) -> AsyncIterator[Wire]:
    """A server that speaks TLS."""
    async with Wire(tls.server) as wire:
        yield wire


@pytest.fixture
def app() -> dict[str, Any]:
    """An app as the reference's example shows it."""
    payload: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data" / "app.json").read_text())
    return payload


hypothesis.settings.register_profile("quick", max_examples=25, derandomize=True, database=None, deadline=None)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("quick"), max_examples=200)
hypothesis.settings.load_profile("thorough" if SOAK else "quick")


@pytest.fixture(scope="session")
def caller() -> Caller:
    return Caller()
