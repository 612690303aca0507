"""Client-side rate limiting for one account: `Pool`, and what it is made of."""

from aioheroku._ratelimit.pool import Pool
from aioheroku._ratelimit.snapshot import PoolSnapshot

__all__ = ["Pool", "PoolSnapshot"]
