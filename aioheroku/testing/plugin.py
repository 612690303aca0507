"""Fixtures for pytest, found by its entry point: `heroku_platform` and `heroku_platform_factory`.

The platform runs in a thread with its own event loop, so that it serves synchronous tests as well as asynchronous ones
under any plugin and mode.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from aioheroku.testing.platform import Platform


@pytest.fixture
def heroku_platform_factory() -> "Iterator[Callable[..., Platform]]":
    """Starts simulated platforms, `make(apps=20, seed=1)` with the options of `Platform`; the test's end stops them."""
    from aioheroku.testing.platform import Platform  # noqa: PLC0415 - costs only the tests that use it

    with ExitStack() as stack:

        def make(**options: Any) -> Platform:
            return stack.enter_context(Platform(**options).in_thread())

        yield make


@pytest.fixture
def heroku_platform(heroku_platform_factory: "Callable[..., Platform]") -> "Platform":
    """A running simulated platform with five apps."""
    return heroku_platform_factory(apps=5)
