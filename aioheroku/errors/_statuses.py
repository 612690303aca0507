"""A class for each status, and for some ids, of an error response: each with what to do."""

from collections.abc import Mapping
from typing import ClassVar, Final

from attrs import define

from aioheroku.errors._api import APIError
from aioheroku.errors._base import READS, quoted
from aioheroku.errors._client import RateLimitExceeded

_CONFIRMS: Final = frozenset({("POST", "/apps/{app}/addons")})
"""The endpoints whose methods take `confirm=`: a test holds them to the declarations."""
_NO_REASON: Final = "The platform does not say why: compare the arguments with the reference of the endpoint."


class NotModified(APIError, status=304):
    """304: a conditional read, such as `using(headers={"If-None-Match": etag})`, and nothing has changed since."""

    remedy = "Use what you have: it is still valid."

    def _remedy(self) -> str:
        return (
            self.remedy if self.method in READS else "The API sends a 304 only to reads: check for a proxy on the way."
        )


class BadRequest(APIError, status=400):
    """400: the request is not well-formed."""

    remedy = "Correct the call as the message says."

    def _remedy(self) -> str:
        return NotAcceptable.remedy if self.id == "missing_version" else self.remedy if self.message else _NO_REASON


class Unauthorized(APIError, status=401):
    """401: the credentials are missing, wrong or expired; `credentials` is their kind."""

    remedy = "Check the token that the call was made with."
    remedies: ClassVar[Mapping[str, str]] = {
        "environment": "Set HEROKU_API_KEY to a valid token, such as `heroku authorizations:create` prints.",
        "netrc": "Run `heroku login`: it writes a new token into the netrc file.",
        "oauth": "If renewing it does not help, let the user authorize the application again: "
        "oauth_tokens.create(...) makes tokens of the new code.",
        "bearer": "Give Heroku(...) a valid token: the one given in the code is refused.",
        "basic": "Give Credentials.basic(...) a valid token: the one given in the code is refused.",
        "none": "The session was made without credentials: give Heroku(...) a token, or use Heroku.from_env().",
    }

    def _remedy(self) -> str:
        if self.id == "invalid_two_factor_code":
            return "Give the present code of the second factor."
        return self.remedies.get(self.credentials or "", self.remedy)


class Delinquent(APIError, status=402):
    """402: the account has a payment to settle."""

    remedy = "Settle the payment at https://dashboard.heroku.com/account/billing."


class Forbidden(APIError, status=403):
    """403: the credentials do not allow this."""

    remedy = "Use credentials whose scope and whose account's role allow it."


class Suspended(Forbidden, ids=[(403, "suspended")]):
    """403: the account or the app is suspended."""

    remedy = "Ask Heroku's support: https://help.heroku.com."


class TwoFactorRequired(Forbidden, ids=[(403, "two_factor"), (412, "two_factor")]):
    """403: a second factor is asked for; `extra["app"]` may name the app to pre-authorize."""

    remedy = "Give the session a way to ask for the present code: Heroku(..., two_factor=ask)."


class NotFound(APIError, status=404):
    """404: `resource` names what was not found; without it, the path or the method is unknown."""

    remedy = "Check the name or id: what the account may not see is not found either."

    def _remedy(self) -> str:
        if self.resource:
            return self.remedy
        return (
            "No resource is named, so it is this endpoint that does not exist: "
            "check path and method; `heroku.schema()` lists those of today."
        )


class NotAcceptable(APIError, status=406):
    """406: the version asked for in Accept is not served."""

    remedy = "Ask for version 3: leave out using(accept=...)."


class Conflict(APIError, status=409):
    """409: the state of the resource forbids this just now."""

    remedy = "Look at the resource's state, then try again."


class Gone(APIError, status=410):
    """410: the endpoint or the resource does not exist any more."""

    remedy = "Look for what took its place: https://devcenter.heroku.com/changelog."


class PreconditionFailed(APIError, status=412):
    """412: the resource has changed since the ETag given as `if_match`."""

    remedy = "Read the resource again, then retry the change with its new ETag: using(if_match=...)."

    def _remedy(self) -> str:
        if self.conditional:
            return self.remedy
        return f"No If-Match was sent: the platform may be asking for a second factor. {TwoFactorRequired.remedy}"


class RangeNotSatisfiable(APIError, status=416):
    """416: the list does not take this order or range."""

    remedy = "Give the list a Range of an order that it takes."


class InvalidParams(APIError, status=422):
    """422: the parameters are well-formed, but not acceptable."""

    remedy = "Correct the parameters as the message says."

    def _remedy(self) -> str:
        return self.remedy if self.message or self.extra else _NO_REASON


class VerificationNeeded(InvalidParams, ids=[(422, "verification_needed"), (422, "verification_required")]):
    """422: the account needs billing information first."""

    remedy = "Verify the account at https://heroku.com/verify."

    def _remedy(self) -> str:
        return self.remedy


class ConfirmationRequired(APIError, status=423, ids=[(400, "confirmation_required")]):
    """423 or 400: the call must be confirmed by the app's name."""

    remedy = "Retry the call with confirm=... and the app's name."

    def _remedy(self) -> str:
        if not self.method or (self.method, self.path) in _CONFIRMS:
            return self.remedy
        return (
            f"No typed method takes confirm= here: retry with heroku.request({quoted(self.method)!r}, path, body) "
            'with "confirm" and the app\'s name among the keys of the body.'
        )


@define(slots=False)
class RateLimited(APIError, RateLimitExceeded, status=429):
    """429: the account's token pool is empty; `seconds` is what the platform asks to wait, `None` if it did not say."""

    remedy = "Wait for the pool to refill (`aioheroku limits` shows it) or lower the concurrency."

    seconds: float | None = None

    def _remedy(self) -> str:
        return self.remedy if self.seconds is None else f"Retry in {self.seconds:.0f} s or later."


class ServerError(APIError, status=5):
    """5xx: the platform failed."""

    remedy = "See https://status.heroku.com."

    def _remedy(self) -> str:
        return f"{self.remedy} Quote the request id to Heroku's support." if self.request_id else self.remedy


class InternalServerError(ServerError, status=500):
    """500: the platform failed while it worked on the request."""


@define(slots=False)
class ServiceUnavailable(ServerError, status=503):
    """503: the platform is not available at the moment.

    `seconds` is what it asks to wait, `None` if it did not say: where it says so, this request was not executed.
    """

    seconds: float | None = None

    def _remedy(self) -> str:
        wait = "" if self.seconds is None else f"Retry in {self.seconds:.0f} s or later. "
        return wait + super()._remedy()

    def _executed(self) -> bool:
        return self.seconds is None
