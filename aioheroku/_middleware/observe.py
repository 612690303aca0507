"""Observability: events, a log line per response and per failed call, and each of the platform's warnings once."""

import logging
import warnings
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from inspect import currentframe
from logging import DEBUG

from attrs import Factory, define, field

from aioheroku import events
from aioheroku._clock import Clock, LoopClock
from aioheroku._http import Request, Response, Send
from aioheroku.errors import HerokuError, HerokuWarning, printable, quoted
from aioheroku.events import Listener

logger = logging.getLogger("aioheroku")

_REMEMBERED = 1000
"""Maximum number of distinct warning texts remembered for de-duplication; further ones are dropped."""


def guarded(listener: Listener) -> Listener:
    """Wrap a listener so that its errors are logged and do not affect the call."""

    def emit(event: events.Event) -> None:
        try:
            listener(event)
        except Exception:
            logger.exception("on_event failed at %s", type(event).__name__)

    return emit


def report_failure(emit: Listener | None, method: str, path: str, label: str | None, error: HerokuError) -> None:
    """Log a failed call and emit `Failed`: the only place that does."""
    name = type(error).__name__
    logger.debug("%s %s: %s", method, path, name)
    if emit is not None:
        status, request_id = getattr(error, "status", None), getattr(error, "request_id", None)
        emit(events.Failed(method, path, label, name, status, request_id))


@define(eq=False)
class ReportFailures:
    """Reports each call that ends with an error, as an event and a log line.

    Reads `method`, `path` and `options.label`; changes nothing.
    """

    send: Send
    emit: Listener | None = None

    def __call__(self, request: Request) -> Awaitable[Response]:
        if self.emit is None and not logger.isEnabledFor(DEBUG):
            return self.send(request)
        return self._reported(request)

    async def _reported(self, request: Request) -> Response:
        try:
            return await self.send(request)
        except HerokuError as error:
            report_failure(self.emit, request.method, request.path, request.options.label, error)
            raise


@define(eq=False)
class Observe:
    """Emits an event per request and response, and passes on the platform's warnings.

    The logger `aioheroku` gets one DEBUG line per response: method, path template, status, size, time.
    Reads `method`, `path`, `options.label` and `attempt.number`; changes nothing.
    """

    send: Send
    emit: Listener | None = None
    clock: Clock = Factory(LoopClock)
    _warned: set[str] = field(factory=set[str], init=False)

    async def __call__(self, request: Request) -> Response:
        emit = self.emit
        if emit is None and not logger.isEnabledFor(DEBUG):
            response = await self.send(request)
        else:
            if emit is not None:
                emit(events.Sent(request.method, request.path, request.options.label, request.attempt.number))
            start = self.clock.now()
            response = await self.send(request)
            self._report(request, response, self.clock.now() - start)
        headers = response.headers
        if "X-Heroku-Warning" in headers or "Warning-Message" in headers:
            self._warn(request, headers)
        return response

    def _report(self, request: Request, response: Response, seconds: float) -> None:
        size = len(response.body)
        logger.debug("%s %s: %d, %d bytes in %.3f s", request.method, request.path, response.status, size, seconds)
        if self.emit is not None:
            about = (request.method, request.path, request.options.label)
            self.emit(events.Answered(*about, response.status, seconds, size, response.remaining, response.request_id))

    def _warn(self, request: Request, headers: Mapping[str, str]) -> None:
        about = (request.method, request.path, request.options.label)
        for text in map(_warning_text, headers.items()):  # a header may occur more than once
            if not text or text in self._warned or len(self._warned) >= _REMEMBERED:
                continue
            self._warned.add(text)
            if self.emit is not None:
                self.emit(events.Warned(*about, text, headers.get("Warning-Id")))
            with suppress(HerokuWarning):  # with -W error the caller would lose the response
                warnings.warn(f"{request.method} {request.path}: {text}", HerokuWarning, stacklevel=callers_level())


def _warning_text(header: tuple[str, str]) -> str:
    """What a header warns of; empty for any other header."""
    name, value = header
    if name.lower() not in ("x-heroku-warning", "warning-message"):
        return ""
    text = printable(quoted(value))
    return text[len("warning:") :].lstrip() if text.lower().startswith("warning:") else text


def callers_level() -> int:
    """The stack level of the first frame outside of this package, for `warnings.warn`."""
    level, frame = 0, currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith("aioheroku."):
        level, frame = level + 1, frame.f_back
    return level
