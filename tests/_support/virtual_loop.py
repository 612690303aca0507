"""An event loop in which an hour of sleep takes no time: the only one, for tests and benchmarks."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")


_GLANCE: Final = 0.001
"""Real seconds for bytes to come through the kernel, where no thread is at work: on loopback they are there at once."""


class _JumpingSelector(selectors.DefaultSelector):
    """Where others would wait for a timer, the time jumps to it."""

    now: float = 0.0
    patience: float = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.threads = set[asyncio.Future[Any]]()
        """What threads are at work on."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            if not self.patience or not (ready := super().select(10)):
                raise RuntimeError("hang: no timer is set, and every task waits for something that never comes")
        elif not self.patience or timeout <= 1 or not (ready := super().select(self._real())):
            self.now += timeout
        return ready

    def _real(self) -> float:
        return self.patience if self.threads else min(self.patience, _GLANCE)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Real tasks, sockets and timers; virtual time, which begins at 0.

    With sockets, bytes may be on their way through the kernel while nothing is ready: before a jump of more than a
    second the loop glances at them once more. What threads are at work on it waits for, `patience` (real) seconds.
    """

    def __init__(self, patience: float = 0.0) -> None:
        self._jumping = _JumpingSelector()
        self._jumping.patience = patience
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.now

    def run_in_executor(self, *arguments: Any) -> "asyncio.Future[Any]":  # type: ignore[override]
        """Likewise, and remember it until it is done."""
        future = super().run_in_executor(*arguments)
        self._jumping.threads.add(future)
        future.add_done_callback(self._jumping.threads.discard)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for its threads: with the limit of Python 3.12 the time would jump past it at once."""
        await super().shutdown_default_executor()


class Run(Protocol):
    """Runs a coroutine to its end in virtual time."""

    def __call__(self, coroutine: Coroutine[Any, Any, T], /) -> T: ...


def run(
    coroutine: Coroutine[Any, Any, T],
    *,
    patience: float = 0.0,
    prepare: Callable[[asyncio.AbstractEventLoop], object] | None = None,
) -> T:
    """Run a coroutine to its end, in virtual time from 0, on a loop that is prepared first."""
    with asyncio.Runner(loop_factory=partial(VirtualLoop, patience)) as runner:
        if prepare is not None:
            prepare(runner.get_loop())
        return runner.run(coroutine)
