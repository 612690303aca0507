"""Sessions can outlive an event loop: whatever is bound to a loop is created again for the next one."""

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
"""The pools of sessions that were created before any loop ran."""


@define(eq=False)
class PerLoop:
    """Sends through middlewares that are composed per event loop, because locks, futures and timers are bound to it.

    When a session moves to another loop, the state of the old one is dropped before anything is sent.
    """

    compose: Callable[[Pool], Send]
    given: Pool | None
    """The pool that was given: it is bound to one loop and raises `InvalidRequest` in another."""
    account: tuple[str, str]
    """The account of the default pool: the origin of the API and a digest."""
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
        loop = get_running_loop()
        if loop is not self._loop:
            self.moved(loop)
            if self.given is None:
                self.pool = _default_pool(self.account, self.pool)
            self._send = self.compose(self.pool)
            self._loop, self._process = loop, os.getpid()
        return self._send(request)


def _default_pool(account: tuple[str, str], made: Pool | None = None) -> Pool:
    """The default pool of an account, shared by its sessions: one per event loop and process.

    Args:
        account: the account.
        made: the session's pool so far; the first loop takes over one that was created before any loop ran.
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
