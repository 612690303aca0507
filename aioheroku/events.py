"""What happened, as frozen data: every event names the route's template, never a URL, a header or a body."""

from collections.abc import Callable

from attrs import frozen


@frozen
class Event:
    """What all events share: the verb, the template of the path (`/apps/{app}`) and the caller's label."""

    method: str
    path: str
    label: str | None


@frozen
class Sent(Event):
    """A request is about to leave; `attempt` counts from 1."""

    attempt: int


@frozen
class Answered(Event):
    """An answer arrived, of any status; `seconds` is how long it took, `remaining` the account's tokens."""

    status: int
    seconds: float
    size: int
    remaining: int | None
    request_id: str | None


@frozen
class Waited(Event):
    """A request waited for the token pool: `seconds` long, for `reason`."""

    seconds: float
    reason: str
    priority: str


@frozen
class Retried(Event):
    """A request will be repeated as attempt number `attempt` after `seconds`, because of `cause`."""

    attempt: int
    seconds: float
    cause: str


@frozen
class Failed(Event):
    """A call ended with an error of the class `error`."""

    error: str
    status: int | None
    request_id: str | None


@frozen
class Cached(Event):
    """An answer came from the cache, after the platform said 304 (`validated`) or without asking it."""

    validated: bool


@frozen
class Refreshed(Event):
    """An OAuth access token was renewed."""


@frozen
class Warned(Event):
    """The platform sent a warning or a notice of deprecation; told once for each distinct text."""

    text: str
    warning_id: str | None


@frozen
class PoolChanged(Event):
    """The pool works differently from now on, such as without Redis; `reason` says how and why."""

    reason: str


Listener = Callable[[Event], None]
"""A plain callable that takes one event."""
