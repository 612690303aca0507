"""Event loops come and go, and a session may outlive them: what belongs to a loop is made anew for another one."""

import asyncio
import os
from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary, WeakValueDictionary

from attrs import define, field

from aioheroku._http import Request, Response, Send
from aioheroku._ratelimit import Pool
from aioheroku._transport.connections import refuse_second_loop

_Key = tuple[str, str, int]
_Pools = WeakValueDictionary[_Key, Pool]
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pools] = WeakKeyDictionary()
_unbound: _Pools = WeakValueDictionary()
"""The pools of sessions that were made before any loop ran."""


@define(eq=False)
class PerLoop:
    """Sends through middlewares that were composed for the running loop: their locks, futures and timers belong to it.

    When a session is used in another loop, nothing has been sent yet and whatever the old one has left is dropped.
    """

    compose: Callable[[Pool], Send]
    given: Pool | None
    """The pool that was handed in: it serves one loop alone, and says so."""
    account: tuple[str, str]
    """Whose tokens they are: the origin of the API and a digest."""
    pool: Pool = field(init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)
    _process: int = field(default=0, init=False)
    _send: Send = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.pool = _default_pool(self.account) if self.given is None else self.given

    def moved(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether the session was used by another loop before.

        Raises:
            InvalidRequest: another loop that still runs uses it.
        """
        if self._loop is None or self._loop is loop:
            return False
        refuse_second_loop(self._loop, self._process)
        return True

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Send the request.

        Raises:
            InvalidRequest: another loop that still runs uses the session.
        """
        loop = get_running_loop()
        if loop is not self._loop:
            self.moved(loop)
            if self.given is None:
                self.pool = _default_pool(self.account, self.pool)
            self._send = self.compose(self.pool)
            self._loop, self._process = loop, os.getpid()
        return self._send(request)


def _default_pool(account: tuple[str, str], made: Pool | None = None) -> Pool:
    """The pool that the sessions of an account share in the running loop: one for each loop, and for each process.

    Args:
        account: whose tokens they are.
        made: the pool that the session has. The first loop takes over the one that was made before any loop ran.
    """
    key = (*account, os.getpid())
    try:
        pools = _pools.setdefault(get_running_loop(), WeakValueDictionary())
    except RuntimeError:
        pools = _unbound
    pool = pools.get(key)
    if pool is None:
        if made is None or pools is _unbound or _unbound.get(key) is not made:
            made = Pool()
        else:
            del _unbound[key]
        pool = pools[key] = made
    return pool
