"""RedisPool: the token pool of an account for many processes and machines, in the extra `redis`."""

from hashlib import sha256
from importlib.util import find_spec
from types import TracebackType
from typing import Self

from aioheroku._clock import Clock
from aioheroku._options import number, whole
from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.backend import LocalBackend
from aioheroku._ratelimit.redis.backend import RedisBackend
from aioheroku._ratelimit.redis.store import Store
from aioheroku.errors import InvalidRequest


class RedisPool(Pool):
    """One account's tokens for any number of processes and machines, exact by Redis' own clock.

    Tokens are leased some at a time, with the priorities and the reserve of `Pool`, and the platform's header corrects
    the shared count as it does the local one. While Redis is away each process paces itself by the header, as `Pool`
    does; `PoolChanged` reports both. A session does not close the pool it was given: use `async with` or `close`.

    Args:
        url: where Redis is, such as `redis://localhost:6379/0`, `rediss://...` or `unix:///run/redis.sock`.
        account: a name of the account, the same in every process; only its digest is sent to Redis.
        capacity: tokens that the account's pool holds, as far as you know; the platform's header corrects it.
        refill_per_hour: tokens that come back in an hour; likewise.
        reserve: tokens that only interactive calls may use.
        lease: tokens to take ahead of need while there are plenty; 1 takes none ahead.
        patience: seconds that Redis may take to reply before it counts as away.
        clock: the time to go by, for tests.

    Raises:
        InvalidRequest: a value that cannot be, or the extra is not installed; `field` names it.
    """

    def __init__(
        self,
        url: str,
        *,
        account: str,
        capacity: int = 4500,
        refill_per_hour: float = 4500,
        reserve: int = 0,
        lease: int = 32,
        patience: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        local = LocalBackend(capacity, refill_per_hour, reserve)
        if not isinstance(account, str) or not account:
            raise InvalidRequest("expected a string that names the account.", "account")
        whole(lease, "lease")
        number(patience, "patience", above=True)
        if find_spec("redis") is None:
            raise InvalidRequest("it needs the extra: pip install 'aioheroku[redis]'.", "pool")
        Store(url, patience)  # a URL that cannot be is an error now
        key = f"aioheroku:pool:{sha256(account.encode()).hexdigest()[:32]}"
        self._redis = RedisBackend(local, key, lambda: Store(url, patience), lease)
        super().__init__(capacity, refill_per_hour, reserve=reserve, clock=clock, backend=self._redis)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give back what was leased and close the connection to Redis. A later request opens it again."""
        await self._redis.close()
