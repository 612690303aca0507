"""Which values of a request are secret, and a response without those that it quotes."""

import html
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

_MASK: Final = "***"
_SECRET: Final = re.compile(
    r"authorization|card|certificate|code|cvv|data|env\b|headers|key|nonce|password|passphrase|secret|token|url",
    re.IGNORECASE,
)
"""Keys whose values are secret, or may be: addresses hold credentials too."""
_ALL_SECRET: Final = re.compile(r"config|/env\b")
"""Paths and keys below which all values are secret: config vars."""
_SHORT: Final = 4
"""Shorter values are masked as whole words only: `1` is in every id."""
_TOKEN: Final = 9
"""Characters of a token, at least: shorter ones are of tests, and a word such as `token` is in many texts."""


def all_secret(path: str) -> bool:
    """Whether all values that are sent to this path are secret."""
    return _ALL_SECRET.search(path) is not None


def masked(value: Any, *, whole: bool = False) -> Any:
    """A body with `***` in place of what is, or may be, secret; keys and booleans stay readable."""
    match value:
        case {**pairs}:
            return {key: masked(item, whole=whole or _secret(str(key))) for key, item in pairs.items()}
        case [*items]:
            return [masked(item, whole=whole) for item in items]
        case bool() | None:
            return value
        case _:
            return _MASK if whole else value


def without_secrets(response: bytes, request: bytes | None, path: str, authorization: str = "") -> bytes:
    """The body of a response with `***` in place of what it quotes of the request: secret values, and the token."""
    values = {*_sent(request, path), *(token for token in _tokens(authorization) if len(token) >= _TOKEN)} - {""}
    if not values:
        return response
    try:
        body = json.loads(response)
        cleaned = _replaced(body, _pattern(values))
        return response if cleaned == body else json.dumps(cleaned).encode()
    except (ValueError, RecursionError):  # it is not JSON, is cut off, or is too deep
        forms = {form for value in values for form in (value, html.escape(value), json.dumps(value)[1:-1])}
        text = response.decode("utf-8", "surrogateescape")
        return _pattern(forms).sub(_MASK, text).encode("utf-8", "surrogateescape")


def _sent(request: bytes | None, path: str) -> set[str]:
    """The secret values of a request's body."""
    with suppress(ValueError, RecursionError):
        return set(_values(json.loads(request or b""), whole=all_secret(path)))
    return set()


def _tokens(authorization: str) -> Iterator[str]:
    """The token of an Authorization header as it is sent, and as the caller gave it."""
    scheme, _, token = authorization.rpartition(" ")
    yield token
    if scheme == "Basic":
        with suppress(ValueError):
            yield b64decode(token).decode().rpartition(":")[2]


def _pattern(values: Iterable[str]) -> re.Pattern[str]:
    """Finds these values, of several that begin alike the longest."""
    ordered = sorted(values, key=len, reverse=True)
    alone = (re.escape(value) if len(value) >= _SHORT else rf"(?<!\w){re.escape(value)}(?!\w)" for value in ordered)
    return re.compile("|".join(alone))


def _replaced(value: Any, pattern: re.Pattern[str]) -> Any:
    match value:
        case {**pairs}:
            return {pattern.sub(_MASK, str(key)): _replaced(item, pattern) for key, item in pairs.items()}
        case [*items]:
            return [_replaced(item, pattern) for item in items]
        case str():
            return pattern.sub(_MASK, value)
        case _:
            return value


def _values(value: Any, *, whole: bool) -> Iterator[str]:
    """The secret texts of a body."""
    match value:
        case {**pairs}:
            for key, item in pairs.items():
                yield from _values(item, whole=whole or _secret(str(key)))
        case [*items]:
            for item in items:
                yield from _values(item, whole=whole)
        case str() if whole:
            yield value
        case _:
            pass


def _secret(key: str) -> bool:
    return _SECRET.search(key) is not None or _ALL_SECRET.search(key) is not None
