"""Which values of a request's body are secret, and a response without those that it quotes."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

_MASK: Final = "***"
_SECRET: Final = re.compile(
    r"authorization|card|certificate|code|cvv|data|env\b|headers|key|nonce|password|passphrase|secret|token|url",
    re.IGNORECASE,
)
"""Keys of bodies whose values are secret, or may be: addresses hold credentials too."""
_ALL_SECRET: Final = re.compile(r"config|/env\b")
"""Paths and keys whose values are secret whatever they are called: config vars."""
_SHORT: Final = 4
"""Shorter values are masked where they stand alone: `1` is in every id."""


def all_secret(path: str) -> bool:
    """Whether all values that are sent to this path are secret."""
    return _ALL_SECRET.search(path) is not None


def masked(value: Any, *, whole: bool = False) -> Any:
    """A body with `***` in place of what is, or may be, secret: its keys, numbers and booleans stay readable."""
    match value:
        case {**pairs}:
            return {key: masked(item, whole=whole or _secret(str(key))) for key, item in pairs.items()}
        case [*items]:
            return [masked(item, whole=whole) for item in items]
        case bool() | None:
            return value
        case _:
            return _MASK if whole else value


def without_secrets(response: bytes, request: bytes, path: str) -> bytes:
    """The body of a response with `***` in place of the secret values of the request that it quotes."""
    try:
        sent = json.loads(request)
    except ValueError:
        return response
    values = sorted({value for value in _values(sent, whole=all_secret(path)) if value}, key=len, reverse=True)
    if not values:
        return response
    try:
        body = json.loads(response)
    except ValueError:
        text = response.decode("utf-8", "surrogateescape")
        return _pattern([*values, *map(html.escape, values)]).sub(_MASK, text).encode("utf-8", "surrogateescape")
    cleaned = _replaced(body, _pattern(values))
    return response if cleaned == body else json.dumps(cleaned).encode()


def _pattern(values: Sequence[str]) -> re.Pattern[str]:
    alone = (re.escape(value) if len(value) >= _SHORT else rf"(?<!\w){re.escape(value)}(?!\w)" for value in values)
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
