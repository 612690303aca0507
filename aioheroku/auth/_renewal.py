"""OAuth token renewals in progress: one per credentials, shared by all sessions, tasks, event loops and threads."""

import asyncio
import logging
import os
import threading
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Final
from weakref import WeakKeyDictionary

from attrs import define, field, frozen

from aioheroku._http import Request
from aioheroku.auth._credentials import Credentials

logger = logging.getLogger("aioheroku")

_SENDING: Final = 60.0
"""Seconds that closing a session waits for the request if attempts have no timeout."""
_STORING: Final = 5.0
"""Seconds that closing a session waits for `store`, in addition to the request."""
_POLL: Final = 1.0
"""Seconds between two checks whether the event loop of another thread still runs."""


@frozen
class Outcome:
    """The result of a renewal."""

    problem: str = ""
    """Why there is no new access token; empty on success."""
    abandoned: bool = False
    """Whether it was abandoned, because its session or its event loop was closed."""


DONE: Final = Outcome()
ABANDONED: Final = Outcome(abandoned=True)


@define(eq=False)
class Renewal:
    """One renewal in progress. It belongs to the credentials: cancelling a waiting caller does not cancel it."""

    credentials: Credentials
    loop: asyncio.AbstractEventLoop
    task: "asyncio.Task[None] | None" = None
    request: Request | None = None
    """The request that sends the refresh token, once it is made."""
    _outcome: "Future[Outcome]" = field(factory=Future[Outcome], init=False)

    def __attrs_post_init__(self) -> None:
        self._outcome.set_running_or_notify_cancel()  # or a waiting caller could cancel it for the others

    @property
    def done(self) -> bool:
        """Whether it has an outcome."""
        return self._outcome.done()

    @property
    def may_be_spent(self) -> bool:
        """Whether the platform may have issued a new pair, which must not be lost."""
        return self.request is not None and self.request.attempt.perhaps_executed

    def finish(self, outcome: Outcome) -> None:
        """Set the outcome, for all waiting callers."""
        with _lock:
            if _under_way.get(self.credentials) is self:
                del _under_way[self.credentials]
            if not self._outcome.done():
                self._outcome.set_result(outcome)

    async def wait(self) -> Outcome:
        """Wait for the outcome, from any event loop; a renewal whose own loop has ended counts as abandoned."""
        known = asyncio.wrap_future(self._outcome)
        foreign = self.loop is not asyncio.get_running_loop()
        try:
            while not (await asyncio.wait([known], timeout=_POLL if foreign else None))[0]:
                if _is_lost(self):
                    self.finish(ABANDONED)
            return known.result()
        finally:
            known.cancel()


@define(eq=False)
class Renewals:
    """The renewals that one session runs, and whether it may start more."""

    closed: bool = False
    begun: set[Renewal] = field(factory=set[Renewal])

    async def close(self, seconds: float | None) -> None:
        """Start no more renewals, and finish those in progress so that no new pair is lost.

        A renewal whose request may have been executed is awaited: `seconds` for the request and a few for `store`. One
        whose request has not been sent is cancelled: nothing is lost, and other sessions start their own.
        """
        self.closed = True
        loop, own = asyncio.get_running_loop(), current_renewal()
        tasks: list[asyncio.Task[None]] = []
        for renewal in self.begun:
            if renewal is own or renewal.task is None or renewal.loop is not loop:
                continue
            if not renewal.may_be_spent:
                renewal.task.cancel()
            tasks.append(renewal.task)
        if tasks:
            allowed = (_SENDING if seconds is None else seconds) + _STORING
            if (await asyncio.wait(tasks, timeout=allowed))[1]:
                logger.error("The session closes after %s s, while its OAuth tokens are still being renewed", allowed)


_lock: Final = threading.RLock()
"""Held briefly while a renewal starts or ends; reentrant, because callbacks of futures run while it is held."""
_under_way: Final[WeakKeyDictionary[Credentials, Renewal]] = WeakKeyDictionary()
if hasattr(os, "register_at_fork"):  # in a forked child the parent's event loop only seems to run
    os.register_at_fork(after_in_child=_under_way.clear)
_inside: Final[ContextVar[Renewal | None]] = ContextVar("aioheroku_renewal", default=None)


def join_or_begin(credentials: Credentials, used: str) -> tuple[Renewal | None, bool]:
    """The renewal of these credentials, and whether the caller has to run it.

    None if the rejected token is no longer the current one: then there is nothing to renew.
    """
    with _lock:
        if credentials.authorization != used:
            return None, False
        renewal = _under_way.get(credentials)
        if renewal is not None and not _is_lost(renewal):
            return renewal, False
        if renewal is not None:
            renewal.finish(ABANDONED)
        renewal = _under_way[credentials] = Renewal(credentials, asyncio.get_running_loop())
        return renewal, True


def enter(renewal: Renewal) -> None:
    """Mark the current task, and the tasks that it starts, as part of the renewal."""
    _inside.set(renewal)


def current_renewal() -> Renewal | None:
    """The renewal whose `load` or `store` is running in this task: waiting for it would be a deadlock."""
    renewal = _inside.get()
    return renewal if renewal is not None and not renewal.done else None


def _is_lost(renewal: Renewal) -> bool:
    """Whether it can never finish, because its event loop is closed or has stopped."""
    loop = renewal.loop
    return loop.is_closed() or not loop.is_running()
