"""What a command writes: kept for who reads, and no obstacle for who waits for the end alone."""

import asyncio
from types import SimpleNamespace
from typing import Any, Final

from aioheroku import StreamTimes
from aioheroku._streams.live import Streams
from aioheroku._streams.marker import MARKER, ExitDecoder
from aioheroku._streams.process import Process
from tests._support.secrets import raises
from tests._support.streams import Line
from tests._support.virtual_loop import run

KEPT: Final = 256 * 1024


class Typed(Line):
    """A pipe whose bytes come one after the other, seconds apart."""

    async def read(self) -> bytes:
        await asyncio.sleep(1)
        return await super().read()


def process_of(pipe: Line) -> Process:
    async def stop() -> None:
        return

    unused: Any = None
    dyno: Any = SimpleNamespace(name="run.1", id="1")
    streams = Streams(unused, unused)
    return Process(streams, dyno, pipe, b"", times=StreamTimes(), decoder=ExitDecoder(), stop=stop)


def test_waiting_is_not_held_up() -> None:
    """Output in pieces of exactly the size that is kept, which nobody reads, does not hold up the end."""

    async def ended() -> None:
        process = process_of(Line(*[b"x" * KEPT] * 3, b"end\n", MARKER + b"0\n"))
        assert await process.wait() == 0
        kept = await process.stdout.read()
        assert kept.endswith(b"end\n")
        assert KEPT <= len(kept) <= 2 * KEPT

    run(ended())


def test_a_wait_that_is_given_up() -> None:
    """Nothing is thrown away once nobody waits any more: who reads then gets all that comes."""

    async def ended() -> None:
        process = process_of(Typed(*[b"x" * 200_000] * 5, MARKER + b"0\n"))
        with raises(TimeoutError):
            await process.wait(0.5)
        got = 0
        while data := await process.stdout.read(KEPT):
            got += len(data)
            await asyncio.sleep(5)
        assert got == 1_000_000

    run(ended())


def test_waiting_beside_a_slow_reader() -> None:
    """A reader that pauses between two reads loses nothing while another task waits; one that ends holds up nobody."""

    async def slow(process: Process, times: int) -> int:
        got = 0
        for _ in range(times):
            got += len(await process.stdout.read(50_000))
            await asyncio.sleep(0.1)
        return got

    async def ended() -> None:
        for times, expected in ((41, 2_000_000), (3, 150_000)):
            process = process_of(Line(*[b"x" * 50_000] * 40, MARKER + b"0\n"))
            status, got = await asyncio.gather(process.wait(), slow(process, times))
            assert (status, got) == (0, expected)

    run(ended())


def test_small_reads() -> None:
    """Bytes that are read one by one are those that came, at a cost that does not grow with what waits."""

    async def ended() -> None:
        process = process_of(Line(bytes(range(256)) * 1000, MARKER + b"0\n"))
        got = b"".join([await process.stdout.read(1) for _ in range(128_000)])
        assert got + await process.stdout.read() == bytes(range(256)) * 1000

    run(ended())
