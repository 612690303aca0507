"""TLS without I/O: whatever the pieces are in which a network hands it over."""

import ssl
from collections.abc import Iterator
from contextlib import suppress

from aioheroku._transport.tls import Tls
from tests._support.wire import Tls as Authority

TEXT = bytes(range(256)) * 200


class Server:
    """The other end, as OpenSSL has it."""

    def __init__(self, authority: Authority) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = authority.server.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def shake(self, data: bytes) -> bytes:
        self.incoming.write(data)
        with suppress(ssl.SSLWantReadError):
            self.object.do_handshake()
        return self.outgoing.read()


def halves(data: bytes, at: int) -> Iterator[bytes]:
    yield data[:at]
    yield data[at:]


def connected(authority: Authority, at: int = 0) -> tuple[Tls, Server, bytearray]:
    """Both ends after the handshake, whose flights were cut at that byte."""
    client, server, got = Tls(authority.client, "127.0.0.1"), Server(authority), bytearray()
    client.take(b"", got)
    flight = client.outgoing()
    while flight:
        reply = b"".join(server.shake(piece) for piece in halves(flight, at))
        for piece in halves(reply, at):
            client.take(piece, got)
        flight = client.outgoing()
    assert client.is_ready
    assert client.failure is None
    return client, server, got


def test_every_cut_of_the_handshake(tls: Authority) -> None:
    """Cut in two at each byte, the handshake succeeds, and bytes go both ways."""
    for at in range(0, 2000, 7):
        client, server, got = connected(tls, at)
        server.incoming.write(client.sealed(b"hello"))
        assert server.object.read(100) == b"hello"
        server.object.write(b"world")
        client.take(server.outgoing.read(), got)
        assert got == b"world"


def test_every_cut_of_the_records(tls: Authority) -> None:
    """Whole, byte by byte, and cut in two at each byte: what was sent, and its end."""
    for at in (None, *range(250)):
        client, server, got = connected(tls)
        server.object.write(b"one")
        server.object.write(TEXT[:100])
        with suppress(ssl.SSLWantReadError):
            server.object.unwrap()
        data = server.outgoing.read()
        pieces = [data[i : i + 1] for i in range(len(data))] if at is None else halves(data, at)
        for piece in pieces:
            client.take(piece, got)
        assert (bytes(got), client.has_ended, client.failure) == (b"one" + TEXT[:100], True, None)
        assert len(data) < 250


def test_what_came_before_damage(tls: Authority) -> None:
    """A record that is not TLS is a failure, and the bytes before it are there."""
    client, server, got = connected(tls)
    server.object.write(TEXT)
    client.take(server.outgoing.read() + b"HTTP/1.1 400 Bad Request\r\n\r\n", got)
    assert bytes(got) == TEXT
    assert client.failure is not None
    client.take(b"more", got)
    assert bytes(got) == TEXT


def test_a_name_that_is_not_certified(tls: Authority) -> None:
    """The certificate is verified, its name too, and nothing is read."""
    client, server, got = Tls(tls.client, "other.example.com"), Server(tls), bytearray()
    client.take(b"", got)
    client.take(server.shake(client.outgoing()), got)
    assert isinstance(client.failure, ssl.SSLCertVerificationError)
    assert not client.is_ready
