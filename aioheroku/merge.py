"""Identical GETs in flight are one request."""

import asyncio

from attrs import define, field

from aioheroku.errors import NotSent
from aioheroku.http import Request, Response, Send


@define(eq=False)
class _Flight:
    """A request under way, and those who wait for its answer."""

    request: Request
    followers: list[asyncio.Future[Response | None]] = field(factory=list[asyncio.Future[Response | None]])

    def serves(self, request: Request) -> bool:
        """Whether its answer is the answer to `request` too, and comes no later than that one's own would."""
        mine, other = self.request.options, request.options
        return (
            self.request.headers == request.headers
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
    flights: dict[str, _Flight] = {}  # by path and query: a session has one origin

    def land(flight: _Flight, place: str) -> None:
        if flights.get(place) is flight:
            del flights[place]

    async def send_coalesced(request: Request) -> Response:
        if request.method != "GET" or request.body is not None:
            try:
                return await send(request)
            finally:
                flights.clear()
        place = request.url.raw_path_qs
        while (flight := flights.get(place)) is not None:
            if not flight.serves(request):
                return await send(request)
            answer: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
            flight.followers.append(answer)
            if (response := await answer) is not None:
                return response
        flight = flights[place] = _Flight(request)
        try:
            response = await send(request)
        except (asyncio.CancelledError, NotSent):
            land(flight, place)
            _tell(flight, None)
            raise
        except BaseException as error:
            land(flight, place)
            _fail(flight, error)
            raise
        land(flight, place)
        _tell(flight, response)
        return response

    return send_coalesced


def _tell(flight: _Flight, response: Response | None) -> None:
    """Hand the answer to all who wait; `None` lets the first of them send in its turn."""
    for follower in flight.followers:
        if not follower.done():
            follower.set_result(response)


def _fail(flight: _Flight, error: BaseException) -> None:
    for follower in flight.followers:
        if not follower.done():
            follower.set_exception(error)
