"""Responses before they are written to a socket, and the JSON in them and in requests."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn

from attrs import field, frozen

from aioheroku.testing._errors import ErrorResponse

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # the first half of an escaped pair, or one without a partner
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: Any) -> bytes:
    """JSON as the platform writes it: compact, UTF-8."""
    return _encode(value).encode()


def parse_json(body: bytes) -> Any:
    """A JSON body; 400 for what is not JSON in UTF-8, and for what could not be written as JSON again.

    The latter is what Python's parser accepts beyond the standard (NaN, numbers too large for a float, lone surrogates)
    and what it cannot parse (nesting of thousands of levels, integers of thousands of digits).
    """
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
        if _SURROGATE.search(body):
            dump(value)
    except (ValueError, RecursionError):
        raise ErrorResponse(400, "bad_request", "Unable to parse the JSON request body.") from None
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


@frozen
class Response:
    """A complete response: status, headers, body.

    *cut* sends only half of the body it announces, *reset* closes the connection without a response.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(factory=dict[str, str])
    cut: bool = False
    reset: bool = False
