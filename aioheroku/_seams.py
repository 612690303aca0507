"""Open and Dial: the two interfaces to the network beside `Send`, for data that is read as it arrives.

Each is a single function, so that a test fakes it in five lines: see `tests/_support/streams.py`. They raise
`ConnectionFailed` and its subclasses, whose texts name a host at most and never an address, `StreamRefused` for an
address that is not acceptable, and `SessionClosed` after the session was closed.
"""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Protocol

from attrs import field, frozen

from aioheroku._strings import mask

Bytes = bytes | bytearray | memoryview
"""A piece of a body, which is not changed as long as anything holds it or a view of it."""


@frozen
class Opening:
    """One request whose response is read as it arrives. Nothing is added to it: no token, no cookie, no header."""

    url: str = field(converter=mask, repr=False)
    """The address, sent byte for byte, since it may be signed. It is a credential, so it is never shown."""
    what: str
    """What it is called in errors: `log`, `output`, `slug`."""
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """All headers but Host and Content-Length."""
    connect: float = 10.0
    """Timeout for connecting, in seconds."""
    idle: float | None = 60.0
    """Seconds without a byte of the response after which it counts as broken."""
    method: str = "GET"
    body: AsyncIterable[Bytes] | None = field(default=None, repr=False)
    """The body of an upload, of exactly `length` bytes: more or fewer are an error, and no more are sent."""
    length: int | None = None


class Stream(Protocol):
    """A response of any status but a redirect, whose body is read as it arrives."""

    status: int
    headers: Mapping[str, str]

    async def read(self) -> bytes:
        """The next bytes, as many as have arrived; empty at the end. Those that arrived before an error come first.

        Raises:
            ConnectionFailed: the body broke off, or no byte arrived for too long.
        """
        ...

    def close(self) -> None:
        """Close the connection at once; a second time it does nothing."""
        ...


Open = Callable[[Opening], Awaitable[Stream]]
"""Sends a request and returns the response once its head has arrived. A GET follows redirects to https addresses."""


@frozen
class Dialing:
    """One connection over TLS; the certificate is always verified."""

    host: str
    port: int
    what: str
    """What it is called in errors."""
    connect: float = 10.0
    """Timeout for connecting, in seconds, the TLS handshake included."""


class Pipe(Protocol):
    """Bytes both ways. TLS has no half-close: writing cannot end before reading does."""

    async def read(self) -> bytes:
        """The next bytes, as many as have arrived; empty at the end. Those that arrived before an error come first.

        Raises:
            ConnectionLost: the connection broke, and every byte that arrived was returned.
        """
        ...

    async def write(self, data: bytes) -> None:
        """Send bytes; return when there is room for more.

        Raises:
            ConnectionLost: the connection has ended.
        """
        ...

    def close(self) -> None:
        """Close the connection at once; a second time it does nothing."""
        ...


Dial = Callable[[Dialing], Awaitable[Pipe]]
"""Makes a connection."""
