"""What the platform answers, before it is bytes on a socket."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn

from attrs import field, frozen

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # the first half of an escaped pair, or one without a partner
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: Any) -> bytes:
    """JSON as the platform writes it: compact, UTF-8."""
    return _encode(value).encode()


def load(body: bytes) -> Any:
    """A JSON body; 400 for what is not JSON in UTF-8, and for what could not be shown again.

    That is what Python's parser takes beyond the standard (NaN, numbers too large for a float, lone surrogates) and
    what it cannot take (nesting of thousands of levels, integers of thousands of digits).
    """
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
        if _SURROGATE.search(body):
            dump(value)
    except (ValueError, RecursionError):
        raise Refusal(400, "bad_request", "Unable to parse the JSON request body.") from None
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


@frozen
class Reply:
    """A complete answer: status, headers, body.

    *cut* sends only half of the body it announces, *reset* closes the connection without an answer.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    cut: bool = False
    reset: bool = False


class Refusal(Exception):
    """A request that is answered with an error body, raised anywhere while it is handled."""

    def __init__(self, status: int, id: str, message: str, /, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {**extra, "id": id, "message": message}


def not_found(resource: str) -> Refusal:
    """404 for an object that is not there, or that the account may not see."""
    noun = resource.replace("addon", "add-on").replace("_", " ")
    return Refusal(404, "not_found", f"Couldn't find that {noun}.", resource=resource)


def invalid(message: str) -> Refusal:
    """422 for a body that is well-formed JSON but makes no sense."""
    return Refusal(422, "invalid_params", message)


def no_endpoint() -> Refusal:
    """404 for a path or verb that is no endpoint; unlike a missing object it names no resource."""
    return Refusal(
        404,
        "not_found",
        "The requested API endpoint was not found. Are you using the right HTTP verb (i.e. `GET` vs. `POST`), "
        "and did you specify your intended version with the `Accept` header?",
    )


def unauthorized() -> Refusal:
    """401 for missing, malformed and unknown credentials."""
    return Refusal(401, "unauthorized", "Invalid credentials provided.")


def rate_limited() -> Refusal:
    """429 with the body the reference prints."""
    return Refusal(
        429,
        "rate_limit",
        "Your account reached the API rate limit\nPlease wait a few minutes before making new requests",
        url="https://devcenter.heroku.com/articles/platform-api-reference#rate-limits",
    )
