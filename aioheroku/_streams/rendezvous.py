"""Rendezvous: the server that connects a client to its attached one-off dyno."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from aioheroku._seams import Dial, Dialing, Pipe
from aioheroku._streams.values import StreamTimes
from aioheroku._strings import mask
from aioheroku.errors import (
    ConnectBlocked,
    ConnectError,
    ConnectionLost,
    ConnectTimeout,
    RunUnsupported,
    StartTimeout,
    StreamLost,
    StreamRefused,
)

_UNUSABLE: Final = "the address of the dyno's terminal is not usable"
_LOST: Final = "the connection ended before the dyno began"
_PORT: Final = 5000
_LONGEST: Final = 1024
"""Maximum bytes of the first line."""


@frozen
class Rendezvous:
    """Where a dyno can be reached, and the secret that identifies it."""

    host: str
    port: int
    secret: str = field(converter=mask, repr=False)

    @classmethod
    def parse(cls, url: str | None) -> "Rendezvous":
        """Parse an `attach_url`.

        Raises:
            RunUnsupported: the dyno is attached in another way.
            StreamRefused: it is not an address.
        """
        text = url or ""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port or _PORT
        except ValueError:
            raise StreamRefused(None, _UNUSABLE) from None
        if parts.scheme != "rendezvous":
            raise RunUnsupported(parts.scheme)
        if not host or not {"\r", "\n"}.isdisjoint(text):
            raise StreamRefused(None, _UNUSABLE)
        query = f"?{parts.query}" if parts.query else ""
        return cls(host, port, parts.path.removeprefix("/") + query)


async def attach(dial: Dial, rendezvous: Rendezvous, times: StreamTimes, dyno: str) -> tuple[Pipe, bytes]:
    """A connection to a dyno that has begun, and the first bytes of its output.

    Raises:
        ConnectBlocked: there is no connection.
        ConnectError: the certificate is not trusted.
        StartTimeout: the dyno did not begin in time.
        StreamLost: the connection ended before that.
        StreamRefused: the server is not a rendezvous.
    """
    try:
        pipe = await dial(Dialing(rendezvous.host, rendezvous.port, "run", times.connect))
    except (ConnectError, ConnectTimeout) as error:
        if error.permanent:
            raise
        raise ConnectBlocked(rendezvous.host, rendezvous.port, str(error.message)) from None
    limit = asyncio.timeout(times.start)
    try:
        async with limit:
            await pipe.write(str(rendezvous.secret).encode("utf-8", "surrogateescape") + b"\r\n")
            return pipe, await _begun(pipe)
    except BaseException as error:
        pipe.close()
        if isinstance(error, TimeoutError) and limit.expired():
            raise StartTimeout(times.start, dyno) from None
        if isinstance(error, ConnectionLost):
            raise StreamLost(0, 1, _LOST) from None
        raise


async def _begun(pipe: Pipe) -> bytes:
    """Read the line that confirms the dyno; returns the bytes after it."""
    received = b""
    while b"\n" not in received and len(received) <= _LONGEST:
        data = await pipe.read()
        if not data:
            raise StreamLost(0, 1, _LOST)
        received += data
    line, _, rest = received.partition(b"\n")
    if line.removesuffix(b"\r") != b"rendezvous":
        raise StreamRefused(None, "the server is not a rendezvous of one-off dynos")
    return rest
