"""What can go wrong, split by what the caller can conclude from it.

    HerokuError
    ├── NotSent                 nothing left this machine
    │   ├── InvalidRequest      (also a ValueError) the call itself is wrong
    │   ├── RateLimitWait       the pool's wait would be longer than allowed
    │   ├── ReadOnlyError       the session refuses to write
    │   └── SessionClosed       the session was closed
    ├── ConnectionFailed        no complete answer; `sent` says whether the request may have been executed
    │   ├── ConnectError        no connection: refused, unknown host, TLS
    │   ├── ConnectTimeout      no connection within the time allowed
    │   ├── ReadTimeout         no complete answer within the time allowed
    │   ├── ConnectionLost      the connection broke
    │   └── AnswerTooLarge      the answer exceeds the size limit
    ├── DecodeError             answered, but not understood
    ├── PagingError             a range that repeats, or a 206 that names no next one
    └── APIError                answered with an error
        ├── BadRequest 400      Unauthorized 401       Delinquent 402
        ├── Forbidden 403       ── Suspended, TwoFactorRequired
        ├── NotFound 404        NotAcceptable 406      Conflict 409     Gone 410
        ├── PreconditionFailed 412                     RangeNotSatisfiable 416
        ├── InvalidParams 422   ── VerificationNeeded
        ├── ConfirmationRequired 423
        ├── RateLimited 429
        └── ServerError 5xx     ── InternalServerError 500, ServiceUnavailable 503

Every class takes its fields by position, since an exception with keyword-only fields does not unpickle.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from attrs import define, field

__all__ = [
    "APIError",
    "AnswerTooLarge",
    "BadRequest",
    "ConfirmationRequired",
    "Conflict",
    "ConnectError",
    "ConnectTimeout",
    "ConnectionFailed",
    "ConnectionLost",
    "DecodeError",
    "Delinquent",
    "Forbidden",
    "Gone",
    "HerokuError",
    "HerokuWarning",
    "InternalServerError",
    "InvalidParams",
    "InvalidRequest",
    "NotAcceptable",
    "NotFound",
    "NotSent",
    "PagingError",
    "PreconditionFailed",
    "RangeNotSatisfiable",
    "RateLimitWait",
    "RateLimited",
    "ReadOnlyError",
    "ReadTimeout",
    "ServerError",
    "ServiceUnavailable",
    "SessionClosed",
    "Suspended",
    "TwoFactorRequired",
    "Unauthorized",
    "VerificationNeeded",
]


class HerokuError(Exception):
    """Anything that this library raises."""


class HerokuWarning(UserWarning):
    """The platform sent a warning or a notice of deprecation with an answer."""


# --- nothing was sent ---------------------------------------------------------------------------------------


class NotSent(HerokuError):
    """Nothing left this machine: no token is spent and nothing was executed."""


@define(slots=False)
class InvalidRequest(NotSent, ValueError):
    """The call itself is wrong; `field` names the argument."""

    message: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


@define(slots=False)
class RateLimitWait(NotSent):
    """The token pool would let the request wait `seconds`, longer than `max_wait` allows."""

    seconds: float

    def __str__(self) -> str:
        return (
            f"The account's token pool is low and this call's turn is {self.seconds:.1f} s away: "
            "wait and try again, or allow a longer max_wait."
        )


@define(slots=False)
class ReadOnlyError(NotSent):
    """The session was made with `read_only=True` and the call would write."""

    method: str = ""
    path: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}: this session is read-only. Write without read_only=True."


@define(slots=False)
class SessionClosed(NotSent):
    """The session was closed; `sent` tells whether the request was already under way then."""

    sent: bool = False

    def __str__(self) -> str:
        if self.sent:
            return "The session was closed while the call was under way. It may have been executed."
        return "The session is closed. Make the call inside `async with Heroku(...)`."


# --- sent, perhaps executed ---------------------------------------------------------------------------------


@define(slots=False)
class ConnectionFailed(HerokuError):
    """There is no complete answer. With `sent` the platform may have executed the request."""

    message: str = "The connection failed."
    method: str = ""
    path: str = ""
    sent: bool = True
    permanent: bool = False
    """Whether a retry would end the same way: a certificate that is not trusted, a response that is too large."""

    def __str__(self) -> str:
        outcome = (
            "It may have been executed: look before you repeat it."
            if self.sent
            else "Nothing was sent: it is safe to repeat."
        )
        return f"{self.method} {self.path}: {self.message} {outcome}".strip()


@define(slots=False)
class ConnectError(ConnectionFailed):
    """No connection came about: refused, unknown host, or TLS failed."""

    sent: bool = False
    permanent: bool = False


@define(slots=False)
class ConnectTimeout(ConnectionFailed):
    """No connection came about within the time allowed."""

    sent: bool = False
    permanent: bool = False


class ReadTimeout(ConnectionFailed):
    """The complete answer did not arrive within the time allowed."""


class ConnectionLost(ConnectionFailed):
    """The connection broke before the complete answer had arrived."""


class AnswerTooLarge(ConnectionFailed):
    """The answer is larger than the session accepts."""


# --- answered, not understood -------------------------------------------------------------------------------


@define(slots=False)
class DecodeError(HerokuError):
    """The answer is not what the reference promises; `path` names the place, such as `App.owner.email`.

    The request itself was executed: `status` is what the platform answered.
    """

    path: str
    reason: str
    status: int | None = None
    method: str = ""
    template: str = ""
    request_id: str | None = None

    def __str__(self) -> str:
        text = f"{self.path}: {self.reason}"
        if self.status is not None:
            text += f" ({self.method} {self.template} was answered with {self.status}"
            text += f", request {self.request_id})" if self.request_id else ")"
            text += " The call was executed; `heroku.capture()` keeps answers as they are."
        return printable(text)


@define(slots=False)
class PagingError(HerokuError):
    """A list cannot be walked to its end; `cursor` is the range that was answered so."""

    message: str
    cursor: str = ""
    method: str = "GET"
    path: str = ""
    request_id: str | None = None

    def __str__(self) -> str:
        text = f"{self.method} {self.path}: {self.message} (range {self.cursor!r}"
        text += f", request {self.request_id})" if self.request_id else ")"
        text += " What came before is complete; the rest of the list is not known."
        return printable(f"{text} Go on from pages.cursor later, or read the list in another order.")


# --- answered with an error ---------------------------------------------------------------------------------


@define(slots=False)
class APIError(HerokuError):
    """The platform answered with an error.

    `path` is the template of the declaration (`/apps/{app}`), `request_id` the raw header with all ids,
    `extra` every further key of the body, `remaining` the tokens left in the account's pool. This answer means that
    the request was not executed, except with a 5xx. `unsettled` counts the attempts before it that the platform may
    have executed all the same: a `DELETE` that was cut off and repeated is answered with 404 if the first one worked.
    See <https://devcenter.heroku.com/articles/platform-api-reference#error-responses>.
    """

    remedy: ClassVar[str] = "Look the status up in the reference of the Platform API."

    status: int
    id: str | None = None
    message: str = ""
    url: str | None = None
    resource: str | None = None
    request_id: str | None = None
    method: str = ""
    path: str = ""
    extra: Mapping[str, Any] = field(factory=dict[str, Any])
    remaining: int | None = None
    hint: str = ""
    unsettled: int = 0

    def __str__(self) -> str:
        words = [f"{self.method} {self.path}:", str(self.status)]
        if self.id:
            words.append(self.id)
        text = " ".join(words)
        if self.message:
            text += f": {' '.join(self.message.split())}"
        details = [
            f"{name} {value}"
            for name, value in (("resource", self.resource), ("request", self.request_id), ("see", self.url))
            if value
        ]
        if details:
            text += f" ({', '.join(details)})"
        for advice in (self.remedy, self.hint, _UNSETTLED if self.unsettled else ""):
            if advice:
                text += f" {advice}"
        return printable(text)

    @classmethod
    def from_answer(
        cls,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        *,
        method: str,
        path: str,
        conditional: bool = True,
        unsettled: int = 0,
    ) -> "APIError":
        """The error that a status, headers and a body of any kind stand for.

        Args:
            status: of the answer.
            headers: of the answer.
            body: of the answer.
            method: of the request.
            path: its template.
            conditional: whether the request had an If-Match, which a 412 answers.
            unsettled: attempts before that may have been executed.
        """
        fields = _fields_of(body)
        id_ = _text(fields.pop("id", None))
        message = _text(fields.pop("message", None)) or _text(fields.pop("error", None)) or ""
        if status in (403, 412) and "Heroku-Two-Factor-Required" in headers:
            id_ = "two_factor"
        hint = ""
        if status == 403 and (accepted := headers.get("Oauth-Scope-Accepted")):
            hint = f"The token's scope is {headers.get('Oauth-Scope', 'unknown')!r}; {accepted!r} would do."
        if app := headers.get("X-Confirmation-Required"):
            hint = f"The app's name is {app!r}."
        elif status == 412 and not conditional:
            hint = "No If-Match was sent: the platform may be asking for a second factor."
        elif 300 <= status < 400:
            hint = "Only a GET is redirected, ten times at most."
        return _class_for(status, id_)(
            status,
            id_,
            message.strip(),
            _text(fields.pop("url", None)),
            _text(fields.pop("resource", None)),
            headers.get("Request-Id"),
            method,
            path,
            fields,
            whole_number(headers.get("RateLimit-Remaining")),
            hint,
            unsettled,
        )


class BadRequest(APIError):
    """400: the request is not well-formed."""

    remedy = "Correct the call as the message says."


class Unauthorized(APIError):
    """401: the credentials are missing, wrong or expired."""

    remedy = "Check the token (HEROKU_API_KEY, ~/.netrc, or `heroku auth:token`)."


class Delinquent(APIError):
    """402: the account has a payment to settle."""

    remedy = "Settle the payment in the account's billing page."


class Forbidden(APIError):
    """403: the credentials do not allow this."""

    remedy = "Use credentials whose scope and whose account's role allow it."


class Suspended(Forbidden):
    """403: the account or the app is suspended."""

    remedy = "Ask Heroku's support."


class TwoFactorRequired(Forbidden):
    """403: a second factor is asked for; `extra["app"]` may name the app to pre-authorize."""

    remedy = "Give the session a way to ask for the code: Heroku(..., two_factor=ask)."


class NotFound(APIError):
    """404: `resource` names what was not found; without it, the path or the verb is unknown."""

    remedy = "Check the name or id: what the account may not see is not found either."


class NotAcceptable(APIError):
    """406: the version asked for in Accept is not served."""

    remedy = "Ask for version 3: leave out using(accept=...)."


class Conflict(APIError):
    """409: the state of the resource forbids this just now."""

    remedy = "Look at the resource's state, then try again."


class Gone(APIError):
    """410: the endpoint or the resource is no more."""

    remedy = "Look in Heroku's changelog for what took its place."


class PreconditionFailed(APIError):
    """412: the resource has changed since the ETag given as `if_match`."""

    remedy = "Read the resource again, then repeat the change with its new ETag."


class RangeNotSatisfiable(APIError):
    """416: the list does not take this order or range."""

    remedy = "Give the list a Range of an order that it takes."


class InvalidParams(APIError):
    """422: the parameters are well-formed, but not acceptable."""

    remedy = "Correct the parameters as the message says."


class VerificationNeeded(InvalidParams):
    """422: the account needs billing information first."""

    remedy = "Verify the account at https://heroku.com/verify."


class ConfirmationRequired(APIError):
    """423 or 400: the call must be confirmed by the app's name."""

    remedy = "Repeat the call with confirm=... and the app's name."


class RateLimited(APIError):
    """429: the account's token pool is empty."""

    remedy = "Wait for the pool to refill (`aioheroku limits` shows it) or lower the concurrency."


class ServerError(APIError):
    """5xx: the platform failed."""

    remedy = "See https://status.heroku.com; quote the request id to Heroku's support."


class InternalServerError(ServerError):
    """500: the platform failed while it worked on the request."""


class ServiceUnavailable(ServerError):
    """503: the platform is not available at the moment."""


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequest,
    401: Unauthorized,
    402: Delinquent,
    403: Forbidden,
    404: NotFound,
    406: NotAcceptable,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    416: RangeNotSatisfiable,
    422: InvalidParams,
    423: ConfirmationRequired,
    429: RateLimited,
    500: InternalServerError,
    503: ServiceUnavailable,
}
_BY_ID: dict[tuple[int, str], type[APIError]] = {
    (400, "confirmation_required"): ConfirmationRequired,
    (403, "suspended"): Suspended,
    (403, "two_factor"): TwoFactorRequired,
    (412, "two_factor"): TwoFactorRequired,
    (422, "verification_needed"): VerificationNeeded,
    (422, "verification_required"): VerificationNeeded,
}


def _class_for(status: int, id_: str | None) -> type[APIError]:
    refined = _BY_ID.get((status, id_)) if id_ else None
    return refined or _BY_STATUS.get(status) or (ServerError if 500 <= status < 600 else APIError)


_UNSETTLED = "An earlier attempt got no answer and may have been executed: look before you repeat the call."


def printable(text: str) -> str:
    """A text that can be written anywhere: what a hostile answer may hold drives no terminal and fails no log."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def whole_number(text: str | None) -> int | None:
    """What a header counts; `None` where it says something else, or more than anybody counts to."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 20 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _fields_of(body: bytes) -> dict[str, Any]:
    """The keys of an error body; the first words of a body that is no JSON object, as its message."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict):
        return cast("dict[str, Any]", parsed)
    words = body[:300].decode("utf-8", "replace").split()
    return {"message": " ".join(words)[:200]}
