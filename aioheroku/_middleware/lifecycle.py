"""The calls of a session that are under way, and how closing the session ends them."""

import asyncio
from asyncio import current_task

from attrs import define, field

from aioheroku._http import Request, Response, Send
from aioheroku.errors import SessionClosed


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
        me = current_task()
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
        task = current_task()
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
