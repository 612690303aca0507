"""Which lines of a log are requested, and counts of them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import define, frozen

from aioheroku import _options
from aioheroku._streams.lines import LogLine
from aioheroku._streams.repeats import HISTORY
from aioheroku.errors import InvalidRequest

_SECOND: Final = timedelta(seconds=1)
"""The resolution of the time at which a log session was created."""
_SKEW: Final = timedelta(minutes=10)


@define(eq=False)
class LogStats:
    """What a stream of logs has done so far."""

    sessions: int = 0
    """Log sessions that were opened."""
    lines: int = 0
    """Lines that arrived and matched."""
    repeats: int = 0
    """Lines that another session delivered again; they were left out."""
    gaps: int = 0
    """How often lines are missing."""
    late: int = 0
    """Lines that were delivered out of order."""
    bytes: int = 0
    """Bytes that were read."""


@frozen
class LineFilter:
    """Which lines are requested."""

    tail: bool
    lines: int
    source: str | None = None
    dyno: str | None = None
    process: str | None = None
    since: datetime | None = None

    def __attrs_post_init__(self) -> None:
        _options.flag(self.tail, "tail")
        _options.whole(self.lines, "lines", least=0, most=HISTORY)
        for name in ("source", "dyno", "process"):
            _options.named(getattr(self, name), name, ", such as 'app' or 'web.1'")
        since: object = self.since
        if since is not None and (not isinstance(since, datetime) or since.tzinfo is None):
            raise InvalidRequest("expected a datetime with a time zone, such as datetime.now(UTC).", "since")

    @property
    def is_filtered(self) -> bool:
        """Whether some lines may not match."""
        return any(value is not None for value in (self.source, self.dyno, self.process, self.since))

    @property
    def requested(self) -> int:
        """Lines of history to request: with a filter all of them: the platform cuts the history before it filters."""
        return HISTORY if self.is_filtered else max(1, self.lines)

    def matches(self, line: LogLine) -> bool:
        """Whether a line is wanted."""
        return (
            (self.source is None or line.source == self.source)
            and (self.dyno is None or _is_of(line.process, self.dyno))
            and (self.process is None or _is_of(line.process, self.process))
            and (self.since is None or line.at is None or line.at >= self.since)
        )


def _is_of(process: str | None, name: str) -> bool:
    """Whether a process is that dyno, or one of that type: `web.1`, and `web-1234abcde-123ab` on Fir."""
    return process is not None and (process == name or process.startswith((f"{name}.", f"{name}-")))


def newest_of(history: list[LogLine], behind: list[LogLine], count: int, made: datetime | None) -> list[LogLine]:
    """The newest `count` lines of a history, and all lines that were written after its session was created.

    Times decide which lines those are, if the time of creation (`made`) is credible: close to the current time, or
    later than some line's. Otherwise its clock may be far ahead, and they are the lines `behind` the history.
    """
    lines = history + behind
    trusted = made if made is not None and _is_credible(made, lines) else None
    is_later = [_is_later(line, trusted, behind=index >= len(history)) for index, line in enumerate(lines)]
    surplus = is_later.count(False) - count
    kept: list[LogLine] = []
    for line, later in zip(lines, is_later, strict=True):
        if later or surplus <= 0:
            kept.append(line)
        surplus -= not later
    return kept


def _is_credible(made: datetime, lines: list[LogLine]) -> bool:
    """Whether the time of a session agrees with this clock or that of its lines."""
    moments = [line.at for line in lines if line.at is not None]
    return abs(datetime.now(UTC) - made) < _SKEW or min(moments, default=made) < made


def _is_later(line: LogLine, made: datetime | None, *, behind: bool) -> bool:
    """Whether a line was written after a session was `made`; that time is exact to the second."""
    if made is None or line.at is None:
        return behind
    return line.at >= (made if behind else made + _SECOND)
