"""The token pool of an account for many processes and machines: one bucket in Redis, in the extra `redis`."""

import asyncio
from collections.abc import Coroutine
from hashlib import sha256
from importlib.util import find_spec
from math import inf
from secrets import token_hex
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from aioheroku.clock import Clock
from aioheroku.errors import InvalidRequest
from aioheroku.events import Listener, PoolChanged
from aioheroku.http import Response, Send
from aioheroku.pacing import Ticket, Turn
from aioheroku.pool import Pool
from aioheroku.question import Question
from aioheroku.redispool.leases import Leases
from aioheroku.redispool.store import Store

_PATIENCE = 1.0
"""Seconds that Redis may take to answer before it counts as away."""
_AWAY, _AWAY_LONG = 1.0, 30.0
"""Seconds between two attempts to reach a Redis that is away, at first and at most."""
_MOST = 64
"""Tokens leased at a time at most when none are leased ahead of need."""
_PLENTY = 16
"""While there are so many times the lease, tokens are leased ahead of need."""
_QUICK = 0.1
"""A lease used up within so many seconds is doubled next time, one that lasted twice as long is halved."""
_IDLE = 1.0
"""Seconds after which what happened is reported, and a lease that nobody used is given back."""
_ASK = 5.0
"""Seconds between two questions for tokens at most: they may be there sooner than was thought."""
_JUMP = 8
"""A server that has so many tokens more than we have requests in flight is worth a question at once."""


class RedisPool(Pool):
    """One account's tokens for any number of processes and machines, exact by Redis' own clock.

    Tokens are leased some at a time, with the priorities and the reserve of `Pool`, and the server's header corrects
    the shared count as it does the local one. While Redis is away each process paces itself by the header, as `Pool`
    does; `PoolChanged` tells of both. A session does not close the pool it was given: use `async with` or `close`.

    Args:
        url: where Redis is, such as `redis://localhost:6379/0`, `rediss://...` or `unix:///run/redis.sock`.
        account: a name of the account, the same in every process; only its digest is sent to Redis.
        capacity: tokens that the account's pool holds, as far as you know; the server's header corrects it.
        refill_per_hour: tokens that come back in an hour; likewise.
        reserve: tokens that only interactive calls may use.
        lease: tokens to take ahead of need while there are plenty; 1 takes none ahead.
        patience: seconds that Redis may take to answer before it counts as away.
        clock: the time to go by, for tests.

    Raises:
        InvalidRequest: a value that cannot be, or the extra is not installed; `field` names it.
    """

    def __init__(
        self,
        url: str,
        *,
        account: str,
        capacity: int = 2400,
        refill_per_hour: float = 1200,
        reserve: int = 0,
        lease: int = 32,
        patience: float = _PATIENCE,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(capacity, refill_per_hour, reserve=reserve, clock=clock)
        if not account:
            raise InvalidRequest("must name the account", "account")
        if lease < 1:
            raise InvalidRequest("must be at least 1", "lease")
        if not 0 < patience < inf:
            raise InvalidRequest("must be above 0", "patience")
        if find_spec("redis") is None:
            raise InvalidRequest("it needs the extra: pip install 'aioheroku[redis]'.", "pool")
        self._pacer: Leases = Leases(capacity, refill_per_hour / 3600, reserve)
        self._told = capacity, refill_per_hour / 3600
        self._url = url
        self._key = f"aioheroku:pool:{sha256(account.encode()).hexdigest()[:32]}"
        self._lease = lease
        self._patience = patience
        self._listeners: WeakSet[Listener] = WeakSet()
        self._store: Store | None = None
        self._task: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._away = 0.0
        """Seconds until the next attempt while Redis is away, else 0."""
        self._epoch: int = 0
        self._connect()  # an URL that cannot be is an error now
        self._store = None

    def metered(self, send: Send, emit: Listener | None = None, question: Question | None = None) -> Send:
        """As `Pool.metered`; `emit` also hears `PoolChanged` when Redis goes away and comes back."""
        if emit is not None:
            self._listeners.add(emit)
        return super().metered(send, emit, question)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give back what was leased and close the connection to Redis. A later request opens it again."""
        if self._loop is not asyncio.get_running_loop():
            self._store = None
            return
        while self._task is not None:
            await asyncio.wait([self._task])
        store, self._store = self._store, None
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if store is not None:
            if not self._away:
                await self._tell(store, 0, 1, self._pacer.held)
            await store.close()

    # --- taking turns ---------------------------------------------------------------------------------------

    def _bind(self) -> None:
        super()._bind()
        self._store = None
        self._name = token_hex(8)
        self._call = self._heard = self._epoch = 0
        self._task = self._later = None
        self._away = 0.0
        self._pacer.away = False
        self._pacer.held = 0
        self._pacer.marks.clear()
        self._pacer.seen = None
        self._known = False
        self._plenty, self._more, self._fetched = 0.0, self._lease, -inf
        self._ask_at, self._asked = -inf, 0
        self._left = self._reported = 0

    def _delay(self, now: float, rank: int) -> float:
        """Seconds until the next one may leave: leased tokens decide, or the header while Redis is away."""
        ready = self._task is None and (now >= self._ask_at or (rank < self._asked and not self._away))
        if self._away:
            if ready:
                self._start(self._fetch())
            return super()._delay(now, rank)
        if self._pacer.refused and (closed := self._pacer.delay(now, rank)) > 0:
            return closed
        if self._pacer.held:
            return 0.0
        if ready:
            self._start(self._fetch())
        return inf if self._task is not None else self._ask_at - now

    async def _expire(self, turn: Turn, seconds: float) -> None:
        """As `Pool` does, but asking Redis is no waiting for tokens."""
        await self._clock.sleep(seconds)
        if self._task is not None:
            await asyncio.wait([self._task])
        await super()._expire(turn, 0)

    def _learn(self, ticket: Ticket, response: Response) -> None:
        super()._learn(ticket, response)
        pacer, remaining = self._pacer, response.remaining
        short = response.status == 429 or (remaining is not None and remaining < pacer.held)
        if short or not self._known:
            self._report(pacer.held if short else 0)
        elif self._line.total and remaining is not None and remaining - pacer.reserve > pacer.in_flight + _JUMP:
            self._ask_at = -inf
            self._pump()

    # --- Redis ----------------------------------------------------------------------------------------------

    def _connect(self) -> Store:
        return Store(self._url, self._patience)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.create_task(work)

    async def _fetch(self) -> None:
        """Lease what the line needs, and more while there is plenty."""
        turn = self._line.head()
        if turn is None and not self._away:  # whoever asked has given up
            self._task = None
            return
        rank = 1 if turn is None else turn.rank
        want = min(_MOST, self._line.waiting[rank])
        if rank and self._lease > 1:
            want += self._ahead()
        if self._store is None:
            self._store = self._connect()
        # Who comes back does not know yet whether there is need.
        granted = await self._tell(self._store, 0 if self._away else want, rank)
        self._task = None
        if granted is None:
            self._lose()
        else:
            if self._away:
                self._pacer.away, self._away, self._ask_at = False, 0.0, -inf
                self._say("Redis is back: its count of tokens decides again")
            self._watch()
        self._pump()

    def _ahead(self) -> int:
        """How many tokens to lease ahead of need: as many as are used in no time, while they are a small part."""
        now = self._time()
        passed, self._fetched = now - self._fetched, now
        if passed < _QUICK:
            self._more *= 2
        elif passed > 2 * _QUICK:
            self._more //= 2
        self._more = max(self._lease, min(self._more, 64 * self._lease))
        return self._more if self._more < self._plenty else self._lease if self._lease < self._plenty else 0

    async def _tell(self, store: Store, want: int, rank: int, back: int = 0) -> int | None:
        """Run the script: report, correct, lease; how many were granted, `None` when Redis is away."""
        pacer, line = self._pacer, self._line
        urgent = next((other for other, count in enumerate(line.waiting) if count), rank)
        self._call += 1
        report = pacer.report(self._time(), back)
        asked = (self._call, self._heard, self._epoch, want, rank, urgent, *self._told, pacer.reserve, *report)
        left = pacer.sent
        try:
            said = await store.ask(self._key, (self._name, *asked))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with Redis, calls go on without it
            if not self._away:
                self._say(f"Redis is away ({type(error).__name__}): this process paces itself by the header meanwhile")
            return None
        if len(said) == 2:  # a later question overtook this one
            return 0
        call, granted, level, wait, epoch, done, refill, capacity, share, known, looks = said
        now = self._time()
        if epoch != self._epoch:  # another bucket than before: what was counted in that one is no measure
            self._epoch = int(epoch)
            pacer.marks.clear()
            pacer.seen = None
        self._heard, self._known = call, bool(known)
        pacer.marks.append((left, done))
        pacer.held += granted
        pacer.level_then, pacer.share = (float(level), now), share
        for when, remaining, charged in looks:
            pacer.look(float(when), remaining, charged)
        pacer.refill, pacer.capacity = float(refill), capacity
        self._plenty = (float(level) - pacer.reserve) / _PLENTY
        self._reported = report[0] + granted
        if want:
            self._ask_at = -inf if granted else now + min(float(wait), _ASK)
            self._asked = rank
        return int(granted)

    def _report(self, back: int) -> None:
        """Tell Redis now, unless somebody is talking to it or it is away."""
        if self._task is None and self._store is not None and not self._away:
            self._start(self._reporting(self._store, back))

    async def _reporting(self, store: Store, back: int) -> None:
        granted = await self._tell(store, 0, 1, back)
        self._task = None
        if granted is None:
            self._lose()
        self._pump()

    def _look(self) -> None:
        """Once in a while: report what Redis does not know, and give back what nobody used."""
        pacer = self._pacer
        self._later = None
        idle = pacer.sent == self._left and not self._line.total
        self._left = pacer.sent
        if pacer.news is not None or pacer.held + pacer.in_flight != self._reported or (idle and pacer.held):
            self._report(pacer.held if idle else 0)
        if pacer.held + pacer.in_flight and not self._away:
            self._watch()

    def _watch(self) -> None:
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(_IDLE, self._look)

    def _lose(self) -> None:
        self._pacer.away = True
        self._away = min(_AWAY_LONG, 2 * self._away or _AWAY)
        self._ask_at = self._time() + self._away

    def _say(self, reason: str) -> None:
        for listener in tuple(self._listeners):
            asyncio.get_running_loop().call_soon(listener, PoolChanged("", "", None, reason))
