"""The platform's time."""

import time
from collections.abc import Callable

from attrs import define

_EPOCH_LIKE = 1e9  # a clock below this counts from somewhere else than 1970


@define(init=False, eq=False)
class Clock:
    """Seconds of a source, which may be virtual, plus the time that a test has let pass.

    A source that does not count from 1970 is taken as seconds since the platform began, which is now.
    """

    _source: Callable[[], float]
    _offset: float
    _advanced: float

    def __init__(self, source: Callable[[], float] | None) -> None:
        self._source = source or time.time
        began = self._source()
        self._offset = 0.0 if began >= _EPOCH_LIKE else time.time() - began
        self._advanced = 0.0

    def seconds(self) -> float:
        """Seconds that token buckets count."""
        return self._source() + self._advanced

    def now(self) -> float:
        """Seconds since 1970."""
        return self.seconds() + self._offset

    def advance(self, seconds: float) -> None:
        """Let this much time pass at once; ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("time passes in one direction: seconds must not be negative")
        self._advanced += seconds
