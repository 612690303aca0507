"""Client-side rate limiting for one account: `Pool`, and what it is made of."""

from aioheroku.pool.pool import Pool
from aioheroku.pool.snapshot import PoolSnapshot

__all__ = ["Pool", "PoolSnapshot"]
