"""What can go wrong on demand.

Each fault is a frozen object that is passed to `Platform.fault`. It may respond in place of the platform (then nothing
is executed and no token is charged), change the platform's response, or both:

    platform.fault(Unavailable(retry_after=2))
    platform.fault(Reset(executed=True), method="POST", path="/apps")
    platform.fault(Latency(0.5, 2.0), times=None, probability=0.1)
"""

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from attrs import evolve, field, frozen

from aioheroku.testing._dates import RetryForm, retry_after
from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.range_header import LARGEST
from aioheroku.testing._http.response import Response, dump
from aioheroku.testing._http.service import Service

__all__ = [
    "Answer",
    "Drained",
    "EmptyPage",
    "Fault",
    "Garbage",
    "HtmlPage",
    "Latency",
    "RawRequest",
    "Redirect",
    "RepeatedRange",
    "Reset",
    "Response",
    "ServerError",
    "Service",
    "TooMany",
    "Truncated",
    "Unavailable",
    "WithHeader",
    "WithoutHeader",
]

_HTML = (
    '<!DOCTYPE html>\n<html><head><title>Application Error</title></head><body><iframe src="//s3.example.com/'
    'error-pages/error.html"><p>Application Error</p></iframe></body></html>\n'
)


@frozen
class Fault:
    """Base class: changes nothing."""

    @property
    def replaces(self) -> bool:
        """Whether a stream gets its response from this fault and not from the platform."""
        return False

    def delay(self, rng: Random) -> float:  # noqa: ARG002 - for subclasses
        """Seconds to wait beyond the platform's own latency."""
        return 0.0

    def concerns(self, request: RawRequest) -> bool:
        """Whether it applies to this kind of request: by default to all but attaching a client to a dyno."""
        return request.method != "ATTACH"

    def before(self, service: Service, request: RawRequest) -> Response | None:  # noqa: ARG002 - for subclasses
        """A response in place of the platform's; None lets it execute the request."""
        return None

    def after(self, response: Response, request: RawRequest) -> Response:  # noqa: ARG002 - for subclasses
        """The response that is sent."""
        return response


@frozen
class Latency(Fault):
    """The response takes longer: *least* seconds, or between *least* and *most*."""

    least: float
    most: float | None = None

    def delay(self, rng: Random) -> float:
        """The seconds drawn."""
        return rng.uniform(self.least, self.most if self.most is not None else self.least)


@frozen
class Answer(Fault):
    """Any response.

    *body* is JSON data, text, bytes or None for an empty one; its type goes into Content-Type, which *headers* may
    override. With *executed* the platform executes the request first and discards its own response. *retry_after*
    seconds are written in one of the three forms Heroku has used.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(factory=dict[str, str], kw_only=True)
    executed: bool = field(default=False, kw_only=True)
    retry_after: float | None = field(default=None, kw_only=True)
    form: RetryForm = field(default="seconds", kw_only=True)

    @property
    def replaces(self) -> bool:
        """It always responds itself."""
        return True

    def before(self, service: Service, request: RawRequest) -> Response:
        """The response, after executing the request if *executed*."""
        own = service.respond(request)[0].headers if self.executed else service.common_headers(request)
        kind, body = _body(self.body)
        headers = {
            name: value for name, value in own.items() if name.startswith(("RateLimit-", "Request-Id", "Cache-Control"))
        }
        if self.retry_after is not None:
            headers["Retry-After"] = retry_after(self.retry_after, self.form, service.state.now())
        return Response(self.status, body, {**headers, "Content-Type": kind, **self.headers})


def Unavailable(retry_after: float | None = None, form: RetryForm = "seconds") -> Answer:  # noqa: N802 - reads as the faults do
    """503 with a JSON body; nothing was executed."""
    body = {"id": "unavailable", "message": "The API is currently unavailable."}
    return Answer(503, body, retry_after=retry_after, form=form)


def ServerError(*, executed: bool = True) -> Answer:  # noqa: N802 - reads as the faults do
    """500 with a JSON body, by default after the request was executed."""
    body = {"id": "internal_server_error", "message": "Internal server error."}
    return Answer(500, body, executed=executed)


def TooMany(retry_after: float | None = None, form: RetryForm = "seconds") -> Answer:  # noqa: N802 - reads as the faults do
    """429 although there are tokens."""
    body = {"id": "rate_limit", "message": "Your account reached the API rate limit"}
    return Answer(429, body, retry_after=retry_after, form=form)


def HtmlPage(status: int = 503) -> Answer:  # noqa: N802 - reads as the faults do
    """A router's HTML error page."""
    return Answer(status, _HTML, headers={"Content-Type": "text/html; charset=utf-8"})


def Garbage(status: int = 200) -> Answer:  # noqa: N802 - reads as the faults do
    """A JSON Content-Type on a body that is not JSON."""
    return Answer(status, b'{"id": "01234567-89ab', headers={"Content-Type": "application/json"})


def Redirect(location: str, status: int = 307) -> Answer:  # noqa: N802 - reads as the faults do
    """A redirect; *location* is a path or a whole URL."""
    return Answer(status, None, headers={"Location": location})


@frozen
class Reset(Fault):
    """The connection is reset: before the request is executed, or with *executed* afterwards."""

    executed: bool = False

    @property
    def replaces(self) -> bool:
        """There is never a response."""
        return True

    def before(self, service: Service, request: RawRequest) -> Response | None:  # noqa: ARG002 - part of the hook
        """No response, unless the request is executed first."""
        return None if self.executed else Response(0, reset=True)

    def after(self, response: Response, request: RawRequest) -> Response:  # noqa: ARG002 - part of the hook
        """No response."""
        return evolve(response, reset=True)


@frozen
class Truncated(Fault):
    """Half of the announced body, then the connection closes; the request was executed."""

    def after(self, response: Response, request: RawRequest) -> Response:  # noqa: ARG002 - part of the hook
        """The response, to be cut."""
        return evolve(response, cut=True)


@frozen
class Drained(Fault):
    """The account's pool is emptied (to *left* tokens) just before the request."""

    left: float = 0

    def before(self, service: Service, request: RawRequest) -> None:
        """Empty it."""
        account = service.account_of(request)
        if account is not None:
            account.bucket.set(self.left, service.state.clock())


@frozen
class WithoutHeader(Fault):
    """The response lacks a header, such as `RateLimit-Remaining`, or `Next-Range` on a 206."""

    name: str

    def after(self, response: Response, request: RawRequest) -> Response:  # noqa: ARG002 - part of the hook
        """The response without it."""
        kept = {name: value for name, value in response.headers.items() if name.lower() != self.name.lower()}
        return evolve(response, headers=kept)


@frozen
class WithHeader(Fault):
    """The response has one header more, or another value of it."""

    name: str
    value: str

    def after(self, response: Response, request: RawRequest) -> Response:  # noqa: ARG002 - part of the hook
        """The response with it."""
        return evolve(response, headers={**response.headers, self.name: self.value})


@frozen
class RepeatedRange(Fault):
    """A list's Next-Range is the range that was just requested, so that careless pagination never ends."""

    def after(self, response: Response, request: RawRequest) -> Response:
        """The same page, pointing at itself; without a Range in the request, at the list's beginning."""
        same = request.headers.get("Range") or f"id ..; max={LARGEST}"
        return evolve(response, status=206, headers={**response.headers, "Next-Range": same})


@frozen
class EmptyPage(Fault):
    """A page without items that nevertheless has a Next-Range, which leads to the real page."""

    def before(self, service: Service, request: RawRequest) -> Response | None:
        """An empty 206 in front of the real page."""
        wanted = request.headers.get("Range") or f"id ..; max={LARGEST}"
        onward = re.sub(r"max=\d+", lambda match: f"max={max(1, int(match[0][4:]) - 1)}", wanted)
        return Response(206, b"[]", {**service.common_headers(request), "Next-Range": onward})


def _body(body: Any) -> tuple[str, bytes]:
    match body:
        case None:
            return "application/json", b""
        case bytes():
            return "application/octet-stream", body
        case str():
            return "text/plain; charset=utf-8", body.encode()
        case _:
            return "application/json", dump(body)
