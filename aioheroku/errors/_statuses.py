"""A class for each status of an error response, and for some ids, each with its remedy."""

import re
from collections.abc import Mapping
from typing import ClassVar, Final

from attrs import define

from aioheroku.errors._api import APIError
from aioheroku.errors._base import READS, quoted
from aioheroku.errors._client import RateLimitExceeded
from aioheroku.errors._successors import OUTDATED, successor_of

_CONFIRMS: Final = frozenset({("POST", "/apps/{app}/addons"), ("POST", "/addon-attachments")})
"""The endpoints whose methods take `confirm=`; a test compares them with the declarations."""
_OBJECT: Final = re.compile(r"could(n.t| not) (be found|find)|(does not|doesn.t) exist|no such", re.IGNORECASE)
_NO_REASON: Final = "The platform gave no reason: compare the arguments with the endpoint's reference."


class NotModified(APIError, status=304):
    """304: the response to a conditional read such as `using(headers={"If-None-Match": etag})`: unchanged."""

    remedy = "Use the copy that you have: it is still valid."

    def _remedy(self) -> str:
        return (
            self.remedy if self.method in READS else "The API sends a 304 only to reads: check for a proxy on the way."
        )


class BadRequest(APIError, status=400):
    """400: the request is malformed."""

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
        "oauth_tokens.create(...) exchanges the new code for tokens.",
        "bearer": "Give Heroku(...) a valid token: the platform rejected the one given.",
        "basic": "Give Credentials.basic(...) a valid token: the platform rejected the one given.",
        "none": "The session was made without credentials: give Heroku(...) a token, or use Heroku.from_env().",
    }

    def _remedy(self) -> str:
        if self.id == "invalid_two_factor_code":
            return "Give the current code of the second factor."
        return self.remedies.get(self.credentials or "", self.remedy)


class Delinquent(APIError, status=402):
    """402: the account has an overdue payment."""

    remedy = "Pay at https://dashboard.heroku.com/account/billing."


class Forbidden(APIError, status=403):
    """403: the credentials do not allow this."""

    remedy = "Use credentials with a sufficient scope, of an account with a sufficient role."


class Suspended(Forbidden, ids=[(403, "suspended")]):
    """403: the account or the app is suspended."""

    remedy = "Ask Heroku's support: https://help.heroku.com."


class TwoFactorRequired(Forbidden, ids=[(403, "two_factor"), (412, "two_factor")]):
    """403: a second factor is required; `extra["app"]` may name the app to pre-authorize."""

    remedy = "Give the session a callback that returns the current code: Heroku(..., two_factor=callback)."


class NotFound(APIError, status=404):
    """404: `resource` names the kind of object that was not found; without it, the path or the method is unknown."""

    remedy = "Check the name or id, and that the account may see the object."

    def _remedy(self) -> str:
        if self.resource:
            return self.remedy
        if self._successor():
            return OUTDATED
        if self.operation and _of_an_object(self.message):
            return self.remedy
        return (
            "No resource is named, so the endpoint itself does not exist: "
            "check path and method; `heroku.schema()` lists the current ones."
        )

    def _successor(self) -> str:
        return "" if self.resource else successor_of(self.operation)


def _of_an_object(message: str) -> bool:
    """Whether the message of a 404 is about an object, not about the endpoint."""
    return _OBJECT.search(message) is not None and "endpoint" not in message.lower()


class NotAcceptable(APIError, status=406):
    """406: the platform does not serve the version in the Accept header."""

    remedy = "Use version 3: leave out using(accept=...)."


class Conflict(APIError, status=409):
    """409: the resource is in a state that does not allow this now."""

    remedy = "Check the resource's state, then retry."


class Gone(APIError, status=410):
    """410: the endpoint or the resource no longer exists."""

    remedy = "Look for its replacement: https://devcenter.heroku.com/changelog."

    def _remedy(self) -> str:
        return OUTDATED if self._successor() else self.remedy

    def _successor(self) -> str:
        return successor_of(self.operation)


class PreconditionFailed(APIError, status=412):
    """412: the resource has changed since the ETag given as `if_match`."""

    remedy = "Read the resource again, then retry the change with its new ETag: using(if_match=...)."

    def _remedy(self) -> str:
        if self.conditional:
            return self.remedy
        return f"No If-Match was sent: the platform may require a second factor. {TwoFactorRequired.remedy}"


class RangeNotSatisfiable(APIError, status=416):
    """416: the list does not support this order or range."""

    remedy = "Give a Range with an order that the list supports."


class InvalidParams(APIError, status=422):
    """422: the parameters are well-formed but invalid."""

    remedy = "Correct the parameters as the message says."

    def _remedy(self) -> str:
        return self.remedy if self.message or self.extra else _NO_REASON


class VerificationNeeded(InvalidParams, ids=[(422, "verification_needed"), (422, "verification_required")]):
    """422: the account needs billing information first."""

    remedy = "Verify the account at https://heroku.com/verify."

    def _remedy(self) -> str:
        return self.remedy


class ConfirmationRequired(APIError, status=423, ids=[(400, "confirmation_required")]):
    """423 or 400: the call must be confirmed with the app's name."""

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
    """429: the account's token pool is empty; `seconds` is the wait that the platform asks for, `None` if unknown."""

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
    """500: the platform failed while processing the request."""


@define(slots=False)
class ServiceUnavailable(ServerError, status=503):
    """503: the platform is temporarily unavailable.

    `seconds` is the wait that it asks for; if there is one, this request was not executed. `None` if unknown.
    """

    seconds: float | None = None

    def _remedy(self) -> str:
        wait = "" if self.seconds is None else f"Retry in {self.seconds:.0f} s or later. "
        return wait + super()._remedy()

    def _executed(self) -> bool:
        return self.seconds is None
