"""Dial: a TLS connection that loses no byte which arrived before a reset.

asyncio's streams drop these bytes. So does its TLS: a failed write closes the socket, with all that the operating
system has received and not yet passed on. Here TLS is a layer over a plain connection, whose socket is first read to
its end.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Final, cast

from aioheroku._seams import Dialing, Pipe
from aioheroku._transport.tls import Tls
from aioheroku.errors import ConnectError, ConnectionLost, ConnectTimeout, HerokuError

_MOST: Final = 256 * 1024
"""Received bytes at which reading pauses."""
_MOST_BESIDE_WRITE: Final = 4 * 2**20
"""The same while a write waits: if the other end reset the connection, what it has not sent yet would be lost."""
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


async def dial(dialing: Dialing, context: ssl.SSLContext | None, closed: Callable[[Pipe], object]) -> Pipe:
    """A connection; `closed` is called when it has ended.

    Raises:
        ConnectError: it was refused, the host is unknown, or its certificate is not trusted.
        ConnectTimeout: there was no connection in time.
    """
    loop = asyncio.get_running_loop()
    pipe = _Pipe(dialing.what, Tls(context or _of_this_system(), dialing.host), closed)
    limit = asyncio.timeout(dialing.connect)
    try:
        async with limit:
            await loop.create_connection(lambda: pipe, dialing.host, dialing.port)
            await pipe.ready
    except BaseException as error:
        pipe.close()
        failure = _failure(error, dialing, is_late=limit.expired())
        if failure is None:
            raise
    else:
        pipe.keep_alive()
        return pipe
    raise failure


def _failure(error: BaseException, dialing: Dialing, *, is_late: bool) -> HerokuError | None:
    """The error for a failed attempt to connect; `None` if the exception is something else."""
    match error:
        case TimeoutError() if is_late:
            return ConnectTimeout("Connecting timed out.", "CONNECT", dialing.what)
        case TimeoutError():
            return _unconnected(dialing, "Connection timed out")
        case ssl.SSLCertVerificationError():
            return _unconnected(dialing, f"{error.verify_message}", ConnectError.untrusted, permanent=True)
        case OSError():
            return _unconnected(dialing, error.strerror or type(error).__name__)
        case _:
            return None


@cache
def _of_this_system() -> ssl.SSLContext:
    """A context with the system's certificate authorities, created once: that blocks the event loop for 50 ms."""
    return ssl.create_default_context()


def _unconnected(dialing: Dialing, problem: str, end: str = ".", *, permanent: bool = False) -> ConnectError:
    text = f"Cannot connect to host {dialing.host}:{dialing.port} [{problem}]{end}"
    return ConnectError(text, "CONNECT", dialing.what, False, permanent)


class _Pipe(asyncio.Protocol):
    """Keeps the bytes that arrive, and the error behind them."""

    def __init__(self, what: str, tls: Tls, closed: Callable[[Pipe], object]) -> None:
        self._what, self._tls = what, tls
        self._on_closed = closed
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._is_broken = False
        self._is_paused = False
        self._socket: socket.socket | None = None
        """A second descriptor, from which to read what the system had received when the connection broke."""
        self._changed: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writing = asyncio.Lock()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the handshake is complete."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the TLS handshake."""
        self._transport = cast("asyncio.Transport", transport)
        found = transport.get_extra_info("socket")
        self._socket = socket.fromfd(found.fileno(), found.family, found.type)
        self._socket.setblocking(False)  # as the event loop has it
        self._writable.set()
        self.data_received(b"")

    def data_received(self, data: bytes) -> None:
        self._decrypt(data)
        if self._transport is not None and (reply := self._tls.outgoing()):
            self._transport.write(reply)
        if self._tls.is_ready and not self.ready.done():
            self.ready.set_result(None)
        if self._tls.failure is not None:
            self._lost(self._tls.failure)
        self._balance()
        self._wake()

    def _decrypt(self, data: bytes) -> None:
        self._tls.take(data, self._received)
        self._ended = self._ended or self._tls.has_ended

    def eof_received(self) -> bool:
        """The other end closes, with or without an end of TLS: so does this one."""
        self._lost(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_broken = exc is not None
        if exc is None:
            self._let_go()
        self._lost(exc)
        self._writable.set()
        self._on_closed(self)

    def _lost(self, error: Exception | None) -> None:
        if not self._ended:
            self._ended, self._error = True, error
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionResetError())
        self._wake()

    def pause_writing(self) -> None:
        self._writable.clear()
        self._balance()

    def resume_writing(self) -> None:
        self._writable.set()
        self._balance()

    def _balance(self) -> None:
        """Pause reading while nobody takes what arrived."""
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
        while not self._received:
            if self._is_broken and self._socket is not None:
                self._read_rest(self._socket)
            elif self._ended:
                if self._error is not None:
                    raise ConnectionLost(f"The connection broke ({type(self._error).__name__}).", "READ", self._what)
                return b""
            else:
                self._changed = asyncio.get_running_loop().create_future()
                await self._changed
        data = bytes(self._received)
        self._received.clear()
        self._balance()
        return data

    def _read_rest(self, rest: socket.socket) -> None:
        """Take what the system had received when the connection broke; this does not wait."""
        data = b""
        with suppress(OSError):
            data = rest.recv(_MOST)
        if data:
            self._decrypt(data)
        else:
            self._let_go()

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def write(self, data: bytes) -> None:
        async with self._writing:
            for start in range(0, len(data), _MOST):
                await self._writable.wait()
                if self._ended or self._transport is None or self._transport.is_closing():
                    raise ConnectionLost("The connection has ended.", "WRITE", self._what)
                try:
                    self._transport.write(self._tls.sealed(data[start : start + _MOST]))
                except ssl.SSLError as error:
                    problem = f"The connection broke ({type(error).__name__})."
                    raise ConnectionLost(problem, "WRITE", self._what) from None
            await self._writable.wait()

    def close(self) -> None:
        """Close the connection at once: an orderly close would wait for the other end."""
        self.ready.cancel()
        self._let_go()
        if self._transport is not None:
            self._transport.abort()

    def keep_alive(self) -> None:
        """Make the system notice a lost network."""
        if self._socket is None:
            return
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEPALIVE:
                if hasattr(socket, name):
                    self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
