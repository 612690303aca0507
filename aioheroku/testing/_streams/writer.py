"""A response that is written as it comes, and what may go wrong with it on purpose."""

import asyncio

from aiohttp import web

from aioheroku.testing._http.server import reset
from aioheroku.testing.stream_faults import Cut, Pieces, Silence


class Ended(Exception):
    """The response is over, as a fault wants it."""


class Writer:
    """Writes a body; *faults* cut it, silence it or split it."""

    def __init__(self, request: web.BaseRequest, response: web.StreamResponse, faults: tuple[object, ...]) -> None:
        self._request, self._response = request, response
        self._cut = next((fault for fault in faults if isinstance(fault, Cut)), None)
        self._silence = next((fault for fault in faults if isinstance(fault, Silence)), None)
        self._pieces = next((fault.size for fault in faults if isinstance(fault, Pieces)), None)
        self.sent = 0

    @property
    def is_silent(self) -> bool:
        """Whether nothing comes any more, as a fault wants it."""
        return self._silence is not None and self.sent >= self._silence.at

    async def start(self) -> None:
        """Send the headers, and perhaps no more than them."""
        await self._response.prepare(self._request)
        await self.write(b"")

    async def write(self, data: bytes, *, heartbeat: bool = False) -> None:
        """Send bytes; `Ended` where a fault has cut the connection."""
        if self._silence is not None and self.sent + len(data) > self._silence.at:
            if heartbeat and self._silence.heartbeats:
                await self._response.write(data)
                return
            data = data[: max(0, self._silence.at - self.sent)]
        cut = self._cut is not None and self.sent + len(data) >= self._cut.at
        if self._cut is not None and cut:
            data = data[: max(0, self._cut.at - self.sent)]
        step = self._pieces or len(data) or 1
        for start in range(0, len(data), step):
            await self._response.write(data[start : start + step])
            if self._pieces:
                await asyncio.sleep(0)
        self.sent += len(data)
        if self._cut is not None and cut:
            self._break(self._cut.how)

    def _break(self, how: str) -> None:
        if how == "reset":
            reset(self._request)
        elif how == "broken" and self._request.transport is not None:
            self._request.transport.close()
        raise Ended

    async def end(self) -> web.StreamResponse:
        """Finish in order."""
        if self._request.transport is not None and not self._request.transport.is_closing():
            await self._response.write_eof()
        return self._response
