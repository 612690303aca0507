"""The values of streams that users make or get: their times, and what a transfer moved."""

import attrs
from attrs import frozen

from aioheroku import _options
from aioheroku.errors import InvalidRequest


@frozen
class StreamTimes:
    """Timeouts of streams, in seconds, and their consecutive failures: the only limits of a stream in this library.

    Raises:
        InvalidRequest: a value is not usable; `field` names it.
    """

    connect: float = attrs.field(default=10.0)
    """Until a connection is established."""
    start: float = attrs.field(default=120.0)
    """Until an attached one-off dyno has begun."""
    idle: float = attrs.field(default=60.0)
    """Without any byte, heartbeats included, until a log or an output counts as broken."""
    run_idle: float = attrs.field(default=3600.0)
    """The same for an attached one-off dyno, in both directions."""
    age: float = attrs.field(default=840.0)
    """After which a log session is renewed: about a minute later it would fall silent."""
    overlap: float = attrs.field(default=10.0)
    """How long the old log session is still read after a new one has begun."""
    pauses: tuple[float, float] = attrs.field(default=(0.5, 5.0))
    """The shortest and the longest pause before a broken stream is reopened."""
    failures: int = attrs.field(default=5)
    """Consecutive failures that end a stream; every received byte resets the count."""

    def __attrs_post_init__(self) -> None:
        for name in ("connect", "start", "idle", "run_idle", "age"):
            _options.number(getattr(self, name), f"times.{name}", above=True)
        _options.number(self.overlap, "times.overlap")
        _options.whole(self.failures, "times.failures")
        pauses: object = self.pauses
        if not isinstance(pauses, tuple) or len(pauses) != 2:
            raise InvalidRequest("expected the shortest and the longest pause, such as (0.5, 5.0).", "times.pauses")
        shortest = _options.number(self.pauses[0], "times.pauses[0]")
        _options.number(self.pauses[1], "times.pauses[1]", least=shortest)


@frozen
class Transfer:
    """What an upload or a download has moved."""

    what: str
    """What was transferred, such as `slug` or `source`."""
    bytes: int
    """Its size."""
    sha256: str
    """The SHA-256 of its bytes, in hexadecimal digits."""
    seconds: float
    """How long it took."""
