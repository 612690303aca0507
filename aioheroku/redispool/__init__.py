"""The token pool of an account for many processes and machines, in the extra `redis`."""

from aioheroku.redispool.pool import RedisPool

__all__ = ["RedisPool"]
