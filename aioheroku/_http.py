"""Request, Attempt, Response, and `Send`: the interface that the transport and every middleware implement."""

import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

from attrs import frozen
from msgspec import Struct, field
from msgspec.structs import replace
from multidict import istr
from yarl import URL

from aioheroku.errors import READS, APIError, DecodeError, whole_number

_EPOCH_SECONDS = 10**9
"""A Retry-After above this is a moment, not a delay: the second API of 2012 sent it so."""

_REMAINING: Final = istr("RateLimit-Remaining")
"""In the form in which a mapping that ignores case finds it fastest."""

Priority = Literal["interactive", "normal", "batch"]
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)
"""The priorities, the most urgent first."""

IDEMPOTENT: Final = READS | {"PUT"}
"""The verbs that are idempotent whatever they are sent to; a declaration may say so of its PATCH or DELETE."""

RATE_LIMITS: Final = "/account/rate-limits"
"""The endpoint that takes no token: how many are left."""


@frozen
class Options:
    """How a call is to be carried out; `Heroku.using` makes views with other options."""

    timeout: float | None = None
    """Seconds for the whole call, waits and retries included."""
    priority: Priority = "normal"
    """Who goes first when tokens are short."""
    max_wait: float | None = None
    """Seconds that the call may wait for the token pool at most."""
    label: str | None = None
    """A name for events and for the count of tokens used."""


# Each call makes these. A Struct and its attempt take 0.25 us; a frozen class of attrs takes 2.6 us.


class Attempt(Struct, eq=False):
    """What changes while a call is under way: the only part of a request that does.

    The retry middleware owns it. Besides it the pool adds what it waited, and the transport marks that a byte left.
    """

    number: int = 1
    """Which attempt this is, counted from 1."""
    sent: bool = False
    """Whether a byte of this attempt has left this machine: set by the transport."""
    uncertain: int = 0
    """Earlier attempts whose outcome is unknown: cut off, timed out, 5xx."""
    waited: float = 0.0
    """Seconds waited so far, for tokens and between attempts; `Options.max_wait` bounds them."""
    deadline: float | None = None
    """When `Options.timeout` ends the call, in the loop's time, set by `TotalTimeout`: no longer wait is begun."""

    @property
    def perhaps_executed(self) -> bool:
        """Whether the platform may have executed the request by now."""
        return self.sent or self.uncertain > 0

    def refused(self) -> None:
        """The platform has said that it did not execute this attempt."""
        self.sent = False

    def next(self) -> None:
        """Begin another attempt."""
        self.number += 1
        self.sent = False


class Request(Struct, frozen=True, eq=False):
    """One request, ready to send; frozen. A middleware that needs another one makes it: see `with_headers`."""

    method: str
    url: URL
    path: str
    """The template of the declaration, such as `/apps/{app}`."""
    headers: Mapping[str, str]
    body: bytes | None = None
    options: Options = Options()
    idempotent: bool = False
    """Whether the request is idempotent: executed twice it does what it does when executed once."""
    metered: bool = True
    """Whether it takes a token from the account's pool."""
    attempt: Attempt = field(default_factory=Attempt)

    def with_headers(self, headers: Mapping[str, str]) -> "Request":
        """The same request, of the same call, with other headers."""
        return replace(self, headers=headers)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: the URL, the headers and the body hold secrets."""
        names = ("method", "path", "options", "idempotent", "metered", "attempt")
        return [(name, getattr(self, name)) for name in names]

    def __repr__(self) -> str:
        return _shown(self)


class Response(Struct, eq=False):
    """One complete response. Its headers are a mapping that ignores case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    method: str = ""
    path: str = ""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: the headers and the body hold secrets."""
        return [("status", self.status), ("method", self.method), ("path", self.path)]

    def __repr__(self) -> str:
        return _shown(self)

    @property
    def is_success(self) -> bool:
        """Whether the platform did what it was asked to: any 2xx."""
        return self.status // 100 == 2

    def json(self) -> Any:
        """The body as JSON data; `None` where it is empty.

        Raises:
            DecodeError: the body is not JSON.
        """
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            reason = f"not JSON: {error}"
            raise DecodeError("body", reason, self.status, self.method, self.path, self.request_id) from None

    @property
    def is_empty(self) -> bool:
        """Whether the body holds nothing: none at all, blanks, `{}`, `[]`, `null`."""
        with suppress(DecodeError):
            return self.json() in (None, {}, [])
        return False

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
        """The tokens left in the account's pool, where the response says so."""
        return whole_number(self.headers.get(_REMAINING))

    @property
    def date(self) -> datetime | None:
        """The platform's present moment, by which others that it names are measured: its `Date` header."""
        return _moment(self.headers.get("Date", ""))

    def retry_after(self, wall: float) -> float | None:
        """Seconds to wait as the Retry-After header asks: given as a delay, a date or an epoch second.

        A date or epoch second is measured by the response's own `Date`: the local clock may be wrong.

        Args:
            wall: the present moment in seconds since the epoch, for a response without a `Date`.
        """
        value = self.headers.get("Retry-After", "").strip()
        if (number := whole_number(value)) is not None:
            if number <= _EPOCH_SECONDS:
                return float(number)
            moment = float(number)
        elif (date := _moment(value)) is not None:
            moment = date.timestamp()
        else:
            return None
        return max(0.0, moment - (wall if (now := self.date) is None else now.timestamp()))


def _shown(record: Request | Response) -> str:
    return f"{type(record).__name__}({', '.join(f'{name}={value!r}' for name, value in record.__rich_repr__())})"


def _moment(text: str) -> datetime | None:
    """A date of HTTP; one that names no zone is in UTC."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _uuid_or_text(part: str) -> UUID | str:
    try:
        return UUID(part)
    except ValueError:
        return part


def error_from(request: Request, response: Response, credentials: str | None = None) -> APIError:
    """The error that a response which is not a success stands for; its advice depends on the kind of credentials."""
    return APIError.from_response(
        response.status,
        response.headers,
        response.body,
        method=request.method,
        path=request.path,
        conditional="If-Match" in request.headers,
        unsettled=request.attempt.uncertain,
        seconds=response.retry_after(time.time()),
        credentials=credentials,
    )


Send = Callable[[Request], Awaitable[Response]]
"""Sends a request. The transport is one, and each middleware is one around another."""
Middleware = Callable[[Send], Send]
"""Wraps a `Send`: a class that takes `send` first, with the rest of its arguments given."""


def compose(send: Send, middlewares: Iterable[Middleware]) -> Send:
    """The `send` inside all middlewares: a request goes through them from the first to the last."""
    for middleware in reversed(tuple(middlewares)):
        send = middleware(send)
    return send
