"""The account's tokens as they are without a word from the server: a leaky bucket of our own."""

from asyncio import get_running_loop
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter


class Bucket:
    """An `AsyncLimiter`, made when a second request asks before the server has said anything.

    Importing it reads package metadata, which is half of what a first call costs; and one request fits in any bucket.
    """

    __slots__ = ("_begun", "_capacity", "_limiter", "_seconds")

    def __init__(self, capacity: int, seconds: float) -> None:
        self._capacity = capacity
        self._seconds = seconds
        """In which an empty bucket becomes full."""
        self._begun: float | None = None
        """When the first token was taken."""
        self._limiter: AsyncLimiter | None = None

    def has_capacity(self) -> bool:
        """Whether `acquire` would return at once."""
        if self._limiter is None:
            return self._capacity > 1 or not self._first_is_missing()
        return self._limiter.has_capacity()

    async def acquire(self) -> None:
        """Take a token, as soon as there is one."""
        if self._begun is None:
            self._begun = get_running_loop().time()
            return
        if self._limiter is None:
            from aiolimiter import AsyncLimiter  # noqa: PLC0415 - see above

            self._limiter = AsyncLimiter(self._capacity, self._seconds)
            if self._first_is_missing():
                await self._limiter.acquire()
        await self._limiter.acquire()

    def _first_is_missing(self) -> bool:
        """Whether the first token was taken and has not come back yet."""
        return self._begun is not None and get_running_loop().time() < self._begun + self._seconds / self._capacity
