"""Renewals under way: one for each OAuth login, whichever session, task, event loop or thread began it."""

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
"""Seconds that closing a session allows for the request where an attempt has no limit."""
_STORING: Final = 5.0
"""Seconds that closing a session allows for `store`, besides the time for the request."""
_POLL: Final = 1.0
"""Seconds between two looks at whether the event loop of another thread still runs."""


@frozen
class Outcome:
    """What came of a renewal."""

    problem: str = ""
    """Why there is no new access token; empty where there is one."""
    abandoned: bool = False
    """Whether it ended before it came to anything, because its session or its event loop did."""


DONE: Final = Outcome()
ABANDONED: Final = Outcome(abandoned=True)


@define(eq=False)
class Renewal:
    """One renewal under way. It belongs to the credentials: who waits for it can neither cancel nor lose it."""

    credentials: Credentials
    loop: asyncio.AbstractEventLoop
    task: "asyncio.Task[None] | None" = None
    request: Request | None = None
    """The request that spends the refresh token, once there is one."""
    _outcome: "Future[Outcome]" = field(factory=Future[Outcome], init=False)

    def __attrs_post_init__(self) -> None:
        self._outcome.set_running_or_notify_cancel()  # so that no one who waits can cancel it for the others

    @property
    def done(self) -> bool:
        """Whether its outcome is known."""
        return self._outcome.done()

    @property
    def may_be_spent(self) -> bool:
        """Whether the platform may have given out a new pair, which must not be lost."""
        return self.request is not None and self.request.attempt.perhaps_executed

    def finish(self, outcome: Outcome) -> None:
        """Tell all who wait."""
        with _lock:
            if _under_way.get(self.credentials) is self:
                del _under_way[self.credentials]
            if not self._outcome.done():
                self._outcome.set_result(outcome)

    async def wait(self) -> Outcome:
        """Its outcome, in whichever event loop; one whose own loop has ended is abandoned."""
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
    """The renewals that one session carries out, and whether it may begin more of them."""

    closed: bool = False
    begun: set[Renewal] = field(factory=set[Renewal])

    async def close(self, seconds: float | None) -> None:
        """Begin no more, and let those under way come to their end: the new pair is not lost.

        One whose request may have been executed is waited for: `seconds` for the request and a few for `store`. One
        whose request has not left is cancelled: nothing is lost, and other sessions begin their own.
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
"""Held for a moment while a renewal begins or ends; callbacks of futures run inside, hence reentrant."""
_under_way: Final[WeakKeyDictionary[Credentials, Renewal]] = WeakKeyDictionary()
if hasattr(os, "register_at_fork"):  # a forked child's event loop is another, though it seems to run
    os.register_at_fork(after_in_child=_under_way.clear)
_inside: Final[ContextVar[Renewal | None]] = ContextVar("aioheroku_renewal", default=None)


def join_or_begin(credentials: Credentials, used: str) -> tuple[Renewal | None, bool]:
    """The renewal of these credentials, and whether the caller is the one to carry it out.

    None where the token that was refused is no longer the one in use: there is nothing to renew.
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
    """Mark the current task, and those that it starts, as the renewal's own."""
    _inside.set(renewal)


def current_renewal() -> Renewal | None:
    """The renewal whose `load` or `store` is running here: what they do must not wait for it."""
    renewal = _inside.get()
    return renewal if renewal is not None and not renewal.done else None


def _is_lost(renewal: Renewal) -> bool:
    """Whether nobody will ever finish it: its event loop is closed, or has stopped."""
    loop = renewal.loop
    return loop.is_closed() or not loop.is_running()
