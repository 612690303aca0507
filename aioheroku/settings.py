"""Checks of what a session is made with: a wrong value is named before anything is sent."""

import re
from collections.abc import Mapping
from typing import Final

from yarl import URL

from aioheroku.errors import InvalidRequest

__version__ = "0.1.0"
DEFAULT_URL: Final = "https://api.heroku.com"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FRAMING: Final = frozenset({"connection", "content-length", "host", "transfer-encoding"})


def base_url(value: object) -> URL:
    """An address that a token may be sent to: https, or http on this machine."""
    try:
        url = URL(value)  # type: ignore[arg-type]
        origin = url.origin()
    except (ValueError, TypeError):
        raise InvalidRequest(f"{value!r} is no URL such as {DEFAULT_URL!r}.", "base_url") from None
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise InvalidRequest("the token would travel in the clear: use https (http only on this machine).", "base_url")
    if url.user or url.password or url.query_string or url.fragment:
        raise InvalidRequest(f"it holds more than an address; {origin} would do.", "base_url")
    return url


def seconds(value: object, name: str) -> float | None:
    """A time allowed; `None` is without end."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise InvalidRequest(f"expected seconds as a number, or None, got {value!r}.", name)
    return float(value)


def header(value: object, name: str) -> str:
    """A header's value: no line feed in it begins another header."""
    if not isinstance(value, str) or not value or not value.isprintable() or not value.isascii():
        raise InvalidRequest("expected printable ASCII text: a header carries nothing else.", name)
    return value


def headers(given: Mapping[str, str]) -> dict[str, str]:
    """Headers of a caller, their names written as this package writes them."""
    for name in given:
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            raise InvalidRequest(f"{name!r} is no name of a header.", "headers")
        if name.lower() in _FRAMING:
            raise InvalidRequest(f"{name} belongs to the connection and is not for callers to set.", "headers")
    return {name.title(): header(value, f"headers[{name!r}]") for name, value in given.items()}


def merged(old: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
    """Headers with others in place of those of the same name, in whatever case."""
    if not new:
        return old
    names = {name.lower() for name in new}
    return {**{name: value for name, value in old.items() if name.lower() not in names}, **new}


def below(base: URL, path: object) -> URL:
    """The URL of a path below the base URL, or of the same origin."""
    text = str(path)
    if not text.isprintable() or " " in text:
        raise InvalidRequest("it holds blanks or control characters.", "path")
    try:
        url = URL(str(base).rstrip("/") + text if text.startswith("/") else text)
        own = url.absolute and url.origin() == base.origin() and not url.user and not url.password
    except ValueError:
        own, url = False, base
    if not own:
        raise InvalidRequest(
            f"give a path such as '/apps' or an URL of {base.origin()}: the token goes nowhere else.", "path"
        )
    return url
