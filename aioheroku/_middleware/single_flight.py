"""Single-flight: identical GETs in flight are one request."""

import asyncio
from copy import copy

from attrs import define, evolve, field

from aioheroku._http import Request, Response, Send
from aioheroku._strings import mask
from aioheroku.errors import HerokuError, NotSent

_Waiter = asyncio.Future[Response | None]
"""The future of a follower: the shared response, or `None` if it has to send its own request."""


@define(eq=False)
class SingleFlight:
    """Shares one request among identical GETs in flight (same URL, headers, and options except the label).

    Each caller gets the same `Response`, or an error object of its own. The first caller sends; if it is cancelled or
    may not send, the next one takes over. Cancelling the last caller cancels the request. A GET never joins one
    that started before a write finished: its response could be stale.

    Reads `method`, `url`, `headers`, `body`, `reads` and `options`; changes nothing. Requests are compared
    as they come in: a middleware further in that sends one with other headers makes a copy.
    """

    send: Send
    _flights: dict[str, Request] = field(factory=dict[str, Request], init=False)
    """The reads in flight that may be joined, by path and query (a session has one origin). A write replaces it."""
    _waiters: dict[Request, list[_Waiter]] = field(factory=dict[Request, list[_Waiter]], init=False)

    async def __call__(self, request: Request) -> Response:
        if request.method != "GET" or request.body is not None:
            try:
                return await self.send(request)
            finally:
                if not request.reads:
                    self._flights = {}
        place = _place(request)
        while (flight := self._flights.get(place)) is not None:
            if not _serves(flight, request):
                return await self.send(request)
            waiter: _Waiter = asyncio.get_running_loop().create_future()
            self._waiters.setdefault(flight, []).append(waiter)
            if (shared := await waiter) is not None:
                return shared
        flights = self._flights
        flights[place] = request
        outcome: Response | HerokuError | None = None
        try:
            outcome = await self.send(request)
        except NotSent:  # only this caller may not send (its `max_wait`, for instance): the next one takes over
            raise
        except HerokuError as error:
            outcome = error
            raise
        else:
            return outcome
        finally:
            del flights[place]
            if self._waiters:
                self._share(request, outcome)

    def _share(self, request: Request, outcome: Response | HerokuError | None) -> None:
        for waiter in self._waiters.pop(request, ()):
            if waiter.done():
                continue
            if isinstance(outcome, HerokuError):
                waiter.set_exception(_copy(outcome))
            else:
                waiter.set_result(outcome)


def _place(request: Request) -> str:
    """The path and query, masked if there is a query: it may hold a secret, and a traceback may show variables."""
    place = request.url.raw_path_qs
    return mask(place) if "?" in place else place


def _copy(error: HerokuError) -> HerokuError:
    """A copy of the error for one caller, because raising an exception adds a traceback and notes to it."""
    own = copy(error)
    if notes := getattr(error, "__notes__", None):
        own.__notes__ = list(notes)
    return own


def _serves(flight: Request, request: Request) -> bool:
    """Whether `request` may share the response of `flight`: same headers, priority and limits."""
    return flight.headers == request.headers and _unlabelled(flight) == _unlabelled(request)


def _unlabelled(request: Request) -> object:
    return evolve(request.options, label=None)
