"""Identical GETs in flight are one request."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from aioheroku.errors import NotSent
from aioheroku.http import Request, Response, Send

Followers = list[asyncio.Future[Response | None]]
"""Those who wait for the answer to another one's request."""


def _serves(flight: Request, request: Request) -> bool:
    """Whether the answer to the one is that to the other too, and comes no later than that one's own would."""
    mine, other = flight.options, request.options
    return (
        flight.headers == request.headers
        and mine.priority == other.priority
        and mine.timeout == other.timeout
        and mine.max_wait == other.max_wait
    )


def coalesced(send: Send) -> Send:
    """Wrap `send` so that identical GETs (URL, headers, options but the label) in flight are sent once.

    Each caller gets the same `Response`. The first caller sends; when it is cancelled or may not send, the next
    one takes over, and when the last one is cancelled nothing is under way any more. Nobody joins a read that began
    before the end of a write: its answer may be older than what the write has changed.
    """
    flights: dict[str, Request] = {}  # by path and query: a session has one origin
    joined: dict[Request, Followers] = {}

    def land(request: Request, place: str) -> Followers:
        if flights.get(place) is request:
            del flights[place]
        return joined.pop(request, []) if joined else []

    async def write(request: Request) -> Response:
        try:
            return await send(request)
        finally:
            flights.clear()

    async def follow(request: Request, place: str) -> Response:
        while (flight := flights.get(place)) is not None:
            if not _serves(flight, request):
                return await send(request)
            answer: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
            joined.setdefault(flight, []).append(answer)
            if (response := await answer) is not None:
                return response
        return await lead(request, place)

    async def lead(request: Request, place: str) -> Response:
        if place in flights:
            return await follow(request, place)
        flights[place] = request
        try:
            response = await send(request)
        except (asyncio.CancelledError, NotSent):
            _tell(land(request, place), None)
            raise
        except BaseException as error:
            _fail(land(request, place), error)
            raise
        _tell(land(request, place), response)
        return response

    def send_coalesced(request: Request) -> Coroutine[Any, Any, Response]:
        if request.method != "GET" or request.body is not None:
            return write(request)
        return lead(request, request.url.raw_path_qs)

    return send_coalesced


def _tell(followers: Followers, response: Response | None) -> None:
    """Hand the answer to all who wait; `None` lets the first of them send in its turn."""
    for follower in followers:
        if not follower.done():
            follower.set_result(response)


def _fail(followers: Followers, error: BaseException) -> None:
    for follower in followers:
        if not follower.done():
            follower.set_exception(error)
