"""Errors of calls that got no complete response: what is known of them is whether they were sent."""

from typing import ClassVar

from attrs import define, field

from aioheroku.errors._base import HerokuError, foreign, reads, shown


def _outcome(method: str, sent: bool) -> str:
    if not sent:
        return "Nothing was sent: it is safe to repeat."
    if reads(method):
        return "It only reads: it is safe to repeat."
    return "It may have been executed: look before you repeat it."


@define(slots=False)
class SessionClosed(HerokuError):
    """The session is closed, or was closed while the call was under way: `sent` says whether it had left by then."""

    sent: bool = False
    method: str = field(default="", repr=shown)
    path: str = field(default="", repr=shown)

    def _summary(self) -> str:
        if not self.sent:
            return "The session is closed: nothing was sent."
        where = foreign(f"{self.method} {self.path}").strip()
        return f"{where or 'A call'}: the session was closed while it was under way."

    def _advice(self) -> str:
        if not self.sent:
            return "Make the call inside `async with Heroku(...)`."
        return _outcome(self.method, self.sent)


@define(slots=False)
class ConnectionFailed(HerokuError):
    """There is no complete response. With `sent` the platform may have executed the request.

    `path` is the template of the endpoint (`/apps/{app}`), never the URL.
    """

    remedy: ClassVar[str] = ""

    message: str = field(default="The connection failed.", repr=shown)
    method: str = field(default="", repr=shown)
    path: str = field(default="", repr=shown)
    sent: bool = True

    def _summary(self) -> str:
        where = foreign(f"{self.method} {self.path}").strip()
        return f"{where}: {foreign(self.message)}" if where else foreign(self.message)

    def _advice(self) -> str:
        return f"{_outcome(self.method, self.sent)} {self.remedy}".rstrip()


@define(slots=False)
class ConnectError(ConnectionFailed):
    """No connection came about: refused, unknown host, or TLS failed."""

    remedy = "Check base_url, the network and the proxy."

    sent: bool = False


@define(slots=False)
class ConnectTimeout(ConnectionFailed):
    """No connection came about within the seconds allowed."""

    remedy = "Check base_url, the network and the proxy, or allow more with Timeout(connect=...)."

    sent: bool = False


class ReadTimeout(ConnectionFailed):
    """The complete response did not arrive within the seconds allowed."""

    remedy = "Allow more with using(timeout=...) for a call, or Timeout(attempt=...) for each attempt."


class ConnectionLost(ConnectionFailed):
    """The connection broke before the complete response had arrived."""


class AnswerTooLarge(ConnectionFailed):
    """The response is larger than the session accepts."""

    remedy = "Ask for less at a time, as with Range(..., max=...) of a list."
