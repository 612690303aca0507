"""The way into a session and out of it: whatever goes wrong inside ends with a clear error, and is told."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, field

from aioheroku.errors import APIError, HerokuError, ReadTimeout, SessionClosed
from aioheroku.events import Failed, Listener
from aioheroku.http import Request, Response, Send

logger = logging.getLogger("aioheroku")

_Captures = tuple[tuple["Gate", list[Response]], ...]
_captures: ContextVar[_Captures] = ContextVar("aioheroku_captures", default=())


@define(eq=False)
class Gate:
    """A wrapper of `Send` that can be closed; it also keeps the time allowed for a whole call, and raises refusals.

    There is no task per call: closing cancels the tasks that are inside, and the cancellation turns into
    `SessionClosed` on its way out, as `asyncio.timeout` turns its own into `TimeoutError`.
    """

    send: Send
    emit: Listener | None = None
    closed: bool = field(default=False, init=False)
    _inside: dict[asyncio.Task[object], int] = field(factory=dict["asyncio.Task[object]", int], init=False)
    """The tasks with a call under way, each with the cancellations it had been asked for when it came in."""
    _cancelled: set[asyncio.Task[object]] = field(factory=set["asyncio.Task[object]"], init=False)

    async def __call__(self, request: Request) -> Response:
        """Let the request through.

        Raises:
            SessionClosed: the gate is closed, or was closed meanwhile.
            ReadTimeout: the call took longer than its `timeout`.
            APIError: the answer is no success.
        """
        task = asyncio.current_task()
        if task in self._inside:  # a call made by a callback of another call
            task = None
        try:
            if self.closed:
                raise SessionClosed
            if task is not None:
                self._inside[task] = task.cancelling()
            response = await (self.send(request) if request.options.timeout is None else self._timed(request))
            if captures := _captures.get():
                self._keep(response, captures)
            if not (200 <= response.status < 300 or response.status == 304):
                raise _refusal(request, response)
        except asyncio.CancelledError:
            if task is None or not self._ended(task):
                raise
            raise self._told(request, SessionClosed(sent=request.sent)) from None
        except HerokuError as error:
            self._told(request, error)
            raise
        finally:
            if task is not None:
                self._inside.pop(task, None)
        return response

    def _keep(self, response: Response, captures: _Captures) -> None:
        for gate, replies in captures:
            if gate is self:
                replies.append(response)

    def failed(self, method: str, path: str, label: str | None, error: HerokuError) -> None:
        """Tell of a call that ended with an error."""
        name = type(error).__name__
        logger.debug("%s %s: %s", method, path, name)
        if self.emit is not None:
            status, request_id = getattr(error, "status", None), getattr(error, "request_id", None)
            self.emit(Failed(method, path, label, name, status, request_id))

    def _told(self, request: Request, error: HerokuError) -> HerokuError:
        self.failed(request.method, request.path, request.options.label, error)
        return error

    def _ended(self, task: asyncio.Task[object]) -> bool:
        """Whether the task was cancelled by `close` and by nobody else."""
        if task not in self._cancelled:
            return False
        self._cancelled.discard(task)
        return task.uncancel() <= self._inside[task]

    async def _timed(self, request: Request) -> Response:
        limit = request.options.timeout
        timeout = asyncio.timeout(limit)
        try:
            async with timeout:
                return await self.send(request)
        except TimeoutError:
            if not timeout.expired():
                raise
            problem = f"The call took longer than the {limit} s allowed."
            raise ReadTimeout(problem, request.method, request.path, request.sent) from None

    @contextmanager
    def capture(self) -> Generator[list[Response]]:
        """Collect the responses of this session, of this task and of those it starts."""
        replies: list[Response] = []
        token = _captures.set((*_captures.get(), (self, replies)))
        try:
            yield replies
        finally:
            _captures.reset(token)

    def close(self) -> None:
        """Let nobody in any more, and end what is inside."""
        if self.closed:
            return
        self.closed = True
        me = asyncio.current_task()
        for task in self._inside:
            if task is not me and task.cancel():
                self._cancelled.add(task)


def _refusal(request: Request, response: Response) -> APIError:
    return APIError.from_response(
        response.status,
        response.headers,
        response.body,
        method=request.method,
        path=request.path,
        conditional="If-Match" in request.headers,
        unsettled=request.unsettled,
    )
