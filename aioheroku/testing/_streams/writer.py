"""A streamed response, and the faults that can be applied to it."""

import asyncio

from aiohttp import web

from aioheroku.testing._fault_rules import first
from aioheroku.testing._http.server import reset
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import Cut, Pieces, Silence


class Ended(Exception):
    """A fault has ended the response."""


class Writer:
    """Writes a body; *faults* cut it, silence it or split it."""

    def __init__(self, request: web.BaseRequest, response: web.StreamResponse, faults: tuple[Fault, ...]) -> None:
        self._request, self._response = request, response
        self._cut, self._silence, self._pieces = first(faults, Cut), first(faults, Silence), first(faults, Pieces)
        self.sent = 0

    @property
    def is_silent(self) -> bool:
        """Whether a fault has silenced the response."""
        return self._silence is not None and self.sent >= self._silence.at

    async def start(self) -> None:
        """Send the headers; a fault may end the response after them."""
        await self._response.prepare(self._request)
        await self.write(b"")

    async def write(self, data: bytes, *, heartbeat: bool = False) -> None:
        """Send bytes; raises `Ended` if a fault has cut the connection."""
        silence, cut = self._silence, self._cut
        if silence is not None and self.sent + len(data) > silence.at:
            if heartbeat and silence.heartbeats:
                await self._response.write(data)
                return
            data = data[: max(0, silence.at - self.sent)]
        if cut is None or self.sent + len(data) < cut.at:
            await self._send(data)
            return
        await self._send(data[: max(0, cut.at - self.sent)])
        self._break(cut.how)

    async def _send(self, data: bytes) -> None:
        self.sent += len(data)
        if self._pieces is None:
            await self._response.write(data)
            return
        for start in range(0, len(data), self._pieces.size):
            await self._response.write(data[start : start + self._pieces.size])
            await asyncio.sleep(0)

    def _break(self, how: str) -> None:
        if how == "reset":
            reset(self._request)
        elif how == "broken" and self._request.transport is not None:
            self._request.transport.close()
        raise Ended

    async def end(self) -> web.StreamResponse:
        """Finish the response."""
        if self._request.transport is not None and not self._request.transport.is_closing():
            await self._response.write_eof()
        return self._response
