"""The account's tokens as they are without a word from the server: a leaky bucket of our own."""

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
        self._begun = False
        self._limiter: AsyncLimiter | None = None

    def has_capacity(self) -> bool:
        """Whether `acquire` would return at once."""
        if self._limiter is None:
            return not self._begun or self._capacity > 1
        return self._limiter.has_capacity()

    async def acquire(self) -> None:
        """Take a token, as soon as there is one."""
        if not self._begun:
            self._begun = True
            return
        if self._limiter is None:
            from aiolimiter import AsyncLimiter  # noqa: PLC0415 - see above

            self._limiter = AsyncLimiter(self._capacity, self._seconds)
            await self._limiter.acquire()  # the first one's
        await self._limiter.acquire()
