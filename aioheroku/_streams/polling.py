"""Polling: repeats a call until a condition holds."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from attrs import define

from aioheroku import _options
from aioheroku._api.endpoint import Resource
from aioheroku._pagination import Pages
from aioheroku.errors import (
    APIError,
    ConnectionFailed,
    RateLimited,
    ServerError,
    WaitFailed,
    WaitTimeout,
)

if TYPE_CHECKING:
    from aioheroku._api.reading import Caller

T = TypeVar("T")
Call = Callable[..., Awaitable[T]]

_GROWTH: Final = 1.5
_FAILURES: Final = 5
"""Consecutive failures of the network or the platform, each after the session's own retries, that end a wait."""


@define(eq=False)
class Poll(Generic[T]):
    """Repeats a call until a condition holds for its response."""

    call: Callable[[], Any]
    until: Callable[[T], object]
    failed: Callable[[T], object] | None
    missing: Collection[int]
    pauses: tuple[float, float]
    last: T | None = None
    """The last response."""
    attempts: int = 0
    _failures: int = 0

    def __attrs_post_init__(self) -> None:
        _options.callback(self.until, "until")
        _options.callback(self.failed, "failed")

    async def until_so(self, timeout: float | None, tokens: int | None, report: Callable[..., None]) -> T:
        """Poll until the condition holds.

        Raises:
            WaitFailed: the condition will never hold.
            WaitTimeout: the time is over, or the tokens are used up.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        pause, longest = self.pauses
        limit = asyncio.timeout(timeout)
        try:
            async with limit:
                while True:
                    is_so = await self._once()
                    report(self.attempts, state_of(self.last), 0.0 if is_so else pause)
                    if is_so:
                        return cast("T", self.last)
                    if tokens is not None and self.attempts >= tokens:
                        break
                    await asyncio.sleep(pause)
                    pause = min(longest, pause * _GROWTH)
        except TimeoutError:
            if not limit.expired():
                raise
        raise WaitTimeout(self.last, loop.time() - began)

    async def _once(self) -> bool:
        """Whether the condition holds now; a 404 and transient errors are not raised."""
        self.attempts += 1
        try:
            found: T = await _all(self.call())
        except (APIError, ConnectionFailed) as error:
            if isinstance(error, APIError) and error.status in self.missing:
                self._failures = 0
                return False
            self._failures += 1
            if not _may_pass(error) or self._failures >= _FAILURES:
                raise
            return False
        self.last, self._failures = found, 0
        if self.until(found):
            return True
        if self.failed is not None and self.failed(found):
            raise WaitFailed(found)
        return False


def _may_pass(error: APIError | ConnectionFailed) -> bool:
    """Whether an error is transient."""
    return not error.permanent if isinstance(error, ConnectionFailed) else isinstance(error, ServerError | RateLimited)


def rebound(call: Call[T], caller: "Caller") -> Call[T]:
    """A method of a resource bound to a view of low priority; any other callable is unchanged."""
    owner = getattr(call, "__self__", None)
    if isinstance(owner, Resource) and owner.caller.options.priority == "normal":
        return cast("Call[T]", getattr(type(owner)(caller), call.__name__))
    return call


def state_of(found: object) -> str | None:
    """The status or the state of a response, if it has one."""
    state = getattr(found, "status", None) or getattr(found, "state", None)
    return str(state) if state else None


async def _all(found: Any) -> Any:
    """A response, or all items of a list."""
    if isinstance(found, Pages):
        return await cast("Pages[object]", found).all()
    return await found if inspect.isawaitable(found) else found
