"""The outer middlewares, each around another `Send`: read-only, lifecycle, total timeout, status, capture.

`_client/session.py` composes all middlewares and shows their order.
"""

import asyncio
from collections.abc import Awaitable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define, field

from aioheroku._http import Request, Response, Send, error_from
from aioheroku.errors import ReadOnlyError, ReadTimeout, SessionClosed

_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})
"""Headers that ask for a 304 where nothing has changed, as `using(headers=...)` writes them."""


@define(eq=False)
class Calls:
    """The calls of a session that are under way, and whether there may be more of them."""

    closed: bool = False
    tasks: dict[asyncio.Task[object], int] = field(factory=dict["asyncio.Task[object]", int])
    """The tasks with a call under way, each with the cancellations that had been requested before it."""
    cancelled: set[asyncio.Task[object]] = field(factory=set["asyncio.Task[object]"])

    def renew(self) -> None:
        """Forget the calls of an event loop that is gone."""
        self.tasks.clear()
        self.cancelled.clear()

    def close(self) -> None:
        """Admit no more calls, and cancel those under way but the caller's own."""
        if self.closed:
            return
        self.closed = True
        me = asyncio.current_task()
        for task in self.tasks:
            if task is not me and task.cancel():
                self.cancelled.add(task)

    def cancelled_by_close(self, task: asyncio.Task[object]) -> bool:
        """Whether `close` alone cancelled the task; if so its cancellation is taken back."""
        if task not in self.cancelled:
            return False
        self.cancelled.discard(task)
        return task.uncancel() <= self.tasks.get(task, 0)


@define(eq=False)
class ReadOnly:
    """Refuses whatever would write with `ReadOnlyError`; part of the pipeline with `read_only=True` alone.

    Reads `method`; changes nothing.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Send a read; refuse anything else."""
        if request.method not in ("GET", "HEAD"):
            raise ReadOnlyError(request.method, request.path)
        return self.send(request)


@define(eq=False)
class Lifecycle:
    """Refuses calls of a closed session, and ends those under way with `SessionClosed` when it closes.

    Reads `attempt` for what `SessionClosed.sent` says; changes nothing. There is no task per call: closing cancels
    the tasks that are inside, and the cancellation turns into `SessionClosed` on its way out, as `asyncio.timeout`
    turns its own into `TimeoutError`.
    """

    send: Send
    calls: Calls

    async def __call__(self, request: Request) -> Response:
        """Send the request, unless the session is closed or closes meanwhile."""
        calls = self.calls
        if calls.closed:
            raise SessionClosed
        task = asyncio.current_task()
        if task is None or task in calls.tasks:  # a call made by a callback of another call
            return await self.send(request)
        calls.tasks[task] = task.cancelling()
        try:
            return await self.send(request)
        except asyncio.CancelledError:
            if not calls.cancelled_by_close(task):
                raise
            raise SessionClosed(request.attempt.perhaps_executed, request.method, request.path) from None
        finally:
            calls.tasks.pop(task, None)  # it is not there where another loop has taken the session over


@define(eq=False)
class TotalTimeout:
    """Ends a call with `ReadTimeout` after `options.timeout` seconds, waits and retries included.

    Reads `options.timeout` and `attempt`; sets `attempt.deadline`, so that no wait begins that would outlast it.
    """

    send: Send

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Send the request, for as long as the call may take."""
        return self.send(request) if request.options.timeout is None else self._timed(request)

    async def _timed(self, request: Request) -> Response:
        limit = request.options.timeout or 0.0
        request.attempt.deadline = asyncio.get_running_loop().time() + limit
        timeout = asyncio.timeout_at(request.attempt.deadline)
        try:
            async with timeout:
                return await self.send(request)
        except TimeoutError:
            if not timeout.expired():
                raise
            problem = f"The call took longer than the {limit} s allowed."
            raise ReadTimeout(problem, request.method, request.path, request.attempt.perhaps_executed) from None


@define(eq=False)
class RaiseForStatus:
    """Raises `APIError` for a response that is not a success, nor the 304 that a conditional read asks for.

    Reads `method` and `headers`; changes nothing.
    """

    send: Send
    kinds: Mapping[str | None, str] = field(factory=dict[str | None, str], repr=False)
    """The kind of credentials that an Authorization header is made of, for what a 401 advises."""

    async def __call__(self, request: Request) -> Response:
        """Send the request; return its response if it is a success."""
        response = await self.send(request)
        if response.is_success or (response.status == 304 and _is_conditional_read(request)):
            return response
        raise error_from(request, response, self.kinds.get(request.headers.get("Authorization")))


def _is_conditional_read(request: Request) -> bool:
    return request.method in ("GET", "HEAD") and not request.headers.keys().isdisjoint(_CONDITIONS)


@define(eq=False)
class Recording:
    """The responses that one `capture()` collects."""

    session: object
    responses: list[Response] = field(factory=list[Response])
    open: bool = True


_recordings: ContextVar[tuple[Recording, ...]] = ContextVar("aioheroku_recordings", default=())


@define(eq=False)
class Capture:
    """Adds each response, of any status, to the recordings of its session that are open in the caller's context.

    Reads and changes nothing of the request.
    """

    send: Send
    session: object
    """What recordings know the session by."""

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Send the request, and record its response."""
        return self._recorded(request) if _recordings.get() else self.send(request)

    async def _recorded(self, request: Request) -> Response:
        response = await self.send(request)
        for recording in _recordings.get():
            if recording.open and recording.session is self.session:
                recording.responses.append(response)
        return response


@contextmanager
def capture(session: object) -> Generator[list[Response]]:
    """Collect the responses of a session, of this task and of those it starts."""
    recording = Recording(session)
    _recordings.set((*(other for other in _recordings.get() if other.open), recording))
    try:
        yield recording.responses
    finally:
        # Not by a token of the variable: a generator may be closed in another context than it began in, and captures
        # may end in another order. What stays behind in the first context is closed, and dropped by the next capture.
        recording.open = False
        _recordings.set(tuple(other for other in _recordings.get() if other.open))
