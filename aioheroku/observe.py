"""Telling what happens on the wire, for those who listen: events, one line of log per answer, warnings once."""

import logging
import warnings
from collections.abc import Mapping
from contextlib import suppress
from inspect import currentframe

from attrs import define, field

from aioheroku.clock import Clock, LoopClock
from aioheroku.errors import HerokuWarning, printable
from aioheroku.events import Answered, Event, Listener, Sent, Warned
from aioheroku.http import Request, Response, Send

logger = logging.getLogger("aioheroku")

_REMEMBERED = 1000
"""Texts of warnings that a session keeps, so as to tell each once; beyond that it falls silent."""


def guarded(listener: Listener) -> Listener:
    """A listener whose own errors are logged instead of ending the call it listens to."""

    def emit(event: Event) -> None:
        try:
            listener(event)
        except Exception:
            logger.exception("on_event failed at %s", type(event).__name__)

    return emit


def observed(send: Send, emit: Listener | None = None, clock: Clock | None = None) -> Send:
    """Tell of every request that leaves and every answer that arrives, and pass on the platform's warnings.

    The log has the logger `aioheroku`, the level DEBUG and one line per answer: verb, template, status, size, time.
    A call that ends with an error is one more line: see `view.py`.
    """
    return _Observed(send, emit, clock or LoopClock())


@define(eq=False)
class _Observed:
    send: Send
    emit: Listener | None
    clock: Clock
    told: set[str] = field(factory=set[str])

    async def __call__(self, request: Request) -> Response:
        emit = self.emit
        if emit is None and not logger.isEnabledFor(logging.DEBUG):
            response = await self.send(request)
        else:
            if emit is not None:
                emit(Sent(request.method, request.path, request.options.label, request.attempt))
            start = self.clock.now()
            response = await self.send(request)
            self._tell(request, response, self.clock.now() - start)
        headers = response.headers
        if "X-Heroku-Warning" in headers or "Warning-Message" in headers:
            self._warn(request, headers)
        return response

    def _tell(self, request: Request, response: Response, seconds: float) -> None:
        size = len(response.body)
        logger.debug("%s %s: %d, %d bytes in %.3f s", request.method, request.path, response.status, size, seconds)
        if self.emit is not None:
            about = (request.method, request.path, request.options.label)
            self.emit(Answered(*about, response.status, seconds, size, response.remaining, response.request_id))

    def _warn(self, request: Request, headers: Mapping[str, str]) -> None:
        about = (request.method, request.path, request.options.label)
        for name, value in headers.items():  # one header may come several times
            if name.lower() not in ("x-heroku-warning", "warning-message"):
                continue
            text = printable(" ".join(value.split()))
            if text.lower().startswith("warning:"):
                text = text[len("warning:") :].lstrip()
            if not text or text in self.told or len(self.told) >= _REMEMBERED:
                continue
            self.told.add(text)
            if self.emit is not None:
                self.emit(Warned(*about, text, headers.get("Warning-Id")))
            with suppress(HerokuWarning):  # under -W error it would take the answer away from the caller
                warnings.warn(f"{request.method} {request.path}: {text}", HerokuWarning, stacklevel=_callers_level())


def _callers_level() -> int:
    """How many frames above `_warn` the first one outside of this package is."""
    level, frame = 0, currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith("aioheroku."):
        level, frame = level + 1, frame.f_back
    return level
