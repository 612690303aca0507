"""The token pool of an account for many processes and machines, in the extra `redis`."""

from aioheroku._ratelimit.redis.pool import RedisPool

__all__ = ["RedisPool"]
