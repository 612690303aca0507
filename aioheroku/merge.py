"""Identical GETs in flight are one request."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from attrs import define, field

from aioheroku.errors import NotSent
from aioheroku.http import Request, Response, Send

Followers = list[asyncio.Future[Response | None]]
"""Those who wait for the answer to another one's request."""


def coalesced(send: Send) -> Send:
    """Wrap `send` so that identical GETs (URL, headers, options but the label) in flight are sent once.

    Each caller gets the same `Response`. The first caller sends; when it is cancelled or may not send, the next
    one takes over, and when the last one is cancelled nothing is under way any more. Nobody joins a read that began
    before the end of a write: its answer may be older than what the write has changed.
    """
    return _Coalescing(send)


@define(eq=False)
class _Coalescing:
    send: Send
    flights: dict[str, Request] = field(factory=dict[str, Request], init=False)
    """The reads under way that may be joined, by path and query: a session has one origin."""
    joined: dict[Request, Followers] = field(factory=dict[Request, Followers], init=False)

    def __call__(self, request: Request) -> Coroutine[Any, Any, Response]:
        if request.method != "GET" or request.body is not None:
            return self._write(request)
        return self._read(request, request.url.raw_path_qs)

    async def _write(self, request: Request) -> Response:
        try:
            return await self.send(request)
        finally:
            self.flights.clear()

    async def _read(self, request: Request, place: str) -> Response:
        if place in self.flights:
            return await self._follow(request, place)
        self.flights[place] = request
        try:
            response = await self.send(request)
        except (asyncio.CancelledError, NotSent):
            self._land(request, place, None)  # the first of those who wait sends in its turn
            raise
        except BaseException as error:
            self._land(request, place, error)
            raise
        self._land(request, place, response)
        return response

    async def _follow(self, request: Request, place: str) -> Response:
        while (flight := self.flights.get(place)) is not None:
            if not _serves(flight, request):
                return await self.send(request)
            answer: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
            self.joined.setdefault(flight, []).append(answer)
            if (response := await answer) is not None:
                return response
        return await self._read(request, place)

    def _land(self, request: Request, place: str, outcome: Response | BaseException | None) -> None:
        """The request is no longer under way: hand its outcome to all who wait for it."""
        if self.flights.get(place) is request:
            del self.flights[place]
        if not self.joined:
            return
        for follower in self.joined.pop(request, ()):
            if follower.done():
                continue
            if isinstance(outcome, BaseException):
                follower.set_exception(outcome)
            else:
                follower.set_result(outcome)


def _serves(flight: Request, request: Request) -> bool:
    """Whether the answer to the one is that to the other too, and comes no later than that one's own would."""
    mine, other = flight.options, request.options
    return (
        flight.headers == request.headers
        and mine.priority == other.priority
        and mine.timeout == other.timeout
        and mine.max_wait == other.max_wait
    )
