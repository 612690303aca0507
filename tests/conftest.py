"""What tests of every folder share."""

import asyncio
import gc
import logging
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest

from tests._support import secrets
from tests._support.fakes import Answers, Serve, Server, Until
from tests._support.secrets import Watch
from tests._support.thorough import SOAK

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded answers and of today's schema, which is not part of the repository."""
    folder = Path(os.environ.get("AIOHEROKU_SHARED", ROOT.parent / "shared"))
    if not (folder / "recorded").is_dir():
        pytest.skip(f"{folder} is absent: set AIOHEROKU_SHARED to the folder that holds recorded/ and today/")
    return folder


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


@pytest.fixture
def findings() -> Iterator[None]:
    """Findings that a test adds are gone after it."""
    from aioheroku.audit import _findings

    registries = cast("tuple[dict[str, Any], ...]", (_findings._RULES, _findings._ABOUT))  # pyright: ignore[reportPrivateUsage]
    before = [dict(registry) for registry in registries]
    yield
    for registry, items in zip(registries, before, strict=True):
        registry.clear()
        registry.update(items)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a loopback server with its responses: a list of them, or a function of the request."""
    servers: list[Server] = []

    async def start(answers: Answers) -> Server:
        server = Server(answers)
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        await server.stop()


def pytest_configure() -> None:
    """The system's certificate authorities are not read, which takes 20 ms in each process: no test needs them."""
    if not SOAK:
        os.environ.setdefault("SSL_CERT_FILE", os.devnull)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One worker more than there are cores: some tests wait, for processes of the command and for a browser."""
    chosen = "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ
    return None if chosen else 1 + len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else "1")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: the garbage collector need not look at thousands of tests again and again.

    Nor need it look as often as by default, which took a fifth of the run: what a test leaves is found a little later.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(5_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests to CI."""
    slow = [item for item in items if not SOAK and item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


# --- secrets --------------------------------------------------------------------------------------------------

_READ: Final = "secrets_read"
_worker_counts: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Whatever a test does, no record of any logger at DEBUG, no event and no error gives a secret away."""
    chaos = "chaos" in request.path.parts
    logger = logging.getLogger("aioheroku" if chaos else None)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    if chaos:  # pytest keeps what it sees to the end of a test: too much in a long run
        logger.addFilter(secrets.watch.swallow)
    else:
        logger.addHandler(secrets.watch)
    yield secrets.watch
    logger.setLevel(level)
    logger.removeHandler(secrets.watch)
    logger.removeFilter(secrets.watch.swallow)
    leaks = secrets.watch.leaks.copy()
    secrets.watch.leaks.clear()
    assert leaks == []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands its counts to the process that started it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_READ] = dict(secrets.watch.read)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker is done: its counts are added up."""
    _worker_counts.update(getattr(node, "workeroutput", {}).get(_READ, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much was read, and held no secret."""
    read = secrets.watch.read + _worker_counts
    terminalreporter.write_line(
        f"read in search of secrets: {read['record']:,} records, {read['event']:,} events, "
        f"{read['error']:,} errors and their causes, {read['output']:,} outputs of the command"
    )
