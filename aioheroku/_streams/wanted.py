"""Which lines of a log are asked for, and what became of them."""

from datetime import datetime

from attrs import define, frozen

from aioheroku import _options
from aioheroku._streams.lines import LogLine
from aioheroku._streams.repeats import HISTORY
from aioheroku.errors import InvalidRequest


@define(eq=False)
class LogStats:
    """What a stream of logs has done so far."""

    sessions: int = 0
    """Log sessions that were opened."""
    lines: int = 0
    """Lines that came and matched."""
    repeats: int = 0
    """Lines that a further session brought once more, and that were left out."""
    gaps: int = 0
    """Times that lines are missing."""
    late: int = 0
    """Lines that came late."""
    bytes: int = 0
    """Bytes that were read."""


@frozen
class Wanted:
    """Which lines are asked for."""

    tail: bool
    lines: int
    source: str | None = None
    dyno: str | None = None
    process: str | None = None
    since: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.tail, bool):
            raise InvalidRequest("expected True or False.", "tail")
        _options.whole(self.lines, "lines", least=0, most=HISTORY)
        for name in ("source", "dyno", "process"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value):
                raise InvalidRequest("expected a name, such as 'app' or 'web.1'.", name)
        since: object = self.since
        if since is not None and (not isinstance(since, datetime) or since.tzinfo is None):
            raise InvalidRequest("expected a datetime with a time zone, such as datetime.now(UTC).", "since")

    @property
    def is_filtered(self) -> bool:
        """Whether not every line matches."""
        return any(value is not None for value in (self.source, self.dyno, self.process, self.since))

    @property
    def asked(self) -> int:
        """Lines of history to ask for: a filter is applied after the history was cut, so then all of it."""
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
