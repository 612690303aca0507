"""Dial: a TLS connection on a protocol of its own, since asyncio's streams drop what came before a reset."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from aioheroku._seams import Dialing, Pipe
from aioheroku.errors import ConnectError, ConnectionLost, ConnectTimeout, HerokuError

_MOST: Final = 256 * 1024
"""Bytes that are kept before reading stops."""
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


async def dial(dialing: Dialing, context: ssl.SSLContext | None, closed: Callable[[Pipe], object]) -> Pipe:
    """A connection; `closed` is called when it has ended.

    Raises:
        ConnectError: it was refused, the host is unknown, or its certificate is not trusted.
        ConnectTimeout: it did not come about in time.
    """
    loop = asyncio.get_running_loop()
    pipe = _Pipe(dialing.what, closed)
    failure: HerokuError
    limit = asyncio.timeout(dialing.connect)
    try:
        async with limit:
            await loop.create_connection(
                lambda: pipe, dialing.host, dialing.port, ssl=context or ssl.create_default_context()
            )
    except TimeoutError:
        if not limit.expired():
            failure = _unconnected(dialing, "Connection timed out")
        else:
            failure = ConnectTimeout("Connecting timed out.", "CONNECT", dialing.what)
    except ssl.SSLCertVerificationError as error:
        failure = _unconnected(dialing, f"{error.verify_message}", ConnectError.untrusted, permanent=True)
    except OSError as error:
        failure = _unconnected(dialing, error.strerror or type(error).__name__)
    else:
        pipe.keep_alive()
        return pipe
    raise failure


def _unconnected(dialing: Dialing, problem: str, end: str = ".", *, permanent: bool = False) -> ConnectError:
    text = f"Cannot connect to host {dialing.host}:{dialing.port} [{problem}]{end}"
    return ConnectError(text, "CONNECT", dialing.what, False, permanent)


class _Pipe(asyncio.Protocol):
    """Keeps the bytes that come, the error behind them."""

    def __init__(self, what: str, closed: Callable[[Pipe], object]) -> None:
        self._what = what
        self._told = closed
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._is_paused = False
        self._changed: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake is done."""
        self._transport = cast("asyncio.Transport", transport)
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        self._received += data
        if len(self._received) >= _MOST and not self._is_paused and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """The other end closes; so do we."""
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """There is no connection any more."""
        self._ended = True
        self._error = exc
        self._writable.set()
        self._told(self)
        self._wake()

    def pause_writing(self) -> None:
        """There is no room for more."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """There is room again."""
        self._writable.set()

    def _wake(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    async def read(self) -> bytes:
        """The next bytes."""
        while not self._received:
            if self._ended:
                if self._error is not None:
                    raise ConnectionLost(f"The connection broke ({type(self._error).__name__}).", "READ", self._what)
                return b""
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        data = bytes(self._received)
        self._received.clear()
        if self._is_paused and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        await self._writable.wait()
        if self._ended or self._transport is None or self._transport.is_closing():
            raise ConnectionLost("The connection has ended.", "WRITE", self._what)
        self._transport.write(data)
        await self._writable.wait()

    def close(self) -> None:
        """Close the connection at once: to close it in order would wait for the other end."""
        if self._transport is not None:
            self._transport.abort()

    def keep_alive(self) -> None:
        """Let the system notice a lost network."""
        found = None if self._transport is None else self._transport.get_extra_info("socket")
        if found is None:
            return
        with suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEPALIVE:
                if hasattr(socket, name):
                    found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
