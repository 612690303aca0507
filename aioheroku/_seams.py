"""Open and Dial: the two interfaces to the network beside `Send`, for what is read as it comes.

Both are one call wide, so that a test fakes each in five lines, see `tests/_support/streams.py`. They raise
`ConnectionFailed` and its subclasses, whose texts have a host at most and never an address, `StreamRefused` for an
address that is not used at all, and `SessionClosed` once the session was closed.
"""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Protocol

from attrs import field, frozen

from aioheroku._strings import mask

Bytes = bytes | bytearray | memoryview
"""A piece of a body, which is not changed as long as anything holds it or a view of it."""


@frozen
class Opening:
    """One request whose response is read as it comes. Nothing is added to it: no token, no cookie, no header."""

    url: str = field(converter=mask, repr=False)
    """The address: it is sent byte for byte, since it may be signed. It is never shown: it is a credential."""
    what: str
    """What it is, for texts of errors: `log`, `output`, `slug`."""
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """All headers but Host and Content-Length."""
    connect: float = 10.0
    """Seconds until there is a connection."""
    idle: float | None = 60.0
    """Seconds without a byte, of head or body, after which the response counts as broken."""
    method: str = "GET"
    body: AsyncIterable[Bytes] | None = field(default=None, repr=False)
    """The body of an upload of exactly `length` bytes: too many or too few are an error, and none beyond is sent."""
    length: int | None = None


class Stream(Protocol):
    """A response of any status but a redirect, whose body is read as it comes."""

    status: int
    headers: Mapping[str, str]

    async def read(self) -> bytes:
        """The next bytes, as many as there are; empty at the end in order. What came before an error comes before it.

        Raises:
            ConnectionFailed: the body broke, or there was no byte for too long.
        """
        ...

    def close(self) -> None:
        """Close the connection at once; a second time it does nothing."""
        ...


Open = Callable[[Opening], Awaitable[Stream]]
"""Sends a request and gives the response when its head has come. A GET follows redirects, to addresses of https too."""


@frozen
class Dialing:
    """One connection over TLS, whose certificate is always verified."""

    host: str
    port: int
    what: str
    """What it is, for texts of errors."""
    connect: float = 10.0
    """Seconds until there is a connection, the TLS handshake included."""


class Pipe(Protocol):
    """Bytes both ways. TLS has no half-close: there is no end of what is written before that of what is read."""

    async def read(self) -> bytes:
        """The next bytes, as many as there are; empty at the end. All that came before an error comes before it.

        Raises:
            ConnectionLost: the connection broke, and every byte that came was given.
        """
        ...

    async def write(self, data: bytes) -> None:
        """Send bytes; returns when there is room for more.

        Raises:
            ConnectionLost: the connection has ended.
        """
        ...

    def close(self) -> None:
        """Close the connection at once; a second time it does nothing."""
        ...


Dial = Callable[[Dialing], Awaitable[Pipe]]
"""Makes a connection."""
