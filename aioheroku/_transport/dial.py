"""Dial: a TLS connection on a protocol of its own, since asyncio's streams drop what came before a reset."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Final, cast

from aioheroku._seams import Dialing, Pipe
from aioheroku.errors import ConnectError, ConnectionLost, ConnectTimeout, HerokuError

_MOST: Final = 256 * 1024
"""Bytes that are kept before reading stops."""
_MOST_BESIDE_WRITE: Final = 4 * 2**20
"""The same while a write waits: were it to fail, what the system has received and not handed over would be lost."""
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


async def dial(dialing: Dialing, context: ssl.SSLContext | None, closed: Callable[[Pipe], object]) -> Pipe:
    """A connection; `closed` is called when it has ended.

    Raises:
        ConnectError: it was refused, the host is unknown, or its certificate is not trusted.
        ConnectTimeout: there was no connection in time.
    """
    loop = asyncio.get_running_loop()
    pipe = _Pipe(dialing.what, closed)
    failure: HerokuError
    limit = asyncio.timeout(dialing.connect)
    try:
        async with limit:
            await loop.create_connection(lambda: pipe, dialing.host, dialing.port, ssl=context or _of_this_system())
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


@cache
def _of_this_system() -> ssl.SSLContext:
    """A context with the authorities of this system, made once: that takes 50 ms, in which the loop stands still."""
    return ssl.create_default_context()


def _unconnected(dialing: Dialing, problem: str, end: str = ".", *, permanent: bool = False) -> ConnectError:
    text = f"Cannot connect to host {dialing.host}:{dialing.port} [{problem}]{end}"
    return ConnectError(text, "CONNECT", dialing.what, False, permanent)


class _Pipe(asyncio.Protocol):
    """Keeps the bytes that come, the error behind them."""

    def __init__(self, what: str, closed: Callable[[Pipe], object]) -> None:
        self._what = what
        self._on_closed = closed
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
        self._balance()
        self._wake()

    def eof_received(self) -> bool:
        """The other end closes; so do we."""
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._ended = True
        self._error = exc
        self._writable.set()
        self._on_closed(self)
        self._wake()

    def pause_writing(self) -> None:
        """The write buffer is full."""
        self._writable.clear()
        self._balance()

    def resume_writing(self) -> None:
        """There is room again."""
        self._writable.set()
        self._balance()

    def _balance(self) -> None:
        """Stop reading where nobody takes what came, and go on when it was taken."""
        if self._transport is None or self._ended:
            return
        is_full = len(self._received) >= (_MOST if self._writable.is_set() else _MOST_BESIDE_WRITE)
        if is_full != self._is_paused:
            self._is_paused = is_full
            (self._transport.pause_reading if is_full else self._transport.resume_reading)()

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
        self._balance()
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
