"""A loop whose time is virtual, and a server that is a few lines long.

With AIOHEROKU_EAGER=1 in the environment, and Python 3.12, each test runs under `asyncio.eager_task_factory`.
"""

import asyncio
import os
import sys
from functools import partial

import pytest

from tests._support import virtual_loop
from tests._support.bucket_server import BucketServer, LabelledRequest, labelled_request
from tests._support.virtual_loop import Run

EAGER = bool(os.environ.get("AIOHEROKU_EAGER")) and sys.version_info >= (3, 12)


def _eager(loop: asyncio.AbstractEventLoop) -> None:
    if EAGER:
        loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009 - unknown to 3.11


if EAGER:

    @pytest.fixture(autouse=True)
    async def eager() -> None:
        """What a test awaits begins at once."""
        _eager(asyncio.get_running_loop())


@pytest.fixture
def run() -> Run:
    """Run a coroutine to its end in virtual time."""
    return partial(virtual_loop.run, prepare=_eager)


@pytest.fixture
def server() -> type[BucketServer]:
    return BucketServer


@pytest.fixture
def request_() -> LabelledRequest:
    return labelled_request
