"""Errors that the client detects: before anything is sent, during the exchange, and in the response."""

from typing import Any, ClassVar

import attrs
from attrs import define

from aioheroku.errors._base import READS, HerokuError, quoted, shown, within


class NotSent(HerokuError):
    """Nothing was sent: no token was taken and nothing was executed."""


@define(slots=False)
class InvalidRequest(NotSent, ValueError):
    """An argument is wrong; `field` names it."""

    message: str = attrs.field(repr=shown)
    field: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class RateLimitExceeded(HerokuError):
    """The account's rate limit rejected the call: in the client (`RateLimitWait`) or on the platform (`RateLimited`).

    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limits>.
    """

    seconds: float | None
    """Seconds after which the call can be retried; `None` if unknown."""


@define(slots=False)
class RateLimitWait(NotSent, RateLimitExceeded):
    """The call would have to wait `seconds` for a token, longer than its `max_wait` or `timeout` allows."""

    seconds: float  # pyright: ignore[reportIncompatibleVariableOverride] - here it is always known

    def _summary(self) -> str:
        return f"Rate limit: this call would wait {self.seconds:.1f} s for a token, longer than it may wait."

    def _advice(self) -> str:
        return "Retry then, or allow more with using(max_wait=..., timeout=...)."


@define(slots=False)
class ReadOnlyError(NotSent):
    """The call would write, but the session was created with `read_only=True`."""

    method: str = attrs.field(default="", repr=shown)
    path: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"{quoted(f'{self.method} {self.path}')}: this session is read-only."

    def _advice(self) -> str:
        return "Use a session that was created without read_only=True."


@define(slots=False)
class DryRun(NotSent):
    """The call would write, but the session, or this view of it, was made with `dry_run=True`.

    `body` is the JSON data that it would send, with `***` in place of what is or may be secret.
    """

    method: str = attrs.field(default="", repr=shown)
    path: str = attrs.field(default="", repr=shown)
    body: Any = attrs.field(default=None, repr=False)

    def _summary(self) -> str:
        return f"{quoted(f'{self.method} {self.path}')}: not sent, this is a dry run."

    def _advice(self) -> str:
        return "Leave out dry_run=True to send it."


def _outcome(reads: bool, sent: bool, permanent: bool = False) -> str:
    if permanent and (not sent or reads):
        return "A retry would fail the same way."
    if not sent:
        return "Nothing was sent: it is safe to retry."
    if reads:
        return "It only reads: it is safe to retry."
    return "It may have been executed: check before you retry."


@define(slots=False)
class SessionClosed(HerokuError):
    """The session is closed, or was closed during the call: `sent` says whether the request had been sent by then."""

    sent: bool = False
    method: str = attrs.field(default="", repr=shown)
    path: str = attrs.field(default="", repr=shown)
    reads: bool = attrs.field(default=False, repr=False)
    """Whether the request changes nothing although its method is not GET."""

    def _summary(self) -> str:
        if not self.sent:
            return "The session is closed: nothing was sent."
        where = quoted(f"{self.method} {self.path}").strip()
        return f"{where or 'A call'}: the session was closed during the call."

    def _advice(self) -> str:
        if not self.sent:
            return "Make the call inside `async with Heroku(...)`."
        return _outcome(self.reads or self.method in READS, self.sent)


@define(slots=False)
class ConnectionFailed(HerokuError):
    """There is no complete response. If `sent`, the platform may have executed the request.

    `path` is the template of the endpoint (`/apps/{app}`), never the URL.
    """

    remedy: ClassVar[str] = ""

    message: str = attrs.field(default="The connection failed.", repr=shown)
    method: str = attrs.field(default="", repr=shown)
    path: str = attrs.field(default="", repr=shown)
    sent: bool = True
    permanent: bool = False
    """Whether a retry would fail in the same way: an untrusted certificate, a response that is too large."""
    reads: bool = attrs.field(default=False, repr=False)
    """Whether the request changes nothing although its method is not GET."""

    def _summary(self) -> str:
        where = quoted(f"{self.method} {self.path}").strip()
        return f"{where}: {quoted(self.message)}" if where else quoted(self.message)

    def _advice(self) -> str:
        reads = self.reads or self.method in READS
        return f"{_outcome(reads, self.sent, self.permanent)} {self.remedy}".rstrip()


@define(slots=False)
class ConnectError(ConnectionFailed):
    """Connecting failed: refused, unknown host, or a TLS error."""

    remedy = "Check base_url, the network and the proxy."
    untrusted: ClassVar[str] = ". If it is yours: Heroku(ssl=context) with a context that trusts it."
    """The end of a message about a certificate that is not trusted."""

    sent: bool = False
    permanent: bool = False
    reads: bool = attrs.field(default=False, repr=False)


@define(slots=False)
class ConnectTimeout(ConnectionFailed):
    """Connecting timed out."""

    remedy = "Check base_url, the network and the proxy, or allow more with Timeout(connect=...)."

    sent: bool = False
    permanent: bool = False
    reads: bool = attrs.field(default=False, repr=False)


class ReadTimeout(ConnectionFailed):
    """The complete response did not arrive in time."""

    remedy = "Allow more with using(timeout=...) for a call, or Timeout(attempt=...) for each attempt."


class ConnectionLost(ConnectionFailed):
    """The connection broke before the complete response had arrived."""


class AnswerTooLarge(ConnectionFailed):
    """The response is larger than the session accepts."""

    remedy = "If it is the body of a list, ask for less at a time: Range(..., max=...)."


@define(slots=False)
class DecodeError(HerokuError):
    """The response does not have the documented form; `path` names the field, such as `App.owner.email`.

    `status` is the status of the response: a write was executed. `template` is the path of the endpoint.
    """

    path: str = attrs.field(repr=shown)
    reason: str = attrs.field(repr=shown)
    status: int | None = None
    method: str = attrs.field(default="", repr=shown)
    template: str = attrs.field(default="", repr=shown)
    request_id: str | None = attrs.field(default=None, repr=shown)
    reads: bool = attrs.field(default=False, repr=False)
    """Whether the request changes nothing although its method is not GET."""

    def _summary(self) -> str:
        text = f"{quoted(self.path)}: {quoted(self.reason)}"
        if self.status is None:
            return text
        where = quoted(f"{self.method} {self.template}")
        return f"{text} ({where} returned {self.status}{within(', request {}', self.request_id)})"

    def _advice(self) -> str:
        if self.status is None:
            return ""
        advice = "`heroku.capture()` collects the raw responses."
        return advice if self.reads or self.method in READS else f"The call was executed. {advice}"


@define(slots=False)
class PagingError(HerokuError):
    """A list cannot be read to its end; `cursor` is the range at which it stopped."""

    message: str = attrs.field(repr=shown)
    cursor: str = attrs.field(default="", repr=shown)
    method: str = attrs.field(default="GET", repr=shown)
    path: str = attrs.field(default="", repr=shown)
    request_id: str | None = attrs.field(default=None, repr=shown)

    def _summary(self) -> str:
        text = f"{quoted(f'{self.method} {self.path}')}: {quoted(self.message)} (range {quoted(self.cursor)!r}"
        lost = "Items before this page are complete; the rest of the list could not be read."
        return f"{text}{within(', request {}', self.request_id)}) {lost}"

    def _advice(self) -> str:
        return "Continue from pages.cursor later, or read the list in another order."
