"""What streams need from a session, and the buffer between their tasks and the reader."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import suppress
from operator import length_hint
from typing import Any, Generic, Protocol, Self, TypeVar

from attrs import define, field

from aioheroku._misuse import explains
from aioheroku._seams import Dial, Open, Stream
from aioheroku._streams.values import StreamTimes
from aioheroku.errors import ConnectionFailed, HerokuError, StreamLost
from aioheroku.events import Event, Listener, StreamCut

T = TypeVar("T")


class Live(Protocol):
    """An open stream."""

    async def shut(self, error: HerokuError | None = None) -> None:
        """End it, and its tasks and connections; its reader gets the error, if there is one."""
        ...


@define(eq=False)
class Streams:
    """What each stream is created with: the network, the events and the open streams of a session."""

    open: Open
    dial: Dial
    emit: Listener | None = None
    label: str | None = None
    live: set[Live] = field(factory=set[Live])
    """The open streams of all views of the session."""

    def report(self, kind: Callable[..., Event], path: str, *fields: object) -> None:
        """Emit an event about the stream of an endpoint."""
        if self.emit is not None:
            self.emit(kind("GET", path, self.label, *fields))


@define(eq=False)
class Failures:
    """Consecutive failures of one stream, with a pause after each; every received byte resets the count."""

    streams: Streams
    path: str
    times: StreamTimes
    received: Callable[[], int]
    """Returns how much has been delivered so far."""
    in_row: int = 0

    async def pause(self, cause: str) -> None:
        """Report a failure and wait before the next attempt, with exponential backoff and jitter.

        Raises:
            StreamLost: there were too many consecutive failures.
        """
        self.in_row += 1
        if self.in_row >= self.times.failures:
            raise StreamLost(self.received(), self.in_row, cause)
        shortest, longest = self.times.pauses
        seconds = random.uniform(shortest, min(longest, shortest * 2**self.in_row))  # noqa: S311 - jitter
        self.streams.report(StreamCut, self.path, self.received(), self.in_row, seconds, cause)
        await asyncio.sleep(seconds)


class Buffer(Generic[T]):
    """Items that have arrived and are not read yet; when it is full, the producer waits.

    Items that arrive together are one batch, which the reader iterates over without the buffer. With single items,
    each split and checked by itself, `python -m benchmarks.streams` read 0.32 instead of 0.61 times as many
    lines as bare aiohttp.

    Args:
        most: maximum number of items.
        size: maximum size in bytes.
    """

    def __init__(self, most: int, size: int) -> None:
        self._most, self._most_size = most, size
        self._batches: deque[tuple[Sequence[T], int]] = deque()
        """Batches that are not being read yet, each with its size."""
        self._batch: Iterator[T] = iter(())
        """The rest of the batch that is being read."""
        self._waiting = 0
        self._size = 0
        self._few = 0
        """Number of items at which the producer may continue."""
        self._drawn = 0
        self.ended = False
        self._error: BaseException | None = None
        self._came = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def taken(self) -> int:
        """Items that were read."""
        return self._drawn - length_hint(self._batch)

    def put(self, items: Sequence[T], size: int) -> None:
        """Add items of that size together, even if the buffer is full."""
        if not items or self.ended:
            return
        self._batches.append((items, size))
        self._waiting += len(items)
        self._size += size
        if self._waiting >= self._most or self._size >= self._most_size:
            self._room.clear()
            self._few = self._waiting // 2
        self._came.set()

    def clear(self) -> None:
        """Discard everything that was not read."""
        self._drawn = self.taken
        self._batches.clear()
        self._batch = iter(())
        self._waiting = self._size = 0
        self._room.set()

    async def room(self) -> bool:
        """Wait until there is room; returns whether that was necessary."""
        waits = not self._room.is_set()
        await self._room.wait()
        return waits

    def end(self, error: BaseException | None = None) -> None:
        """No more items follow; the reader gets the remaining ones, then the error."""
        if not self.ended:
            self.ended, self._error = True, error
            self._room.set()
            self._came.set()

    async def batch(self) -> Iterator[T] | None:
        """The next items: waits until there are some; `None` at an orderly end, otherwise the error is raised.

        The producer continues when the reader has taken half of the items.
        """
        while not length_hint(self._batch):
            if self._batches:
                items, size = self._batches.popleft()
                self._batch = iter(items)
                self._drawn += len(items)
                self._waiting -= len(items)
                self._size -= size
                if self._waiting <= self._few:
                    self._room.set()
            elif self.ended:
                if self._error is not None:
                    raise self._error
                return None
            else:
                self._came.clear()
                await self._came.wait()
        return self._batch


@explains(
    dict.fromkeys(
        ("__bool__", "__contains__", "__enter__", "__exit__", "__getitem__", "__iter__", "__len__"),
        "a stream is read as it arrives: write `async for item in stream`, or `async with stream:` around that.",
    )
)
class BufferedStream(Generic[T]):
    """A stream that a task reads into a buffer: an async iterable, and an async context manager.

    Nothing is sent before it is iterated or entered. Leaving the loop ends it soon, `async with` or `aclose` at once.

    Args:
        streams: the session's streams.
        name: the name of its task.
        most: maximum number of items in its buffer.
        size: maximum bytes in its buffer.
    """

    def __init__(self, streams: Streams, name: str, most: int = 10_000, size: int = 4 * 2**20) -> None:
        self._streams, self._name = streams, name
        self._buffer = Buffer[T](most, size)
        self._task: asyncio.Task[Any] | None = None
        self._entered = False

    async def _fill(self) -> Any:
        """Read the stream to its end into the buffer; the reader gets the error that it raises."""
        raise NotImplementedError

    def _start(self) -> None:
        """Begin to read, unless it was begun or closed before."""
        if self._task is None and not self._buffer.ended:
            self._streams.live.add(self)
            self._task = asyncio.get_running_loop().create_task(self._run(), name=self._name)
            self._task.add_done_callback(lambda task: task.cancelled() or task.exception())  # the reader gets it

    async def _run(self) -> Any:
        failure: BaseException | None = None
        try:
            return await self._fill()
        except BaseException as error:
            failure = None if isinstance(error, asyncio.CancelledError) else error
            raise
        finally:
            self._buffer.end(failure)
            self._streams.live.discard(self)

    @staticmethod
    def _made(item: Any) -> Any:
        """Convert an item for the reader."""
        return item

    async def _items(self) -> AsyncGenerator[Any]:
        """The items as they arrive; the stream ends with the iteration, unless it was entered."""
        try:
            self._start()
            made = self._made
            while (batch := await self._buffer.batch()) is not None:
                for item in map(made, batch):
                    yield item
        finally:
            if not self._entered:
                await self.aclose()

    async def __aenter__(self) -> Self:
        self._entered = True
        self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close it: its connections and tasks have ended when this returns."""
        await self.shut()

    async def shut(self, error: HerokuError | None = None) -> None:
        """As `aclose`; its reader gets the error."""
        self._streams.live.discard(self)
        self._buffer.end(error)
        await cancelled(self._task)


async def reason_of(stream: Stream) -> str:
    """The beginning of the body of a refusal, as text."""
    return (await beginning_of(stream, 500)).strip().decode("utf-8", "replace")


async def beginning_of(stream: Stream, most: int) -> bytes:
    """The first bytes of a stream, as many as arrive."""
    data = b""
    with suppress(ConnectionFailed):
        while len(data) < most and (piece := await stream.read()):
            data += piece
    return data[:most]


async def cancelled(*tasks: "asyncio.Future[Any] | None") -> None:
    """Cancel tasks, and wait until they have ended."""
    alive = [task for task in tasks if task is not None and not task.done()]
    for task in alive:
        task.cancel()
    if alive:
        await asyncio.wait(alive)
