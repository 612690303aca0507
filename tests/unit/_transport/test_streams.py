"""Open over real sockets: what is sent, what arrives, and that nothing is left."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from aioheroku import Heroku, Pool, errors
from aioheroku._seams import Opening, Stream
from aioheroku._transport.connections import Connections, Network
from aioheroku._transport.streams import StreamTransport
from tests._support.secrets import raises
from tests._support.thorough import amount
from tests._support.wire import Tls, Wire

SIGNED = "/a%2Fb//c/../d?X-Amz-Signature=s3cr3t%2B%3d&b=%20+&c=ä".replace("ä", "%c3%A4")


@pytest.fixture
async def transport() -> AsyncIterator[StreamTransport]:
    transport = StreamTransport(Connections(Network(connections=0)))
    yield transport
    await transport.close()


async def everything(stream: Stream) -> bytes:
    pieces = []
    while piece := await stream.read():
        pieces.append(piece)
    return b"".join(pieces)


async def test_nothing_is_added(wire: Wire, transport: StreamTransport) -> None:
    """The address goes byte for byte, with the headers given and Host; no token, no agent, no cookie."""
    wire.answers = [b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok"] * 2
    for _ in range(2):
        stream = await transport.open(Opening(wire.url + SIGNED, "log", {"Accept": "text/event-stream"}))
        assert (stream.status, await everything(stream)) == (200, b"ok")
        stream.close()
    first, second = wire.heads
    assert first == second
    assert first.splitlines()[0] == f"GET {SIGNED} HTTP/1.1"
    names = {line.partition(":")[0] for line in first.splitlines()[1:] if line}
    assert names <= {"Host", "Accept", "Connection"}


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x",
        "ftp://127.0.0.1/x",
        "/x",
        "",
        "http://127.0.0.1.example.com/x",
        "https://",
        "rendezvous://h:5000/x",
        "http://[::2]/",
    ],
)
async def test_other_addresses_are_refused(address: str, transport: StreamTransport) -> None:
    """Only https, and http on this machine; nothing is sent, and the address is in no text."""
    with raises(errors.StreamRefused) as caught:
        await transport.open(Opening(address, "log"))
    assert caught.value.status is None
    assert not address or address not in str(caught.value)


async def test_a_redirect_is_followed(wire: Wire, elsewhere: Wire, transport: StreamTransport) -> None:
    """A GET follows redirects, but not to http elsewhere; a circle ends with an error."""
    wire.answers = [f"HTTP/1.1 301 Moved\r\nLocation: {elsewhere.url}{SIGNED}\r\nContent-Length: 0\r\n\r\n".encode()]
    elsewhere.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
    stream = await transport.open(Opening(wire.url, "output"))
    assert await everything(stream) == b"ok"
    assert elsewhere.heads[0].splitlines()[0] == f"GET {SIGNED} HTTP/1.1"
    for target in ("http://example.com/", wire.url):
        wire.answers = [f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()] * 9
        with raises(errors.StreamRefused):
            await transport.open(Opening(wire.url, "output"))


async def test_bytes_come_before_the_error(wire: Wire, transport: StreamTransport) -> None:
    """What arrived before the connection broke is read first, even if nobody read it in time."""
    wire.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"x" * 9000]
    stream = await transport.open(Opening(wire.url, "output"))
    await asyncio.sleep(0.05)
    got = b""
    with raises(errors.ConnectionLost):
        while True:
            got += await stream.read()
    assert got == b"x" * 9000
    with raises(errors.ConnectionLost):
        await stream.read()


async def test_silence_is_an_error(transport: StreamTransport) -> None:
    """No byte for `idle` seconds."""
    held: list[Any] = []
    server = await asyncio.start_server(lambda *both: held.append(both), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with raises(errors.ReadTimeout):
        await transport.open(Opening(f"http://127.0.0.1:{port}/s3cr3t", "log", idle=0.05))
    for _, writer in held:
        writer.transport.abort()
    server.close()


async def test_failures_name_no_address(transport: StreamTransport) -> None:
    """A refused connection names the host alone."""
    with raises(errors.ConnectError) as caught:
        await transport.open(Opening("http://127.0.0.1:9/s3cr3t?token=s3cr3t", "log"))
    assert "127.0.0.1" in str(caught.value)
    assert caught.value.__context__ is None


async def test_certificates_are_verified(safe: Wire, tls: Tls, transport: StreamTransport) -> None:
    """An unknown authority is an error for good; with a context that trusts it the stream is read."""
    safe.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
    with raises(errors.ConnectError) as caught:
        await transport.open(Opening(safe.url, "log"))
    assert caught.value.permanent
    own = StreamTransport(Connections(Network(connections=0, ssl=tls.client)))
    stream = await own.open(Opening(safe.url, "log"))
    assert await everything(stream) == b"ok"
    await own.close()


async def test_an_upload_has_its_length(wire: Wire, transport: StreamTransport) -> None:
    """Exactly `length` bytes, with a Content-Length and no type; another number of bytes is an error."""
    wire.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]

    async def body(*pieces: bytes) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    stream = await transport.open(Opening(wire.url, "source", method="PUT", body=body(b"ab", b"c"), length=3))
    assert stream.status == 200
    head = wire.heads[0].lower()
    assert "content-length: 3" in head
    assert "content-type" not in head
    assert "transfer-encoding" not in head
    for pieces in ((b"ab", b"cd"), (b"ab",)):
        with raises(errors.ConnectionFailed):
            await transport.open(Opening(wire.url, "source", method="PUT", body=body(*pieces), length=3))


STREAMS = amount(110, 150)
"""More streams than a session has connections."""


async def test_streams_have_no_limit(wire: Wire) -> None:
    """However many streams are read, a call gets its response: streams have connections of their own."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"
    wire.answers = [head] * STREAMS
    release = asyncio.Event()

    async def hold(text: str) -> None:
        if "/apps" not in text and len(wire.heads) > STREAMS:
            await release.wait()

    wire.before = hold
    async with Heroku("token", base_url=wire.url, pool=Pool()) as heroku:
        streams = await asyncio.gather(*(heroku._streams.open(Opening(wire.url, "log")) for _ in range(STREAMS)))
        wire.answers = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"]
        assert await asyncio.wait_for(heroku.apps.list().all(), 5) == []
        assert len(streams) == STREAMS


async def test_closing_ends_streams(transport: StreamTransport) -> None:
    """A read raises `SessionClosed`, and nothing can be opened afterwards."""
    release = asyncio.Event()
    server = await asyncio.start_server(lambda reader, writer: serve(reader, writer, release), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    stream = await transport.open(Opening(url, "log"))
    assert await stream.read() == b"x"
    reading = asyncio.create_task(stream.read())
    await asyncio.sleep(0)
    await transport.close()
    with raises(errors.SessionClosed):
        await reading
    with raises(errors.SessionClosed):
        await transport.open(Opening(url, "log"))
    release.set()
    server.close()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, release: asyncio.Event) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")
    await release.wait()
    writer.transport.abort()


async def test_a_session_for_streams_is_used(wire: Wire) -> None:
    """Streams alone use it, without its cookies and headers; one that does not check certificates is refused."""
    wire.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
    async with aiohttp.ClientSession(headers={"X-Mine": "s3cr3t"}, cookies={"c": "s3cr3t"}) as given:
        async with Heroku("token", base_url=wire.url, stream_session=given) as heroku:
            stream = await heroku._streams.open(Opening(wire.url, "log"))
            assert await everything(stream) == b"ok"
        assert not given.closed
    assert "s3cr3t" not in wire.heads[0]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as careless:
        with raises(errors.InvalidRequest) as caught:
            Heroku("token", stream_session=careless)
        assert caught.value.field == "stream_session"
