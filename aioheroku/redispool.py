"""The token pool of an account for many processes and machines: one bucket in Redis, in the extra `redis`."""

import asyncio
from hashlib import sha256
from importlib.util import find_spec
from math import inf
from typing import TYPE_CHECKING, Any

from attrs import define, field

from aioheroku.clock import Clock
from aioheroku.errors import InvalidRequest
from aioheroku.events import Listener, PoolChanged
from aioheroku.http import Send
from aioheroku.pacing import Pacer, Ticket
from aioheroku.pool import Pool

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PATIENCE = 1.0
"""Seconds that Redis may take to answer before it counts as away."""
_AWAY, _AWAY_LONG = 1.0, 30.0
"""Seconds between two attempts to reach a Redis that is away, at first and at most."""
_MOST = 64
"""Tokens leased at a time at most when none are leased ahead of need."""
_IDLE = 5.0
"""Seconds after which a lease that nobody needed is given back."""

# The level counts tokens that nobody has leased; `out` the leased ones whose requests are not yet answered. The
# server's count lies between the level and the level plus `out`, whichever of those requests it has charged by now.
# `out` fades, lest the leases of a process that died are missed for ever.
_SCRIPT = """
local want, rank, capacity, refill = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local reserve, done, back, remaining = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local had = redis.call('HMGET', KEYS[1], 'level', 'at', 'capacity', 'refill', 'out', 'known', 'w0', 'w1', 'row')
local at, out = tonumber(had[2] or now), tonumber(had[5] or 0)
capacity, refill = math.max(capacity, tonumber(had[3] or 0)), math.max(refill, tonumber(had[4] or 0))
local passed = math.max(0, now - at)
local level = math.min(capacity, tonumber(had[1] or capacity) + passed * refill + back)
out = math.max(0, out * 0.5 ^ (passed / 300) - done - back)
local known = had[6] or (done > 0 and '1')
if remaining >= 0 then level = math.min(math.max(level, remaining - out), remaining) end

local usable, wait, row = level, 0, tonumber(had[9] or 0)
if rank > 0 then usable = usable - reserve end
if not known then
    -- Nobody knows yet how many tokens there are: one request, alone for a second.
    usable = math.min(usable, (out < 0.5 or passed > 1) and 1 or 0)
    wait = 0.05
end
local urgent = (rank > 0 and tonumber(had[7] or 0) > now) or (rank > 1 and tonumber(had[8] or 0) > now)
if urgent and want > 0 then
    row = row + 1
    if row > 9 then row = 0 else usable, wait = 0, 0.2 end
end
local grant = math.max(0, math.min(want, math.floor(usable + 0.000001)))
if want > 0 and grant == 0 and wait == 0 then wait = math.max(0.001, (1 - usable) / refill) end
if rank < 2 and want > 0 then redis.call('HSET', KEYS[1], 'w' .. rank, grant < want and now + 2 or 0) end
level, out = level - grant, out + grant
if not known and want > 0 and grant == 0 then now = at end
redis.call('HSET', KEYS[1], 'level', level, 'at', now, 'capacity', capacity, 'refill', refill, 'out', out, 'row', row)
if known then redis.call('HSET', KEYS[1], 'known', '1') end
redis.call('EXPIRE', KEYS[1], 86400)
return {grant, tostring(level), tostring(wait)}
"""


@define(eq=False)
class _Leases(Pacer):
    """The header's pace, kept up to date for the time when Redis is away, and the tokens leased from Redis."""

    held: int = field(default=0, init=False)
    done: int = field(default=0, init=False)
    """Requests answered or lost since Redis was last told."""
    news: int = field(default=-1, init=False)
    """What the server said since then, -1 for nothing."""
    away: bool = field(default=False, init=False)
    """Whether Redis is, so that the header's pace counts."""

    def wait(self, now: float, rank: int, ahead: int) -> float:
        """Seconds that a request would wait behind `ahead` others, as far as is known."""
        return Pacer.wait(self, now, rank, ahead) if self.away else self.eta(now, ahead + 1)

    def leave(self, now: float) -> Ticket:
        """A request leaves, on one of the leased tokens where there is one."""
        if self.held:
            self.held -= 1
        return Pacer.leave(self, now)

    def lost(self) -> None:
        """A request that left will have no answer."""
        self.done += 1
        Pacer.lost(self)

    def answer(self, now: float, ticket: Ticket, remaining: int | None) -> None:
        """A request was answered, and not with 429."""
        self.done += 1
        Pacer.answer(self, now, ticket, remaining)

    def refuse(self, now: float, ticket: Ticket, after: float | None) -> None:
        """A request was answered with 429."""
        self.done += 1
        Pacer.refuse(self, now, ticket, after)

    def learn(self, now: float, ticket: Ticket, remaining: int) -> None:
        """The server had so many tokens: Redis will be told."""
        self.news = remaining
        Pacer.learn(self, now, ticket, remaining)


class RedisPool(Pool):
    """One account's tokens for any number of processes and machines, exact by Redis' own clock.

    Tokens are leased some at a time, with the priorities and the reserve of `Pool`, and the server's header corrects
    the shared count as it does the local one. While Redis is away each process paces itself by the header, as `Pool`
    does; `PoolChanged` tells of both. Close it with `await pool.close()`.

    Args:
        url: where Redis is, such as `redis://localhost:6379/0`.
        account: a name of the account, the same in every process; only its digest is sent to Redis.
        capacity: tokens that the account's pool holds, as far as you know; the server's header corrects it.
        refill_per_hour: tokens that come back in an hour; likewise.
        reserve: tokens that only interactive calls may use.
        lease: tokens to take ahead of need while there are plenty; 1 takes none ahead.
        clock: the time to go by, for tests.

    Raises:
        InvalidRequest: a value that cannot be; `field` names it.
        ImportError: the extra `redis` is not installed.
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
        clock: Clock | None = None,
    ) -> None:
        super().__init__(capacity, refill_per_hour, reserve=reserve, clock=clock)
        if lease < 1:
            raise InvalidRequest("must be at least 1", "lease")
        if find_spec("redis") is None:
            raise ImportError("RedisPool needs the extra: pip install 'aioheroku[redis]'")
        self._pacer: _Leases = _Leases(capacity, refill_per_hour / 3600, reserve)
        self._url = url
        self._key = f"aioheroku:pool:{sha256(account.encode()).hexdigest()[:32]}"
        self._lease = lease
        self._listeners: list[Listener] = []
        self._client: Redis | None = None
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._plenty = False
        self._away = 0.0
        """Seconds until the next attempt while Redis is away, else 0."""
        self._ask_at = -inf

    def metered(self, send: Send, emit: Listener | None = None) -> Send:
        """As `Pool.metered`; `emit` also hears `PoolChanged` when Redis goes away and comes back."""
        if emit is not None and emit not in self._listeners:
            self._listeners.append(emit)
        return super().metered(send, emit)

    async def close(self) -> None:
        """Give back what was leased and close the connection to Redis. The pool may be used again afterwards."""
        if self._idle is not None:
            self._idle.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        client, self._client, self._loop = self._client, None, None
        if client is not None:
            if not self._away:
                await self._tell(client, 0, 1)
            await client.aclose()

    def _bind(self) -> None:
        super()._bind()
        from redis.asyncio import Redis  # noqa: PLC0415  # only who uses it pays for it

        untyped: Any = Redis  # its keywords have no types
        client: Redis = untyped.from_url(self._url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
        self._client = client
        self._script: Any = client.register_script(_SCRIPT)
        self._task = self._idle = None
        self._ask_at = -inf

    def _delay(self, now: float, rank: int) -> float:
        """Seconds until the next one may leave: leased tokens decide, or the header while Redis is away."""
        ready = now >= self._ask_at and self._task is None
        if self._away:
            if ready:
                self._task = asyncio.create_task(self._fetch(rank))
            return super()._delay(now, rank)
        if self._pacer.refused:
            return self._pacer.delay(now, rank)
        if self._pacer.held:
            return 0.0
        if ready:
            self._task = asyncio.create_task(self._fetch(rank))
        return inf if self._task is not None else self._ask_at - now

    async def _fetch(self, rank: int) -> None:
        """Lease what the line needs, and more while there is plenty."""
        want = max(1, min(_MOST, self._line.waiting[rank]))
        if self._plenty and rank:
            want = max(want, self._lease)
        client = self._client
        assert client is not None  # noqa: S101  # there is one while a loop is served
        granted = await self._tell(client, 0 if self._away else want, rank)
        self._task = None
        now = self._time()
        if granted is None:
            self._note_away(now)
        else:
            if self._away:
                self._pacer.away, self._away, self._ask_at = False, 0.0, now
                self._say("Redis is back: its count of tokens decides again")
            if granted:
                self._return_unused()
        self._pump()

    async def _tell(self, client: "Redis", want: int, rank: int) -> int | None:
        """Run the script: report, correct, lease; how many were granted, `None` when Redis is away."""
        from redis.exceptions import RedisError  # noqa: PLC0415  # only who uses it pays for it

        pacer = self._pacer
        back = pacer.held if want == 0 else 0
        done, news = pacer.done, pacer.news
        pacer.done, pacer.news, pacer.held = 0, -1, pacer.held - back
        arguments = (want, rank, pacer.capacity, pacer.refill, pacer.reserve, done, back, news)
        try:
            granted, level, wait = await self._script(keys=[self._key], args=arguments, client=client)
        except (RedisError, OSError, TimeoutError):
            pacer.done += done
            pacer.held += back
            return None
        self._plenty = float(level) > 64 * self._lease
        self._ask_at = self._time() + min(float(wait), 5.0) if not granted else -inf
        pacer.held += int(granted)
        return int(granted)

    def _note_away(self, now: float) -> None:
        if not self._away:
            self._say("Redis is away: each process paces itself by the header until it is back")
        self._pacer.away = True
        self._away = min(_AWAY_LONG, 2 * self._away or _AWAY)
        self._ask_at = now + self._away

    def _return_unused(self) -> None:
        """See to it that tokens nobody needs are not kept from others."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE, self._give_back)

    def _give_back(self) -> None:
        if self._pacer.held and self._task is None and self._client is not None and not self._away:
            self._task = asyncio.create_task(self._giving_back(self._client))

    async def _giving_back(self, client: "Redis") -> None:
        await self._tell(client, 0, 1)
        self._task = None
        self._pump()

    def _say(self, reason: str) -> None:
        for listener in self._listeners:
            listener(PoolChanged("", "", None, reason))
