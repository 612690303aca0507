"""One-off dynos with a client attached: rendezvous over TLS, and the programs that they run."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aioheroku.testing._dates import stamp
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._state.stream_store import Attached
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.local import run_local
from aioheroku.testing._streams.shell import Shell
from aioheroku.testing._streams.tls import Authority
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import Cut, Pieces, Rendezvous, Silence

_MARKER = b"\xef\xbf\xbf heroku-command-exit-status: "
_DETACHED_AFTER = 20.0
_UNREAD = 0.01  # real seconds that a program waits after output that nobody gets: it must not keep the platform busy
_LINGER = 1.0  # real seconds at most: the official command breaks where it has yet to say that its input has ended
_EOF, _INTERRUPT = 4, 3


class Stopped(Exception):
    """The dyno was stopped, or interrupted."""


class RendezvousServer:
    """Listens for clients of attached dynos; *match* gives the faults of one."""

    def __init__(
        self, hub: Hub, authority: Authority, match: Callable[[RawRequest], tuple[Fault, ...]], *, local: bool
    ) -> None:
        self.hub, self.authority, self.match, self.local = hub, authority, match, local
        self._server: asyncio.Server | None = None
        self._tasks = set[asyncio.Task[object]]()

    async def start(self, host: str) -> int:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, host, 0, ssl=self.authority.server)
        self.hub.state.streams.detached = self.begin
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Drop all clients and end all programs."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def begin(self, attached: Attached) -> None:
        """Run a command without a client: its output goes into the log."""
        self._keep(asyncio.get_running_loop().create_task(self._detached(attached)))

    def _keep(self, task: "asyncio.Task[object]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: asyncio.Task[object] | None = asyncio.current_task()
        if task is not None:
            self._keep(task)
        # Only `close` cancels it; Python 3.11 takes a cancelled handler for an error of its own.
        ending = (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        with suppress(*ending):
            line = await reader.readuntil(b"\n")
            secret = line.strip().partition(b"?")[0].decode("ascii", "replace")
            attached = self.hub.state.streams.attached.get(secret)
            if attached is None or attached.ended or attached.taken:
                writer.close()
                return
            attached.taken = True
            await _Client(self, attached, reader, writer).run()
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _detached(self, attached: Attached) -> None:
        pending = b""

        async def write(data: bytes) -> None:
            nonlocal pending
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                self.log(attached, "app", line.decode("utf-8", "replace"))
            await asyncio.sleep(0)

        async def read() -> AsyncIterator[bytes]:
            return
            yield b""

        try:
            status = await self.execute(attached, write, read)
        except Stopped:
            return
        if pending:
            await write(b"\n")
        attached.ended = True
        attached.exited(status)
        self.hub.state.streams.changed()

    async def execute(self, attached: Attached, write: object, read: object) -> int:
        """The exit status of the dyno's command, scripted or real."""
        run = run_local if self.local else self._scripted
        task = asyncio.ensure_future(run(attached, write, read))  # type: ignore[arg-type]
        try:
            while not task.done():
                waiting = asyncio.ensure_future(self.hub.wait(self.hub.state.now() + 3600))
                await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                if attached.ended and not task.done():
                    raise Stopped
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _scripted(self, attached: Attached, write: object, read: object) -> int:
        hub = self.hub
        shell = Shell(write, read, hub.sleep, hub.state.now, attached.env)  # type: ignore[arg-type]
        return await shell.run(attached.command)

    def log(self, attached: Attached, source: str, text: str) -> None:
        """Write a line of the dyno's into the app's log, unless the app was deleted."""
        state = self.hub.state
        if attached.app not in state.apps:
            return
        state.streams.log(attached.app, stamp(state.now()).replace("Z", ".000000+00:00"), source, attached.name, text)


class _Client:
    """One client: what it sends and gets."""

    def __init__(
        self, server: RendezvousServer, attached: Attached, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.attached, self.reader, self.writer = server, attached, reader, writer
        faults = server.match(RawRequest("ATTACH", f"/{attached.name}", {}))
        self.fault = next((one for one in faults if isinstance(one, Rendezvous)), None)
        self.cut = next((one for one in faults if isinstance(one, Cut)), None)
        self.silence = next((one.at for one in faults if isinstance(one, Silence)), None)
        self.pieces = next((one.size for one in faults if isinstance(one, Pieces)), None)
        self.has_terminal = attached.tty and server.local
        """Whether the command has a real terminal, which does what is imitated for a scripted one."""
        self.input = asyncio.Queue[bytes | None]()
        self.input_ended = asyncio.Event()
        """Whether the client has said that its input has ended, or is gone."""
        self.sent = 0
        self.gone = False
        self.fresh = True

    async def run(self) -> None:
        """The line, the program, the end."""
        how, server = self.fault.how if self.fault else None, self.server
        if how == "refused":
            self.writer.transport.abort()
            return
        if how == "slow" and self.fault is not None:
            await server.hub.sleep(self.fault.seconds)
        if how == "garbage":
            self.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        while not self.attached.ended and not self._is_up():
            await server.hub.wait(server.hub.state.now() + 1)
        if self.attached.ended:
            return
        self.writer.write(b"rendezvous\r\n")
        receiving = asyncio.create_task(self._receive())
        try:
            server.log(self.attached, "heroku", f"Starting process with command `{self.attached.command}`")
            if not self.attached.is_inside:
                server.log(self.attached, "heroku", "State changed from starting to up")
            status = await server.execute(self.attached, self._write, self._read)
            self.attached.exited(status)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.input_ended.wait(), _LINGER)
        except (Stopped, ConnectionError):
            self.writer.transport.abort()
        finally:
            receiving.cancel()
            self.attached.ended = True
            server.hub.state.streams.changed()

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
            if _EOF in data:
                self.input_ended.set()
            if self.has_terminal:
                self.input.put_nowait(data)
            elif not self.attached.tty:
                head, eof, _ = data.partition(bytes([_EOF]))
                if head:
                    self.input.put_nowait(head)
                if eof:
                    self.input.put_nowait(None)
            elif _INTERRUPT in data:
                self.attached.ended = True
                self.server.hub.state.streams.changed()
                return
            else:
                await self._typed(data)
        self.input.put_nowait(None)
        self.gone = True
        self.input_ended.set()
        await self.server.hub.sleep(_DETACHED_AFTER)
        if not self.attached.ended:
            self.server.log(self.attached, "heroku", "Error R16 (Detached) -> An attached dyno is not responding")

    async def _typed(self, data: bytes) -> None:
        """What a terminal does with keys: it echoes, and ends the input at the beginning of a line."""
        head, eof, _ = data.partition(bytes([_EOF]))
        text = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if text:
            await self._write(text)
            self.input.put_nowait(text)
            self.fresh = text.endswith(b"\n")
        if eof and (self.fresh or not text):
            self.input.put_nowait(None)

    async def _read(self) -> AsyncIterator[bytes]:
        while (piece := await self.input.get()) is not None:
            yield piece

    async def _write(self, data: bytes) -> None:
        if self.gone or self.writer.transport.is_closing():
            await asyncio.sleep(_UNREAD)
            return
        data = self._altered(data)
        cut = self.cut if self.cut is not None and self.sent + len(data) >= self.cut.at else None
        if cut is not None:
            data = data[: max(0, cut.at - self.sent)]
        step = self.pieces or len(data) or 1
        for start in range(0, len(data), step):
            self.writer.write(data[start : start + step])
            try:
                await self.writer.drain()
            except ConnectionError:
                self.gone = True
                return
            await asyncio.sleep(0)  # a program that writes without end must let the others run
        self.sent += len(data)
        if cut is not None or (self.fault and self.fault.how == "lost"):
            self._break(cut.how if cut else "reset")

    def _altered(self, data: bytes) -> bytes:
        """What of it is sent, as the terminal and the faults want it."""
        how = self.fault.how if self.fault else None
        if _MARKER in data and how == "no status":
            data = data.partition(_MARKER)[0]
        if _MARKER in data and how == "half status":
            data = data.rstrip(b"\n")
        if self.attached.tty and not self.has_terminal:
            data = data.replace(b"\n", b"\r\n")
        return data if self.silence is None else data[: max(0, self.silence - self.sent)]

    def _break(self, how: str) -> None:
        self.gone = True
        if how != "reset":
            self.writer.close()
            return
        raw: socket.socket | None = self.writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
