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

from aioheroku._clock import aware
from aioheroku.errors import READS, APIError, DecodeError, whole_number

_EPOCH_SECONDS = 10**9
"""A Retry-After above this is an epoch second, not a delay: version 2 of the API sent those."""

_REMAINING: Final = istr("RateLimit-Remaining")
"""An `istr`, which a case-insensitive mapping finds fastest."""

Priority = Literal["interactive", "normal", "batch"]
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)
"""The priorities, the most urgent first."""

IDEMPOTENT: Final = READS | {"PUT"}
"""The verbs that are idempotent whatever they are sent to; a declaration may say so of its PATCH or DELETE."""

RATE_LIMITS: Final = "/account/rate-limits"
"""The endpoint that reports the tokens left, and takes none."""


@frozen
class Options:
    """The options of a call; `Heroku.using` makes views with other options."""

    timeout: float | None = None
    """Timeout of the whole call in seconds, waits and retries included."""
    priority: Priority = "normal"
    """Which calls go first when tokens are scarce."""
    max_wait: float | None = None
    """Maximum seconds that the call may wait for the token pool."""
    label: str | None = None
    """A name for events and for the count of tokens used."""
    dry_run: bool = False
    """Whether writes are refused with `DryRun`, which shows them."""


# Each call makes these. A Struct and its attempt take 0.25 us; a frozen class of attrs takes 2.6 us.


class Attempt(Struct, eq=False):
    """The state of a call's current attempt: the only mutable part of a request.

    The retry middleware owns it. `TotalTimeout` sets the deadline, the pool adds its waits, the transport marks that a
    byte was sent, and what sends a request again with other credentials or a code calls `refused` and `next`.
    """

    number: int = 1
    """Number of the attempt, counted from 1."""
    sent: bool = False
    """Whether a byte of this attempt has been sent: set by the transport."""
    uncertain: int = 0
    """Earlier attempts whose outcome is unknown: cut off, timed out, 5xx."""
    waited: float = 0.0
    """Seconds waited so far, for tokens and between attempts; `Options.max_wait` bounds them."""
    deadline: float | None = None
    """When `Options.timeout` expires, in the event loop's time; set by `TotalTimeout`. No wait goes beyond it."""

    @property
    def perhaps_executed(self) -> bool:
        """Whether the platform may have executed the request by now."""
        return self.sent or self.uncertain > 0

    def refused(self) -> None:
        """The platform rejected this attempt without executing it."""
        self.sent = False

    def next(self) -> None:
        """Start another attempt."""
        self.number += 1
        self.sent = False


class Request(Struct, frozen=True, eq=False):
    """One frozen request. A middleware that needs a different request makes a copy: see `with_headers`."""

    method: str
    url: URL
    path: str
    """The template of the declaration, such as `/apps/{app}`."""
    headers: Mapping[str, str]
    body: bytes | None = None
    options: Options = Options()
    idempotent: bool = False
    """Whether the request is idempotent: executing it twice has the same effect as executing it once."""
    metered: bool = True
    """Whether it takes a token from the account's pool."""
    reads: bool = False
    """Whether the request changes nothing although its method is not GET."""
    operation: str = ""
    """The method that makes it, such as `apps.info`; empty for a path that no resource declares."""
    attempt: Attempt = field(default_factory=Attempt)

    def with_headers(self, headers: Mapping[str, str]) -> "Request":
        """A copy with other headers, which belongs to the same call."""
        return replace(self, headers=headers)

    def with_body(self, body: bytes, headers: Mapping[str, str]) -> "Request":
        """A copy with another body and its headers."""
        return replace(self, body=body, headers=headers)

    def with_url(self, url: URL) -> "Request":
        """A copy that goes to another URL."""
        return replace(self, url=url)

    def new_call(self, headers: Mapping[str, str]) -> "Request":
        """A copy with other headers, which is a call of its own."""
        return replace(self, headers=headers, attempt=Attempt())

    @property
    def changes_nothing(self) -> bool:
        """Whether it is a read, whatever its method is."""
        return self.reads or self.method in READS

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: the URL, the headers and the body hold secrets."""
        names = ("method", "path", "options", "idempotent", "metered", "attempt")
        return [(name, getattr(self, name)) for name in names]

    def __repr__(self) -> str:
        return _shown(self)


class Response(Struct, eq=False):
    """One complete response, with case-insensitive headers."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    method: str = ""
    path: str = ""
    reads: bool = False
    """Whether the request changed nothing although its method is not GET."""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What may be shown: the headers and the body hold secrets."""
        return [("status", self.status), ("method", self.method), ("path", self.path)]

    def __repr__(self) -> str:
        return _shown(self)

    def with_attributes(self, more: Mapping[str, Any]) -> "Response":
        """A copy with more attributes in its body, if that is an object."""
        with suppress(DecodeError):
            if isinstance(body := self.json(), dict):
                return replace(self, body=json.dumps({**body, **more}).encode())
        return self

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return self.status // 100 == 2

    def json(self) -> Any:
        """The body as JSON data; `None` if it is empty.

        Raises:
            DecodeError: the body is not JSON.
        """
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            reason = f"not JSON: {error}"
            where = self.status, self.method, self.path, self.request_id
            raise DecodeError("body", reason, *where, reads=self.reads) from None

    @property
    def is_empty(self) -> bool:
        """Whether the body is empty: no bytes, white space, `{}`, `[]`, `null`."""
        with suppress(DecodeError):
            return self.json() in (None, {}, [])
        return False

    @property
    def request_id(self) -> str | None:
        """The raw Request-Id header: one id or several, separated by commas."""
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
        """The tokens left in the account's pool; `None` if the response does not report them."""
        return whole_number(self.headers.get(_REMAINING))

    @property
    def date(self) -> datetime | None:
        """The platform's time: its `Date` header, against which other dates in the response are measured."""
        return _moment(self.headers.get("Date", ""))

    @property
    def rejected(self) -> bool:
        """Whether the request was rejected before any work was done: a 429, or a 503 that says when to retry."""
        return self.status == 429 or (self.status == 503 and self.retry_after(0.0) is not None)

    def retry_after(self, wall: float) -> float | None:
        """Seconds to wait according to the Retry-After header: a delay, a date or an epoch second.

        A date or epoch second is compared with the response's own `Date`: the local clock may be wrong.

        Args:
            wall: the present time in seconds since the epoch, for a response without a `Date`.
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
    """An HTTP date; without a zone it is in UTC."""
    try:
        return aware(parsedate_to_datetime(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _uuid_or_text(part: str) -> UUID | str:
    try:
        return UUID(part)
    except ValueError:
        return part


def error_from(request: Request, response: Response, credentials: str | None = None) -> APIError:
    """The error for an unsuccessful response; its advice depends on the kind of credentials."""
    from aioheroku.errors._quoted import without_secrets  # noqa: PLC0415 - most calls succeed

    return APIError.from_response(
        response.status,
        response.headers,
        without_secrets(response.body, request.body, request.path, request.headers.get("Authorization", "")),
        method=request.method,
        path=request.path,
        conditional="If-Match" in request.headers,
        uncertain=request.attempt.uncertain,
        seconds=response.retry_after(time.time()),
        credentials=credentials,
        operation=request.operation,
        reads=request.reads,
    )


Send = Callable[[Request], Awaitable[Response]]
"""Sends a request: implemented by the transport and by every middleware, which wraps another one."""
Middleware = Callable[[Send], Send]
"""Wraps a `Send`: a middleware class whose arguments after `send` are already bound."""


def compose(send: Send, middlewares: Iterable[Middleware]) -> Send:
    """Wrap `send` in all middlewares: a request passes through them from the first to the last."""
    for middleware in reversed(tuple(middlewares)):
        send = middleware(send)
    return send
