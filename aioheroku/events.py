"""Events, as frozen data: each has the template of the path, never a URL, a header or a body."""

from collections.abc import Callable

from attrs import frozen


@frozen
class Event:
    """The fields that all events share."""

    method: str
    """The HTTP method."""
    path: str
    """The template of the path, such as `/apps/{app}`."""
    label: str | None
    """The caller's label, from `using(label=...)`."""


@frozen
class Sent(Event):
    """A request is about to be sent."""

    attempt: int
    """Number of the attempt, from 1."""


@frozen
class Answered(Event):
    """A response arrived, of any status."""

    status: int
    """The HTTP status."""
    seconds: float
    """Seconds from sending the request to the end of the response."""
    size: int
    """Size of the body in bytes."""
    remaining: int | None
    """Tokens left in the account's pool, if the response says so."""
    request_id: str | None
    """The Request-Id header."""


@frozen
class Waited(Event):
    """A request waited for a token."""

    seconds: float
    """Seconds that it waited."""
    reason: str
    """Why it had to wait."""
    priority: str
    """The priority of the call."""


@frozen
class Retried(Event):
    """A request will be retried."""

    attempt: int
    """Number of the next attempt, from 2."""
    seconds: float
    """Seconds until the next attempt."""
    cause: str
    """The status, or the class of the error, of the last attempt."""


@frozen
class Failed(Event):
    """A call ended with an error."""

    error: str
    """The class of the error, such as `NotFound`."""
    status: int | None
    """The HTTP status, if there was a response."""
    request_id: str | None
    """The Request-Id header, if there was a response."""


@frozen
class Cached(Event):
    """A cached response was used."""

    validated: bool
    """Whether the platform confirmed it with a 304."""


@frozen
class Refreshed(Event):
    """An OAuth access token was refreshed."""


@frozen
class Warned(Event):
    """The platform sent a warning or a deprecation notice; reported once for each text."""

    text: str
    """The text of the warning."""
    warning_id: str | None
    """Its id, if the platform gave one."""


@frozen
class PoolChanged(Event):
    """The pool works differently from now on, for instance without Redis."""

    reason: str
    """What changed, why, and what to do."""


@frozen
class SessionOpened(Event):
    """A log session has begun to be read."""

    session: int
    """Number of the session in its stream, from 1."""


@frozen
class SessionEnded(Event):
    """A log session is not read any more."""

    session: int
    """Number of the session in its stream, from 1."""
    lines: int
    """Lines that it brought first."""
    reason: str
    """Why: `renewed`, `end`, `closed`, or what broke it."""


@frozen
class LogGap(Event):
    """Lines of a log are missing: what a new session began with has none of the lines that came before."""

    after: int
    """Lines that had come before the gap."""


@frozen
class StreamCut(Event):
    """A stream broke."""

    received: int
    """What was handed out by then: lines of a log, bytes of everything else."""
    failures: int
    """Failures in a row."""
    seconds: float
    """Seconds until it is opened again."""
    cause: str
    """The status, or the class of the error."""


@frozen
class StreamResumed(Event):
    """A broken stream goes on."""

    received: int
    """What was handed out before: lines of a log, bytes of everything else."""


@frozen
class TransferProgress(Event):
    """An upload or a download moves on: at most ten times a second, and at its end."""

    what: str
    """What it is, such as `slug` or `source`."""
    sent: int
    """Bytes that were moved so far."""
    total: int | None
    """All bytes, if that is known."""


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
    """An attached one-off dyno has begun."""

    dyno: str
    """Its name, such as `run.1234`."""
    seconds: float
    """Seconds since it was asked for."""


@frozen
class DynoExited(Event):
    """A one-off dyno's command has ended, or the connection to it."""

    dyno: str
    """Its name, such as `run.1234`."""
    status: int | None
    """The command's exit status; `None` if it is unknown."""


@frozen
class Polled(Event):
    """A wait has asked once more."""

    attempt: int
    """How many times it has asked."""
    state: str | None
    """The status or state of what it waits for, if it has one."""
    seconds: float
    """Seconds until it asks again; 0 where it is over."""


Listener = Callable[[Event], None]
"""What `on_event` accepts: a plain callable that takes one event."""
