"""The values of streams that users make or get: their times, and what a transfer moved."""

from typing import cast

from attrs import frozen

from aioheroku import _options
from aioheroku.errors import InvalidRequest


@frozen
class StreamTimes:
    """Timeouts of streams, in seconds, and how many consecutive failures end one: streams have no other limits.

    Raises:
        InvalidRequest: a value is not usable; `field` names it.
    """

    connect: float = 10.0
    """Until a connection is established."""
    start: float = 120.0
    """Until an attached one-off dyno has started."""
    idle: float = 60.0
    """Without any byte, heartbeats included, until a log or an output counts as broken."""
    run_idle: float = 3600.0
    """The same for an attached one-off dyno, in both directions."""
    age: float = 840.0
    """After which a log session is renewed: about a minute later it would fall silent."""
    overlap: float = 10.0
    """How long the old log session is still read after a new one has begun."""
    pauses: tuple[float, float] = (0.5, 5.0)
    """The shortest and the longest pause before a broken stream is reopened."""
    failures: int = 5
    """Consecutive failures that end a stream; every received byte resets the count."""

    def __attrs_post_init__(self) -> None:
        for name in ("connect", "start", "idle", "run_idle", "age"):
            _options.number(getattr(self, name), f"times.{name}", above=True)
        _options.number(self.overlap, "times.overlap")
        _options.whole(self.failures, "times.failures")
        pauses(self.pauses, "times.pauses", "(0.5, 5.0)", above=False)


def pauses(given: object, name: str, example: str, *, above: bool = True) -> tuple[float, float]:
    """The shortest and the longest pause, checked; the shortest is above 0, or 0 is allowed too."""
    if not isinstance(given, tuple) or len(cast("tuple[object, ...]", given)) != 2:
        raise InvalidRequest(f"expected the shortest and the longest pause, such as {example}.", name)
    first, second = cast("tuple[object, object]", given)
    shortest = _options.number(first, f"{name}[0]", above=above)
    return shortest, _options.number(second, f"{name}[1]", least=shortest)


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
