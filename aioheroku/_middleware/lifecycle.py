"""Keeps track of a session's calls in progress, and ends them when the session is closed."""

import asyncio
from asyncio import current_task

from attrs import define, field

from aioheroku._http import Request, Response, Send
from aioheroku.errors import SessionClosed


@define(eq=False)
class Calls:
    """A session's calls in progress, and whether it accepts more."""

    closed: bool = False
    tasks: dict[asyncio.Task[object], int] = field(factory=dict["asyncio.Task[object]", int])
    """The tasks with a call in progress, each with the number of cancellations requested before the call."""
    cancelled: set[asyncio.Task[object]] = field(factory=set["asyncio.Task[object]"])

    def renew(self) -> None:
        """Forget the calls of a former event loop."""
        self.tasks.clear()
        self.cancelled.clear()

    def close(self) -> None:
        """Accept no more calls, and cancel those in progress except the caller's own."""
        if self.closed:
            return
        self.closed = True
        me = current_task()
        for task in self.tasks:
            if task is not me and task.cancel():
                self.cancelled.add(task)

    def cancelled_by_close(self, task: asyncio.Task[object]) -> bool:
        """Whether only `close` cancelled the task; if so, uncancel it, so that the caller gets `SessionClosed` instead.

        Another cancellation must win: swallowing it would keep a cancelled task running.
        """
        if task not in self.cancelled:
            return False
        self.cancelled.discard(task)
        return task.uncancel() <= self.tasks.get(task, 0)


@define(eq=False)
class Lifecycle:
    """Rejects calls of a closed session, and ends those in progress with `SessionClosed` when it is closed.

    Reads `attempt` for what `SessionClosed.sent` says; changes nothing. A call has no task of its own:
    closing cancels the tasks inside, and their CancelledError is converted to `SessionClosed`, as `asyncio.timeout`
    converts its own to `TimeoutError`. This takes 0.6 us a call; an `asyncio.timeout(None)` that `close` reschedules
    would take 2.3 us.
    """

    send: Send
    calls: Calls

    async def __call__(self, request: Request) -> Response:
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
            sent = request.attempt.perhaps_executed
            raise SessionClosed(sent, request.method, request.path, reads=request.reads) from None
        finally:
            calls.tasks.pop(task, None)  # it is gone if the session has moved to another loop
