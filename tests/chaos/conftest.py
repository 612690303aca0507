"""What the chaos tests share: a world to play in, and the counts that are printed."""

from collections.abc import Iterator

import pytest

from tests._support import virtual_loop
from tests.chaos.proxy import Counts
from tests.chaos.world import Play, Scene, open_world

_TOTAL = pytest.StashKey[Counts]()


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """The counts of one test, which must be clean when it ends, and are added to those of the run."""
    own = Counts()
    yield own
    total = request.config.stash.setdefault(_TOTAL, Counts())
    total.add(own)
    own.assert_clean()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    total = config.stash.get(_TOTAL, None)
    if total is not None:
        terminalreporter.section("chaos")
        for line in total.lines():
            terminalreporter.write_line(line)


@pytest.fixture
def play(counts: Counts) -> Play:
    """Run a test's coroutine in a world, on a loop of its own whose time jumps."""

    def play(scene: Scene, tokens: int = 100_000) -> None:
        async def run() -> None:
            async with open_world(counts, tokens) as world:
                await scene(world)

        virtual_loop.run(run(), patience=0.001)

    return play
