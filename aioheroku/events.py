"""Events as frozen objects: each names the route's template, never a URL, a header or a body."""

from collections.abc import Callable

from attrs import frozen


@frozen
class Event:
    """Base of all events: the HTTP method, the template of the path (`/apps/{app}`) and the caller's label."""

    method: str
    path: str
    label: str | None


@frozen
class Sent(Event):
    """A request is about to be sent; `attempt` counts from 1."""

    attempt: int


@frozen
class Answered(Event):
    """A response of any status arrived; `seconds` is how long it took, `remaining` the account's balance of tokens."""

    status: int
    seconds: float
    size: int
    remaining: int | None
    request_id: str | None


@frozen
class Waited(Event):
    """A request waited `seconds` for the token pool, because of `reason`."""

    seconds: float
    reason: str
    priority: str


@frozen
class Retried(Event):
    """A request will be retried as attempt number `attempt` after `seconds`, because of `cause`."""

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
    """A response came from the cache; `validated` if the platform confirmed it with a 304."""

    validated: bool


@frozen
class Refreshed(Event):
    """An OAuth access token was renewed."""


@frozen
class Warned(Event):
    """The platform sent a warning or a deprecation notice; emitted once per distinct text."""

    text: str
    warning_id: str | None


@frozen
class PoolChanged(Event):
    """The pool changed its mode of operation, for instance because Redis is unavailable; `reason` says how and why."""

    reason: str


Listener = Callable[[Event], None]
"""A plain callable that takes one event."""
