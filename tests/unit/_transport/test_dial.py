"""Dial over real sockets: bytes first, errors after."""

import asyncio
import fcntl
import socket
import ssl
import struct
import sys
import termios
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from aioheroku import errors
from aioheroku._seams import Dialing, Pipe
from aioheroku._transport.connections import Connections, Network
from aioheroku._transport.dial import _of_this_system as of_this_system
from aioheroku._transport.streams import StreamTransport
from tests._support.fakes import Until
from tests._support.secrets import raises
from tests._support.wire import Tls

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OUTPUT = bytes(range(256)) * 2000


@asynccontextmanager
async def pipe_to(serve: Serve, tls: Tls, context: ssl.SSLContext | None = None) -> AsyncGenerator[Pipe]:
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await serve(reader, writer)

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls.server)
    transport = StreamTransport(Connections(Network(ssl=context or tls.client, connections=0)))
    try:
        yield await transport.dial(Dialing("127.0.0.1", server.sockets[0].getsockname()[1], "run", 5))
    finally:
        await transport.close()
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


async def everything(pipe: Pipe) -> bytes:
    got = b""
    while data := await pipe.read():
        got += data
    return got


async def test_bytes_go_both_ways(tls: Tls) -> None:
    """What is written arrives, what arrives is read, and the end is empty bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readexactly(5)).upper() + OUTPUT)
        await writer.drain()
        writer.close()

    async with pipe_to(serve, tls) as pipe:
        await pipe.write(b"hello")
        assert await everything(pipe) == b"HELLO" + OUTPUT
        assert await pipe.read() == b""
        with raises(errors.ConnectionLost):
            await pipe.write(b"x")


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write, and reset the connection, as the kernel does when one is closed with unread input."""
    writer.write(OUTPUT[:60_000])
    await writer.drain()
    await reader.readexactly(6)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def test_bytes_come_before_a_reset(tls: Tls, until: Until) -> None:
    """Where the connection is reset before anybody reads, all of the output is read, then the error."""
    async with pipe_to(reset, tls) as pipe:
        kept: Any = pipe
        await until(lambda: len(kept._received) == 60_000)
        await pipe.write(b"unread")
        await until(lambda: kept._error)
        got = b""
        with raises(errors.ConnectionLost):
            while data := await pipe.read():
                got += data
        assert got == OUTPUT[:60_000]


def waiting_in(transport: Any) -> int:
    """Bytes that the system has received on a connection, and that nobody has read."""
    found = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.FIONREAD, bytes(4))
    return int.from_bytes(found, sys.byteorder)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems drop what came before a reset")
@pytest.mark.parametrize("size", [50_000, 2_000_000, 20_000_000])
async def test_a_reset_under_a_write(size: int, tls: Tls, until: Until) -> None:
    """Nobody reads, and a write waits: the reset that ends it takes no byte of what this system has received."""
    served: list[Any] = []

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(writer)
        writer.write(bytes(size))

    def settled() -> bool:
        before, now = counts[-1], waiting_in(kept._transport)
        counts.append(now)
        return len(counts) > 20 and now == before == counts[-10]

    async with pipe_to(serve, tls) as pipe:
        kept: Any = pipe
        writing = asyncio.create_task(written_for_ever(pipe))
        await until(lambda: served and not kept._writable.is_set() and kept._received)
        counts = [0]
        await until(settled)
        unread = counts[-1]
        assert len(kept._received) < 5_000_000  # reading has stopped
        served[0].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        served[0].transport.abort()
        with raises(errors.ConnectionLost):
            await writing
        expected = min(size, len(kept._received) + unread - unread // 500 - 20_000)  # what TLS adds, and half a record
        got = 0
        with raises(errors.ConnectionLost):
            while data := await pipe.read():
                assert len(data) < 5_000_000
                got += len(data)
        assert got >= expected
        assert got == size or size > 4_000_000


async def written_for_ever(pipe: Pipe) -> None:
    while True:
        await pipe.write(bytes(65536))


async def test_a_stream_reader_fails(tls: Tls, until: Until) -> None:
    """Asyncio's own streams lose the output that came before a reset: the reason for a protocol of our own."""
    server = await asyncio.start_server(reset, "127.0.0.1", 0, ssl=tls.server)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls.client)
    buffered: Any = reader
    await until(lambda: len(buffered._buffer) == 60_000)
    writer.write(b"unread")
    await until(reader.exception)
    got = b""
    with raises(ConnectionResetError):
        while data := await reader.read(1000):
            got += data
    assert got == b""
    writer.transport.abort()
    server.close()
    await asyncio.sleep(0)


async def test_reading_stops_when_nobody_reads(tls: Tls) -> None:
    """About 256 KiB wait, not all that the other end has; then everything is read."""
    written = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        for _ in range(400):
            writer.write(bytes(65536))
            await writer.drain()
            written += 65536
        writer.close()

    async with pipe_to(serve, tls) as pipe:
        await asyncio.sleep(0.2)
        kept: Any = pipe
        assert len(kept._received) < 1_000_000
        assert written < 400 * 65536
        assert len(await everything(pipe)) == 400 * 65536


async def test_certificates_are_verified(tls: Tls) -> None:
    """An unknown authority is refused for good."""

    async def serve(*_: object) -> None:
        return

    with raises(errors.ConnectError) as caught:
        async with pipe_to(serve, tls, ssl.create_default_context()):
            pass
    assert caught.value.permanent
    assert "Heroku(ssl=context)" in str(caught.value)


def test_authorities_are_read_once() -> None:
    """The context of the system's authorities is one for all connections, and verifies names too."""
    context = of_this_system()
    assert context is of_this_system()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_a_lost_network_is_noticed(tls: Tls) -> None:
    """The system checks from time to time whether the other end is there: an hour may pass in silence."""

    async def serve(*_: object) -> None:
        return

    async with pipe_to(serve, tls) as pipe:
        kept: Any = pipe
        found = kept._transport.get_extra_info("socket")
        assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        if hasattr(socket, "TCP_KEEPIDLE"):
            assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 60


async def test_bytes_are_written_whole(tls: Tls) -> None:
    """Of two concurrent writes each is whole; a cancelled one does not hold up the other."""
    got, size = bytearray(), 20_000_000  # more than the system takes at once
    all_of_it = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        while not got.endswith(b"."):
            got.extend(await reader.read(100_000))
        all_of_it.set()

    async with pipe_to(serve, tls) as pipe:
        writing = [asyncio.create_task(pipe.write(letter * size)) for letter in (b"a", b"b")]
        left = asyncio.create_task(pipe.write(b"c" * 100))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait({left, *writing})
        await pipe.write(b".")
        await asyncio.wait_for(all_of_it.wait(), 60)
    assert got == b"a" * size + b"b" * size + b"."


async def test_a_refused_port_is_named() -> None:
    """Host and port are in the text: many networks block it."""
    transport = StreamTransport(Connections(Network(connections=0)))
    with raises(errors.ConnectError, match=r"127\.0\.0\.1:9 "):
        await transport.dial(Dialing("127.0.0.1", 9, "run", 5))
    await transport.close()
    with raises(errors.SessionClosed):
        await transport.dial(Dialing("127.0.0.1", 9, "run", 5))


async def test_connecting_has_a_limit() -> None:
    """A server that accepts and sends nothing is a timeout; the caller's own timeout stays the caller's."""
    held: list[Any] = []
    server = await asyncio.start_server(lambda *both: held.append(both), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = StreamTransport(Connections(Network(connections=0)))
    with raises(errors.ConnectTimeout):
        await transport.dial(Dialing("127.0.0.1", port, "run", 0.05))
    with pytest.raises(TimeoutError):  # noqa: TID251
        async with asyncio.timeout(0.05):
            await transport.dial(Dialing("127.0.0.1", port, "run", 5))
    await transport.close()
    for _, writer in held:
        writer.transport.abort()
    server.close()
