"""What a pool reports of itself: counts, events, and warnings in the log."""

import asyncio
import logging
from math import inf
from types import MappingProxyType
from weakref import WeakSet

from aioheroku import events
from aioheroku._http import Request
from aioheroku._ratelimit.backend import Backend
from aioheroku._ratelimit.snapshot import OTHERS, REMEDY, PoolSnapshot, Usage
from aioheroku.events import Listener

logger = logging.getLogger("aioheroku")

EVENT_ABOVE = 1.0
"""Seconds: a longer wait for a token is an event."""
WARN_ABOVE, _WARN_EVERY = 5.0, 300.0
"""Seconds: a longer wait is a warning in the log, but not more often than that."""
_STARVING_BELOW = 8
"""Tokens: pools that all pace themselves by the header meet above this level, up to some hundred of them."""
_STARVING_SHARE = 0.8
"""The part of the refill that others take at least where they leave next to nothing."""
_STARVING_REFUSED = 4
"""429s in a row that a client which paces itself gets beside those that do not, and hardly ever otherwise."""


class Monitor:
    """Counts the requests that were sent, and reports changes of the pool to its listeners.

    Args:
        backend: where the tokens are counted.
    """

    def __init__(self, backend: Backend) -> None:
        self.listeners: WeakSet[Listener] = WeakSet()
        """Receive the events that concern the whole pool."""
        self._backend = backend
        self._may_warn_at = self._may_notify_at = -inf
        self._labels = Usage[str]()
        self._routes = Usage[tuple[str, str]]()

    def snapshot(self, now: float, waiting: int) -> PoolSnapshot:
        """The state of the pool, with this number of waiting requests."""
        backend, account = self._backend, self._backend.account
        routes = {f"{verb} {path}": tokens for (verb, path), tokens in self._routes.items()}
        return PoolSnapshot(
            remaining=int(backend.remaining(now)),
            capacity=account.capacity,
            refill=account.refill * 3600,
            reserve=backend.rule.reserve,
            waiting=waiting,
            in_flight=account.in_flight,
            next_token=backend.wait(now, 1, 0),
            used=sum(routes.values()) + self._routes.rest,
            used_by_label=_with_rest(dict(self._labels), self._labels.rest),
            used_by_route=_with_rest(routes, self._routes.rest),
            others=backend.others * 3600,
            assumed=backend.assumed,
            starved=self._starved(now),
        )

    def count(self, request: Request) -> None:
        """A request left."""
        self._routes[request.method, request.path] += 1
        if (label := request.options.label) is not None:
            self._labels[label] += 1

    def notify(self, reason: str) -> None:
        """Report to the listeners that the pool works differently from now on."""
        for listener in tuple(self.listeners):
            asyncio.get_running_loop().call_soon(listener, events.PoolChanged("", "", None, reason))

    def warn_if_starved(self, now: float) -> None:
        """Warn, at intervals, that other clients leave next to nothing, and what to do about it."""
        if now < self._may_notify_at or not self._starved(now):
            return
        self._may_notify_at = now + _WARN_EVERY
        others, refill = self._backend.others * 3600, self._backend.account.refill * 3600
        taken = f"about {others:.0f} of the {refill:.0f} tokens that come back in an hour" if others else "nearly all"
        reason = f"Other clients of this account take {taken} and do not pace themselves. {REMEDY}"
        logger.warning("%s", reason)
        self.notify(reason)

    def warn(self, now: float, since: float, waiting: int) -> float:
        """Log a warning if a request has waited for long: the program seems to hang.

        Args:
            now: the present moment.
            since: since when the one that has waited longest does.
            waiting: how many wait.

        Returns:
            Seconds until it is worth while to check again.
        """
        waited = now - since
        if waited < WARN_ABOVE or now < self._may_warn_at:
            return max(WARN_ABOVE - waited, self._may_warn_at - now)
        # Text, so that programs which keep log records do not keep the counts by route with them.
        state = str(self.snapshot(now, waiting))
        logger.warning("Calls have been waiting for the account's rate limit for %.0f s: %s", waited, state)
        self._may_warn_at = now + _WARN_EVERY
        return _WARN_EVERY

    def _starved(self, now: float) -> bool:
        """Whether other clients leave next to nothing: beside pools that pace themselves that does not happen."""
        backend = self._backend
        if backend.rule.refused >= _STARVING_REFUSED:
            return True
        taken = backend.others >= _STARVING_SHARE * backend.account.refill
        return taken and backend.remaining(now) < _STARVING_BELOW


def _with_rest(used: dict[str, int], rest: int) -> MappingProxyType[str, int]:
    if rest:
        used[OTHERS] = used.get(OTHERS, 0) + rest
    return MappingProxyType(used)
