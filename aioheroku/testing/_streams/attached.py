"""A client attached to a one-off dyno: the first line, output, input, and the end of the connection."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Protocol

from aioheroku.testing._fault_rules import first
from aioheroku.testing._state.stream_store import Attached
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import Cut, Pieces, Rendezvous, Silence

_LINE = b"rendezvous\r\n"
_MARKER = b"\xef\xbf\xbf heroku-command-exit-status: "
_DETACHED_AFTER = 20.0
_HUNG_UP = 129
_UNREAD = 0.01  # real seconds that a program pauses after output without a reader, to keep the platform free
_LINGER = 1.0  # real seconds at most: the Heroku CLI breaks unless it can report the end of its input first
_EOF = 4
_SIGNALS = b"\x03\x1c"  # Ctrl-C and Ctrl-\\: interrupt and quit

Write = Callable[[bytes], Awaitable[None]]
Read = Callable[[], AsyncIterator[bytes]]


class Stopped(Exception):
    """The dyno was stopped, or interrupted."""


class Server(Protocol):
    """What a client needs from its server."""

    hub: Hub
    local: bool

    async def execute(self, attached: Attached, write: Write, read: Read) -> int:
        """The exit status of the dyno's command."""
        ...

    def log(self, attached: Attached, source: str, text: str) -> None:
        """Write a line of the dyno's into the app's log."""
        ...


class _Output:
    """The output for a client, changed by its terminal and the faults."""

    def __init__(
        self, writer: asyncio.StreamWriter, faults: tuple[Fault, ...], now: Callable[[], float], *, crlf: bool
    ) -> None:
        self._writer, self._now, self._crlf = writer, now, crlf
        self._cut, self._silence, self._pieces = first(faults, Cut), first(faults, Silence), first(faults, Pieces)
        fault = first(faults, Rendezvous)
        self._how = None if fault is None else fault.how
        self._ahead = b""
        self._sent = 0
        self.at = now()
        """When the last byte was sent."""
        self.gone = False
        """Whether the client has disconnected."""
        self.has_status = False
        """Whether the exit status was written: a shell ends right after it, and so does the echo of its terminal."""

    def begin(self) -> None:
        """Send the line, or keep it for the first output."""
        if self._how == "joined":
            self._ahead = _LINE
        else:
            self._writer.write(_LINE)

    async def write(self, data: bytes) -> None:
        """Send output of the command."""
        if self.gone or self._writer.transport.is_closing():
            await asyncio.sleep(_UNREAD)
            return
        self.has_status = self.has_status or _MARKER in data
        data, cut = self._altered(data), self._cut
        if cut is None or self._sent + len(data) < cut.at:
            await self._send(data)
            if self._how == "lost":
                self.drop("reset")
        else:
            await self._send(data[: max(0, cut.at - self._sent)])
            self.drop(cut.how)

    async def _send(self, data: bytes) -> None:
        self._sent += len(data)
        self.at = self._now()
        data, self._ahead = self._ahead + data, b""
        step = len(data) or 1 if self._pieces is None else self._pieces.size
        for start in range(0, len(data), step):
            self._writer.write(data[start : start + step])
            try:
                await self._writer.drain()
            except ConnectionError:
                self.gone = True
                return
            await asyncio.sleep(0)  # a program that never stops writing must let others run

    def _altered(self, data: bytes) -> bytes:
        if _MARKER in data and self._how == "no status":
            data = data.partition(_MARKER)[0]
        if _MARKER in data and self._how == "half status":
            data = data.rstrip(b"\n")
        if self._crlf:
            data = data.replace(b"\n", b"\r\n")
        return data if self._silence is None else data[: max(0, self._silence.at - self._sent)]

    async def end(self) -> None:
        """The command has ended: reset the connection if a fault left its input unread."""
        if self._how == "unread" and not self.gone:
            self._writer.transport.set_write_buffer_limits(1, 0)
            with suppress(ConnectionError):
                await self._writer.drain()
            self.drop("reset")

    def drop(self, how: str) -> None:
        """End the connection: orderly, without the end of TLS, or with a reset."""
        self.gone = True
        raw: socket.socket | None = self._writer.get_extra_info("socket")
        if how == "end" or raw is None:
            self._writer.close()
        elif how == "broken":
            raw.shutdown(socket.SHUT_WR)
        else:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()


class Client:
    """One client: its input and output."""

    def __init__(
        self,
        server: Server,
        attached: Attached,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        faults: tuple[Fault, ...],
    ) -> None:
        self.server, self.attached, self.reader, self.writer = server, attached, reader, writer
        self.fault = first(faults, Rendezvous)
        self.has_terminal = attached.tty and server.local
        """Whether the command has a real terminal; for a scripted one its behavior is imitated."""
        now = server.hub.state.now
        self.output = _Output(writer, faults, now, crlf=attached.tty and not self.has_terminal)
        self.received = now()
        """When the last byte came, or the command began."""
        self.input = asyncio.Queue[bytes | None]()
        self.input_ended = asyncio.Event()
        """Whether the client has ended its input, or has disconnected."""
        self.fresh = True
        self.has_exited = False
        """Whether the command has ended: then nobody reads what is typed."""

    async def run(self) -> None:
        """Send the first line, run the program, end the connection."""
        hub = self.server.hub
        if self.fault is not None and self.fault.how == "slow":
            await hub.sleep(self.fault.seconds)
        if self.fault is not None and self.fault.how == "garbage":
            self.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        while not self.attached.ended and not self._is_up():
            await hub.wait(hub.state.now() + 1)
        if not self.attached.ended:
            self.output.begin()
            await self._run()

    async def _run(self) -> None:
        server = self.server
        self.received = server.hub.state.now()
        beside = [asyncio.create_task(work) for work in (self._receive(), self._watch())]
        try:
            server.log(self.attached, "heroku", f"Starting process with command `{self.attached.command}`")
            if not self.attached.is_inside:
                server.log(self.attached, "heroku", "State changed from starting to up")
            status = await server.execute(self.attached, self.output.write, self._read)
            self.has_exited = True
            self.attached.exited(status)
            await self.output.end()
            if not self.output.gone:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.input_ended.wait(), _LINGER)
        except (Stopped, ConnectionError):
            self.writer.transport.abort()
        finally:
            for task in beside:
                task.cancel()
            self.attached.ended = True
            server.hub.state.streams.changed()

    async def _watch(self) -> None:
        """Hang up if no byte was sent or received for too long."""
        hub = self.server.hub
        app = hub.state.apps.get(self.attached.app)
        idle = (hub.state.behavior if app is None else hub.state.behavior_of(app)).idle_seconds
        while hub.state.now() < (until := max(self.received, self.output.at) + idle):
            await hub.wait(until)
        self.output.drop("end")
        self.attached.exited(_HUNG_UP)
        self.attached.ended = True
        hub.state.streams.changed()

    def _is_up(self) -> bool:
        app = self.server.hub.state.apps.get(self.attached.app)
        row = app.parts.dynos.find(self.attached.dyno) if app is not None else None
        return row is not None and row["state"] == "up"

    async def _receive(self) -> None:
        while not self.reader.at_eof():
            try:
                data = await self.reader.read(65536)
            except ConnectionError:
                break
            self.received = self.server.hub.state.now()
            if _EOF in data:
                self.input_ended.set()
            if not self.has_exited:
                await self._take(data)
        self.input.put_nowait(None)
        self.output.gone = True
        self.input_ended.set()
        await self.server.hub.sleep(_DETACHED_AFTER)
        if not self.attached.ended:
            self.server.log(self.attached, "heroku", "Error R16 (Detached) -> An attached dyno is not responding")

    async def _take(self, data: bytes) -> None:
        """Pass input on to the command."""
        if self.has_terminal:
            self.input.put_nowait(data)
        elif not self.attached.tty:
            self._piped(data)
        elif any(key in data for key in _SIGNALS):
            self.attached.ended = True
            self.server.hub.state.streams.changed()
        else:
            await self._typed(data)

    def _piped(self, data: bytes) -> None:
        """Input of a command without a terminal."""
        head, eof, _ = data.partition(bytes([_EOF]))
        if head:
            self.input.put_nowait(head)
        if eof:
            self.input.put_nowait(None)

    async def _typed(self, data: bytes) -> None:
        """What a terminal does with keys: it echoes, and ends the input at the beginning of a line."""
        head, eof, _ = data.partition(bytes([_EOF]))
        text = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if text:
            if not self.output.has_status:
                await self.output.write(text)
            self.input.put_nowait(text)
            self.fresh = text.endswith(b"\n")
        if eof and (self.fresh or not text):
            self.input.put_nowait(None)

    async def _read(self) -> AsyncIterator[bytes]:
        while (piece := await self.input.get()) is not None:
            yield piece
