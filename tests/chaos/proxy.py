"""A proxy that does harm to single bytes, and the counts of what came of it."""

import asyncio
import re
import socket
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any, Self

from attrs import define, field, frozen


@define
class Counts:
    """What is printed at the end of the run."""

    exchanges: int = 0
    calls: int = 0
    faults: Counter[str] = field(factory=Counter[str])
    outcomes: Counter[str] = field(factory=Counter[str])
    writes: int = 0
    executed: int = 0
    duplicated: int = 0
    misreported: int = 0
    lost: int = 0
    hangs: int = 0
    foreign: int = 0
    notes: list[str] = field(factory=list[str])
    """Lines of a test's own, such as the soak's."""

    def lines(self) -> list[str]:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        outcomes = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        return [
            f"{self.calls} calls in {self.exchanges} exchanges; faults: {faults or 'none'}",
            f"outcomes: {outcomes or 'none'}",
            f"writes {self.writes}, executed {self.executed}, duplicated {self.duplicated}",
            f"reported wrongly {self.misreported}, lost results {self.lost}, hangs {self.hangs}",
            f"foreign exceptions {self.foreign}",
            *self.notes,
        ]

    def assert_clean(self) -> None:
        """What the library promises of every run."""
        bad = (self.duplicated, self.misreported, self.lost, self.hangs, self.foreign)
        assert bad == (0, 0, 0, 0, 0), "\n".join(self.lines())

    def add(self, other: "Counts") -> None:
        for name in ("faults", "outcomes"):
            getattr(self, name).update(getattr(other, name))
        for name in (
            "exchanges",
            "calls",
            "writes",
            "executed",
            "duplicated",
            "misreported",
            "lost",
            "hangs",
            "foreign",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes


@frozen
class Harm:
    """What happens to one message, from its byte `at` on."""

    kind: str
    at: int

    def pieces(self, raw: bytes) -> tuple[bytes, bytes]:
        """What arrives at once, and what arrives late."""
        at = self.at
        match self.kind:
            case "cut" | "reset" | "stall":
                return raw[:at], b""
            case "delay":
                return raw[:at], raw[at:]
            case "lose":
                return raw[:at] + raw[at + 1 :], b""
            case "double":
                return raw[: at + 1] + raw[at:], b""
            case "repeat":
                return raw + raw[at:], b""
            case "garble":
                flipped = Random(at).randrange(1, 256)
                return raw[:at] + bytes(byte ^ flipped for byte in raw[at : at + 1]) + raw[at + 1 :], b""
            case _:
                raise ValueError(self.kind)


Choose = Callable[[str, bytes], Harm | None]
"""The harm to a message (`request` or `answer`), if any."""


class Proxy:
    """Stands between client and platform; what it does to a message is chosen anew for each."""

    def __init__(self, host: str, port: int, counts: Counts) -> None:
        self.upstream = (host, port)
        self.counts = counts
        self.choose: Choose = lambda _where, _raw: None
        self.request = self.answer = b""
        self.writer: asyncio.StreamWriter | None = None
        self.connections = 0
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._in_step: dict[asyncio.StreamWriter, bool] = {}
        """Whether all that was asked upstream has been answered."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def once(self, where: str, harm: Harm) -> None:
        """Do harm to the next such message, and to none after it."""

        def choose(place: str, _raw: bytes) -> Harm | None:
            if place != where:
                return None
            self.choose = lambda _where, _raw: None
            return harm

        self.choose = choose

    async def say_again(self, at: int) -> None:
        """Send the last response once more, from a byte on, when nobody waits for it."""
        assert self.writer is not None
        self.counts.faults["answer again"] += 1
        self.writer.write(self.answer[at:])
        await settle()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for _reader, writer in self._idle:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._relay(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        host, port = self.upstream
        upstream = self._idle.pop() if self._idle else await asyncio.open_connection(host, port)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer, *upstream):
                    pass
        finally:
            self.connections -= 1
            writer.close()
            if self._in_step.pop(upstream[1], True):
                self._idle.append(upstream)
            else:
                upstream[1].close()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> bool:
        """Pass on one request and its response; whether the connection goes on."""
        self.request = request = await _message(reader)
        self.counts.exchanges += 1
        self._in_step[up_writer] = False
        harm = self._chosen("request", request)
        if harm is not None and harm.at < len(request):
            up_writer.write(request[: harm.at])
            await settle()
            if harm.kind == "reset":
                _reset(up_writer)
            return await self._end(harm, reader, writer)
        up_writer.write(request)
        self.answer = answer = await _message(up_reader, writer)
        self.writer = writer
        self._in_step[up_writer] = True
        if harm is not None:  # executed, but nobody is told
            return await self._end(harm, reader, writer)
        harm = self._chosen("answer", answer)
        if harm is None:
            writer.write(answer)
            return True
        at_once, late = harm.pieces(answer)
        writer.write(at_once)
        if harm.kind == "delay":
            await settle()
            writer.write(late)
        elif harm.kind in ("cut", "reset", "stall", "lose"):
            return await self._end(harm, reader, writer)
        return True

    def _chosen(self, where: str, raw: bytes) -> Harm | None:
        harm = self.choose(where, raw)
        if harm is not None:
            self.counts.faults[f"{where} {harm.kind}"] += 1
        return harm

    async def _end(self, harm: Harm, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if harm.kind == "stall":
            await reader.read()  # until the client has had enough
        elif harm.kind == "reset":
            await settle()
            _reset(writer)
        return False


async def settle() -> None:
    """Go on when nothing else moves any more."""
    await asyncio.sleep(0.001)


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _message(reader: asyncio.StreamReader, onward: asyncio.StreamWriter | None = None) -> bytes:
    """A whole request or answer; of one that is cut, what there is goes `onward`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if onward is not None:
            onward.write(error.partial)
        raise
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if length is None or head.startswith(b"HTTP/1.1 304"):
        return head
    try:
        return head + await reader.readexactly(int(length[1]))
    except asyncio.IncompleteReadError as error:
        if onward is not None:
            onward.write(head + error.partial)
        raise
