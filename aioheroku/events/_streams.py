"""Events of streams, one-off dynos, transfers and waits."""

from attrs import frozen

from aioheroku.events._calls import Event


@frozen
class SessionOpened(Event):
    """A log session was opened."""

    session: int
    """Number of the session in its stream, from 1."""


@frozen
class SessionEnded(Event):
    """A log session is no longer read."""

    session: int
    """Number of the session in its stream, from 1."""
    lines: int
    """Lines that it delivered first."""
    reason: str
    """Why: `renewed`, `end`, `closed`, or what broke it."""


@frozen
class LogGap(Event):
    """Lines of a log are missing: the history of a new session has none of the lines delivered before."""

    after: int
    """Lines delivered before the gap."""


@frozen
class StreamCut(Event):
    """A stream broke."""

    received: int
    """What was delivered by then: lines of a log, else bytes."""
    failures: int
    """Consecutive failures."""
    seconds: float
    """Seconds until it is opened again."""
    cause: str
    """The status, or the class of the error."""


@frozen
class StreamResumed(Event):
    """A broken stream was resumed."""

    received: int
    """What was delivered before: lines of a log, else bytes."""


@frozen
class TransferProgress(Event):
    """The progress of an upload or a download: at most ten times a second, and at its end."""

    what: str
    """What it is, such as `slug` or `source`."""
    sent: int
    """Bytes transferred so far."""
    total: int | None
    """The total number of bytes, if known."""


@frozen
class TransferDone(Event):
    """An upload or a download is complete."""

    what: str
    """What it was, such as `slug` or `source`."""
    bytes: int
    """Its size."""
    seconds: float
    """How long it took."""


@frozen
class DynoStarted(Event):
    """An attached one-off dyno has started."""

    dyno: str
    """Its name, such as `run.1234`."""
    seconds: float
    """Seconds since it was requested."""


@frozen
class DynoExited(Event):
    """A one-off dyno's command has ended, or the connection to it."""

    dyno: str
    """Its name, such as `run.1234`."""
    status: int | None
    """The command's exit status; `None` if it is unknown."""


@frozen
class Polled(Event):
    """A wait has polled once more."""

    attempt: int
    """How many times it has polled."""
    state: str | None
    """The status or state of what it waits for, if it has one."""
    seconds: float
    """Seconds until the next poll; 0 if this was the last one."""
