"""What the drivers of streams need of a session, and the buffer between their tasks and the reader."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from attrs import define, field

from aioheroku._seams import Dial, Open
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import HerokuError, StreamLost
from aioheroku.events import Event, Listener, StreamCut

T = TypeVar("T")


class Live(Protocol):
    """A stream that is being read."""

    async def shut(self, error: HerokuError | None = None) -> None:
        """End it, and its tasks and connections; its reader gets the error, if there is one."""
        ...


@define(eq=False)
class Streams:
    """The seams, the events and the open streams of a session: what each driver of a stream is made with."""

    open: Open
    dial: Dial
    emit: Listener | None = None
    label: str | None = None
    live: set[Live] = field(factory=set[Live])
    """The streams that are being read, of all views of the session."""

    def report(self, kind: Callable[..., Event], path: str, *fields: object) -> None:
        """Emit an event about the stream of an endpoint."""
        if self.emit is not None:
            self.emit(kind("GET", path, self.label, *fields))


@define(eq=False)
class Failures:
    """Failures in a row of one stream, with a pause after each; every received byte counts from the beginning."""

    streams: Streams
    path: str
    times: StreamTimes
    received: Callable[[], int]
    """What was handed out by now."""
    in_row: int = 0

    async def pause(self, cause: str, seconds: float | None = None) -> None:
        """Report a failure, and wait until the next try: as long as is said, or longer each time and by chance.

        Raises:
            StreamLost: it was one too many.
        """
        self.in_row += 1
        if self.in_row >= self.times.failures:
            raise StreamLost(self.received(), self.in_row, cause)
        if seconds is None:
            shortest, longest = self.times.pauses
            seconds = random.uniform(shortest, min(longest, shortest * 2**self.in_row))  # noqa: S311 - jitter
        self.streams.report(StreamCut, self.path, self.received(), self.in_row, seconds, cause)
        await asyncio.sleep(seconds)


class Buffer(Generic[T]):
    """What has come and was not read, up to a number and a size: then the producer waits.

    Args:
        most: items that it holds.
        size: bytes that it holds.
        measure: the size of an item.
    """

    def __init__(self, most: int, size: int, measure: Callable[[T], int]) -> None:
        self._most, self._most_size, self._measure = most, size, measure
        self._items: deque[T] = deque()
        self._size = 0
        self._ended = False
        self._error: BaseException | None = None
        self._came = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.taken = 0
        """Items that were read."""

    def put(self, items: Sequence[T]) -> None:
        """Add items, even where there is no room."""
        if not items or self._ended:
            return
        self._items.extend(items)
        self._size += sum(map(self._measure, items))
        if len(self._items) >= self._most or self._size >= self._most_size:
            self._room.clear()
        self._came.set()

    def clear(self) -> None:
        """Throw away what was not read."""
        self._items.clear()
        self._size = 0
        self._room.set()

    async def room(self) -> None:
        """Wait until there is room."""
        await self._room.wait()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes; the reader gets what is there, then the error."""
        if not self._ended:
            self._ended, self._error = True, error
            self._room.set()
            self._came.set()

    async def items(self) -> AsyncGenerator[T]:
        """The items as they come, each once, for all readers."""
        waiting = self._items
        while True:
            while waiting:
                item = waiting.popleft()
                self._size -= self._measure(item)
                if not self._room.is_set() and 2 * len(waiting) < self._most and 2 * self._size < self._most_size:
                    self._room.set()
                self.taken += 1
                yield item
            if self._ended:
                if self._error is not None:
                    raise self._error
                return
            self._came.clear()
            await self._came.wait()


class BufferedStream(Generic[T]):
    """A stream that a task reads into a buffer: an async iterable, and an async context manager.

    Nothing is sent before it is iterated or entered. Leaving the loop ends it soon, `async with` or `aclose` at once.

    Args:
        streams: what it is made with.
        name: the name of its task.
        most: items that its buffer holds.
        size: bytes that its buffer holds.
        measure: the size of an item.
    """

    def __init__(self, streams: Streams, name: str, most: int, size: int, measure: Callable[[T], int]) -> None:
        self._streams, self._name = streams, name
        self._limits = most, size, measure
        self._buffer: Buffer[T] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._entered = False

    async def _fill(self, buffer: Buffer[T]) -> Any:
        """Read the stream to its end; what it raises, the reader gets."""
        raise NotImplementedError

    def _start(self) -> Buffer[T]:
        if self._buffer is None:
            self._buffer = Buffer(*self._limits)
            self._streams.live.add(self)
            self._task = asyncio.get_running_loop().create_task(self._run(self._buffer), name=self._name)
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())  # the reader gets it
        return self._buffer

    async def _run(self, buffer: Buffer[T]) -> Any:
        failure: BaseException | None = None
        try:
            return await self._fill(buffer)
        except BaseException as error:
            failure = None if isinstance(error, asyncio.CancelledError) else error
            raise
        finally:
            buffer.end(failure)
            self._streams.live.discard(self)

    async def _items(self) -> AsyncGenerator[T]:
        """The items as they come; it ends with the reader, unless it was entered."""
        try:
            async for item in self._start().items():
                yield item
        finally:
            if not self._entered:
                await self.aclose()

    async def __aenter__(self) -> Self:
        self._entered = True
        self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End it: its connections and tasks are gone when this returns."""
        await self.shut()

    async def shut(self, error: HerokuError | None = None) -> None:
        """As `aclose`; its reader gets the error."""
        self._streams.live.discard(self)
        if self._buffer is None:
            self._buffer = Buffer(*self._limits)  # never to be started
        self._buffer.end(error)
        await cancelled(self._task)


async def cancelled(*tasks: "asyncio.Task[Any] | None") -> None:
    """Cancel tasks, and wait until they have ended."""
    alive = [task for task in tasks if task is not None and not task.done()]
    for task in alive:
        task.cancel()
    if alive:
        await asyncio.wait(alive)
