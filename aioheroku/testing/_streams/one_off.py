"""One-off dynos with a client attached: rendezvous over TLS, and the programs that they run."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aioheroku.testing._dates import stamp
from aioheroku.testing._fault_rules import first
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._state.stream_store import Attached
from aioheroku.testing._streams.attached import Client, Read, Stopped, Write
from aioheroku.testing._streams.authority import Authority
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.local import run_local
from aioheroku.testing._streams.shell import Shell
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import Rendezvous

_NEWLINE_WITHIN = 0.5  # real seconds
_LONGEST_LINE = 1024


class RendezvousServer:
    """Listens for clients of attached dynos; *match* gives the faults of one."""

    def __init__(
        self, hub: Hub, authority: Authority, match: Callable[[RawRequest], tuple[Fault, ...]], *, local: bool
    ) -> None:
        self.hub, self.authority, self.match, self.local = hub, authority, match, local
        self._server: asyncio.Server | None = None
        self._closed: socket.socket | None = None
        """A bound port without a listener."""
        self._tasks = set[asyncio.Task[object]]()

    async def start(self, host: str) -> int:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, host, 0, ssl=self.authority.server)
        listening = self._server.sockets[0]
        self._closed = socket.socket(listening.family, socket.SOCK_STREAM)
        self._closed.bind((listening.getsockname()[0], 0))
        self.hub.state.streams.detached = self.begin
        self.hub.state.streams.refused = self._refused
        port: int = listening.getsockname()[1]
        return port

    def _refused(self, name: str) -> int | None:
        """The port in the dyno's address; one without a listener if a fault says so."""
        refused = first(self.match(RawRequest("ATTACH", f"/{name}", {"Dial": name})), Rendezvous)
        return self._closed.getsockname()[1] if refused is not None and self._closed is not None else None

    async def close(self) -> None:
        """Drop all clients and end all programs."""
        for listening in (self._server, self._closed):
            if listening is not None:
                listening.close()
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
        # Only `close` cancels it; Python 3.11 reports a cancelled handler as an error.
        ending = (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        with suppress(*ending):
            line = await _first_line(reader)
            secret = line.strip().partition(b"?")[0].decode("ascii", "replace")
            attached = self.hub.state.streams.attached.get(secret)
            if attached is None or attached.ended or attached.taken:
                writer.close()
                return
            attached.taken = True
            faults = self.match(RawRequest("ATTACH", f"/{attached.name}", {}))
            await Client(self, attached, reader, writer, faults).run()
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

    async def execute(self, attached: Attached, write: Write, read: Read) -> int:
        """The exit status of the dyno's command, scripted or real."""
        run = run_local if self.local else self._scripted
        task = asyncio.ensure_future(run(attached, write, read))
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

    async def _scripted(self, attached: Attached, write: Write, read: Read) -> int:
        return await Shell(write, read, self.hub.sleep, self.hub.state.now, attached.env).run(attached.command)

    def log(self, attached: Attached, source: str, text: str) -> None:
        """Write a line of the dyno's into the app's log, unless the app was deleted."""
        state = self.hub.state
        app = state.apps.get(attached.app)
        if app is not None:
            moment, source = stamp(state.now()).replace("Z", ".000000+00:00"), app.source(source, attached.name)
            state.streams.log(attached.app, moment, source, attached.name, text)


async def _first_line(reader: asyncio.StreamReader) -> bytes:
    """What a client sends first: its secret. heroku3 does not end it with a newline."""
    try:
        return await asyncio.wait_for(reader.readuntil(b"\n"), _NEWLINE_WITHIN)
    except TimeoutError:
        return await reader.read(_LONGEST_LINE)
