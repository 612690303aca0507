"""The way into a session: when it closes and when a call's time is up, what is inside ends with a clear error."""

import asyncio

from attrs import define, field

from aioheroku.errors import ReadTimeout, SessionClosed
from aioheroku.http import Request, Response, Send


@define(eq=False)
class Gate:
    """A wrapper of `Send` that can be closed; it also keeps the time allowed for a whole call.

    There is no task per call: closing cancels the tasks that are inside, and the cancellation turns into
    `SessionClosed` on its way out, as `asyncio.timeout` turns its own into `TimeoutError`.
    """

    send: Send
    closed: bool = field(default=False, init=False)
    _inside: dict[asyncio.Task[object], int] = field(factory=dict["asyncio.Task[object]", int], init=False)
    """The tasks with a call under way, each with the cancellations it had been asked for when it came in."""
    _cancelled: set[asyncio.Task[object]] = field(factory=set["asyncio.Task[object]"], init=False)

    async def __call__(self, request: Request) -> Response:
        """Let the request through.

        Raises:
            SessionClosed: the gate is closed, or was closed meanwhile.
            ReadTimeout: the call took longer than its `timeout`.
        """
        if self.closed:
            raise SessionClosed
        task = asyncio.current_task()
        if task is None or task in self._inside:  # a call made by a callback of another call
            return await self._timed(request)
        self._inside[task] = task.cancelling()
        try:
            return await (self.send(request) if request.options.timeout is None else self._timed(request))
        except asyncio.CancelledError:
            if self._ended(task):
                raise SessionClosed(sent=request.sent) from None
            raise
        finally:
            del self._inside[task]

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

    def close(self) -> None:
        """Let nobody in any more, and end what is inside."""
        if self.closed:
            return
        self.closed = True
        me = asyncio.current_task()
        for task in self._inside:
            if task is not me and task.cancel():
                self._cancelled.add(task)
