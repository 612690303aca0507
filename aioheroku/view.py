"""The way from a declaration to the wire: what all views of a session share, and what each has of its own."""

import asyncio
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, field
from yarl import URL

from aioheroku.auth import Credentials
from aioheroku.errors import APIError, HerokuError, ReadOnlyError
from aioheroku.events import Failed, Listener
from aioheroku.gate import Gate
from aioheroku.http import Options, Request, Response
from aioheroku.login import Tasks
from aioheroku.pool import Pool
from aioheroku.transport import Transport

logger = logging.getLogger("aioheroku")

_captures: ContextVar[tuple[tuple["Core", list[Response]], ...]] = ContextVar("aioheroku_captures", default=())


@define(eq=False)
class Core:
    """What all views of a session share."""

    credentials: Credentials | None
    base: URL
    pool: Pool
    transport: Transport
    send: Gate
    tasks: Tasks
    emit: Listener | None
    read_only: bool
    entered: int = 0

    async def close(self) -> None:
        """End all calls, then the connections."""
        self.send.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.transport.close()

    @contextmanager
    def capture(self) -> Generator[list[Response]]:
        """Collect the responses of this session, of this task and of those it starts."""
        replies: list[Response] = []
        token = _captures.set((*_captures.get(), (self, replies)))
        try:
            yield replies
        finally:
            _captures.reset(token)


@define(eq=False)
class View:
    """A session with one set of headers and options: an `endpoint.Caller`."""

    core: Core
    base: str
    headers: Mapping[str, str] = field(repr=False)
    options: Options

    async def call(self, request: Request) -> Response:
        """Send the request through cache, retry and pool; an answer that is no success is raised."""
        core = self.core
        if core.read_only and request.method not in ("GET", "HEAD"):
            raise ReadOnlyError(request.method, request.path)
        try:
            response = await core.send(request)
            if captures := _captures.get():
                for captured, replies in captures:
                    if captured is core:
                        replies.append(response)
            if not (200 <= response.status < 300 or response.status == 304):
                raise _refusal(request, response)
        except HerokuError as error:
            self.failed(request.method, request.path, error)
            raise
        return response

    def failed(self, method: str, path: str, error: HerokuError) -> None:
        """Tell of a call that ended with an error."""
        name = type(error).__name__
        logger.debug("%s %s: %s", method, path, name)
        if self.core.emit is not None:
            status, request_id = getattr(error, "status", None), getattr(error, "request_id", None)
            self.core.emit(Failed(method, path, self.options.label, name, status, request_id))


def _refusal(request: Request, response: Response) -> APIError:
    return APIError.from_answer(
        response.status,
        response.headers,
        response.body,
        method=request.method,
        path=request.path,
        conditional="If-Match" in request.headers,
        unsettled=request.unsettled,
    )
