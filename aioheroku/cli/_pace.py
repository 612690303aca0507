"""How long the rest of a command's work takes: by the tokens that it gets, not by those that it might get."""

from collections import deque
from statistics import median
from typing import Final, NamedTuple

from attrs import define, field

from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.rule import PLENTY, RICH

_MINUTE: Final = 60.0
"""It measures whole minutes, since the refill may come in a step each minute."""
_MOST: Final = 3
"""The maximum number of them."""
_ENDS: Final = (0.0, 20.0, 40.0)
"""Seconds before now at which they end: the median counts, since one of them may have a step too many or too few."""

_PART: Final = 1 / 40
"""The least share of the refill at which a measurement is believed."""
_PART_AT_FIRST: Final = 0.4
"""The same while there are plenty of tokens: others may take these at once, but not for long."""


class _Reading(NamedTuple):
    """The pool just after a request."""

    at: float
    used: int
    level: float


@define(eq=False)
class Pace:
    """What an account leaves for us, measured while the work is in progress.

    Tokens taken and the rise of the level together are what comes back less what others take. `Pool.eta` goes by what
    the pool knew before it began: others show in it only after some minutes, and beside a full pool not at all.
    """

    pool: Pool
    _readings: deque[_Reading] = field(factory=deque[_Reading], init=False)
    _short: bool = field(default=False, init=False)
    _used: int = field(default=-1, init=False)

    def look(self, now: float) -> None:
        """Read the pool; to be called each second or more often."""
        snapshot = self.pool.snapshot()
        if snapshot.used == self._used:  # the level would be an estimate
            return
        first, self._used = self._used < 0, snapshot.used
        if first:
            return
        level = snapshot.remaining + snapshot.in_flight / 2  # about half of these have been charged already
        if level < PLENTY if not self._short else level >= RICH:  # from now on it goes by another measure
            self._short = not self._short
            self._readings.clear()
        if self._short and snapshot.in_flight > 1:  # some of these have been charged already
            return
        self._readings.append(_Reading(now, snapshot.used, level))
        while len(self._readings) > 1 and now - self._readings[1].at > _MOST * _MINUTE + _ENDS[-1]:
            self._readings.popleft()

    def wait(self, tokens: int) -> float:
        """Seconds until that many tokens more have been taken, as far as tokens are what it waits for."""
        snapshot = self.pool.snapshot()
        estimated = self.pool.eta(max(0, tokens - snapshot.waiting))  # these are counted by `eta`, too
        rate, refill = self._rate(), snapshot.refill / 3600
        if rate < refill * (_PART if self._short else _PART_AT_FIRST):
            return estimated
        at_once = 0 if self._short else snapshot.remaining - PLENTY
        return max(0.0, (tokens - at_once) / rate)

    def _rate(self) -> float:
        """Tokens a second that are left for us; 0.0 while that is not known."""
        rates = [rate for ago in _ENDS if (rate := self._rate_until(ago)) is not None]
        return median(rates) if rates else 0.0

    def _rate_until(self, ago: float) -> float | None:
        """The rate of the minutes that ended this many seconds before the last reading; `None` if there are none."""
        readings = self._readings
        last = next((one for one in reversed(readings) if one.at <= readings[-1].at - ago), None)
        if last is None or (minutes := min(_MOST, (last.at - readings[0].at) // _MINUTE)) < 1:
            return None
        first = min(readings, key=lambda one: abs(last.at - one.at - minutes * _MINUTE))
        return (last.used - first.used + last.level - first.level) / (last.at - first.at)

    @property
    def waits(self) -> bool:
        """Whether tokens are what it waits for."""
        return self._short and self.pool.snapshot().waiting > 0
