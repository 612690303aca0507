"""What all events have, and those of calls, tokens and the pool."""

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
