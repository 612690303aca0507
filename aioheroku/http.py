"""Request, Response, and `Send`: the one call that the world is wide."""

import json
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from uuid import UUID

from attrs import define, field, frozen
from multidict import istr
from yarl import URL

from aioheroku.errors import DecodeError, whole_number

_EPOCH_SECONDS = 10**9
"""A Retry-After above this is a moment, not a delay: the second API of 2012 sent it so."""

_REMAINING: Final = istr("RateLimit-Remaining")
"""In the form in which a mapping that ignores case finds it fastest."""

Priority = Literal["interactive", "normal", "batch"]


@frozen
class Options:
    """How a call is to be carried out; `Heroku.using` makes views with other options."""

    timeout: float | None = None
    """Seconds for the whole call, waits and repetitions included."""
    priority: Priority = "normal"
    """Who goes first when tokens are short."""
    max_wait: float | None = None
    """Seconds that the call may wait for the token pool at most."""
    label: str | None = None
    """A name for events and for the count of tokens used."""


@define(eq=False)
class Request:
    """One request, ready to send. `path` is the template of the declaration."""

    method: str
    url: URL = field(repr=False)
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    options: Options = Options()
    repeatable: bool = False
    """Whether executing it twice is the same as executing it once."""
    metered: bool = True
    """Whether it takes a token from the account's pool."""
    sent: bool = False
    """Whether the platform may have executed it by now."""
    unsettled: int = 0
    """Attempts that the platform may have executed without saying so: cut off, timed out, answered with a 5xx."""
    attempt: int = 1
    """Which attempt this is, counted from 1."""
    waited: float = 0.0
    """Seconds waited for the token pool, all attempts together; `Options.max_wait` bounds them."""

    def again(self, headers: Mapping[str, str] | None = None) -> None:
        """The last attempt was refused and so not executed: count the next one, with other headers where given."""
        self.attempt += 1
        self.sent = self.unsettled > 0
        if headers is not None:
            self.headers = headers


@define(eq=False)
class Response:
    """One complete answer. Its headers are a mapping that ignores case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    method: str = ""
    path: str = ""

    def json(self) -> Any:
        """The body as JSON data; `None` where it is empty.

        Raises:
            DecodeError: the body is no JSON.
        """
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            reason = f"not JSON: {error}"
            raise DecodeError("body", reason, self.status, self.method, self.path, self.request_id) from None

    @property
    def request_id(self) -> str | None:
        """The raw Request-Id header: one id or several, parted by commas."""
        return self.headers.get("Request-Id")

    @property
    def request_ids(self) -> list[UUID | str]:
        """The ids of the Request-Id header one by one, UUIDs where they are."""
        parts = (part.strip() for part in (self.request_id or "").split(","))
        return [_uuid_or_text(part) for part in parts if part]

    @property
    def etag(self) -> str | None:
        """The validator for `using(if_match=...)`."""
        return self.headers.get("ETag")

    @property
    def next_range(self) -> str | None:
        """The range of the list's next page."""
        return self.headers.get("Next-Range")

    @property
    def remaining(self) -> int | None:
        """The tokens left in the account's pool, where the answer tells."""
        return whole_number(self.headers.get(_REMAINING))

    def retry_after(self, wall: float) -> float | None:
        """Seconds to wait as the Retry-After header asks: given as a delay, a date or an epoch second.

        Args:
            wall: the present moment in seconds since the epoch.
        """
        value = self.headers.get("Retry-After", "").strip()
        if (number := whole_number(value)) is not None:
            return max(0.0, number - wall) if number > _EPOCH_SECONDS else float(number)
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - wall)
        except (ValueError, OverflowError):
            return None


def _uuid_or_text(part: str) -> UUID | str:
    try:
        return UUID(part)
    except ValueError:
        return part


Send = Callable[[Request], Awaitable[Response]]
"""Everything below the declarations: cache, retry, pool and transport are wrappers of it."""
