"""Telling what happens on the wire, for those who listen."""

import logging

from aioheroku.clock import Clock
from aioheroku.events import Answered, Event, Listener, Sent
from aioheroku.http import Request, Response, Send

logger = logging.getLogger("aioheroku")


def guarded(listener: Listener) -> Listener:
    """A listener whose own errors are logged instead of ending the call it listens to."""

    def emit(event: Event) -> None:
        try:
            listener(event)
        except Exception:
            logger.exception("on_event failed at %s", type(event).__name__)

    return emit


def observed(send: Send, emit: Listener, clock: Clock) -> Send:
    """Tell of every request that leaves and every answer that arrives."""

    async def send_and_tell(request: Request) -> Response:
        about = (request.method, request.path, request.options.label)
        emit(Sent(*about, request.attempt))
        start = clock.now()
        response = await send(request)
        seconds = clock.now() - start
        size, remaining = len(response.body), response.remaining
        emit(Answered(*about, response.status, seconds, size, remaining, response.request_id))
        return response

    return send_and_tell
