"""What the tests of the command share: a platform, and a way to run the command against it."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aioheroku.cli._commands import cli
from aioheroku.testing import Platform
from tests._support.secrets import watch

Run = Callable[..., Result]


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform with 25 apps and enough tokens."""
    return heroku_platform_factory(apps=25, capacity=50_000)


@pytest.fixture
def run(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command with these arguments, for the platform's account."""
    monkeypatch.setenv("HEROKU_API_KEY", platform.token)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments: Any, here: bool = True) -> Result:
        base = ["--base-url", platform.url] if here else []
        result = CliRunner().invoke(cli, [*map(str, arguments), *base])
        watch.check("output", result.output)
        return result

    return run


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """A background job, such as one of CI, starts with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
