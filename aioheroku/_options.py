"""Validation of the options of sessions, pools, retries and caches.

No message quotes the value: it may be a secret in the wrong place.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf, isfinite
from typing import Any, Final, TypeVar, cast

import attrs
from yarl import URL

from aioheroku._strings import Masked, mask, unwrap
from aioheroku._version import __version__
from aioheroku.errors import InvalidRequest

T = TypeVar("T")

DEFAULT_URL: Final = "https://api.heroku.com"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PART: Final = re.compile(r"[A-Za-z_][\w-]*(:[A-Za-z_][\w-]*)*", re.ASCII)
_RESERVED: Final = {
    **dict.fromkeys(
        (
            *("connection", "content-encoding", "content-length", "expect", "host", "http2-settings", "keep-alive"),
            *("proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding"),
            "upgrade",
        ),
        "it belongs to the connection, which sets it.",
    ),
    "x-http-method-override": "make the session with method_override=True instead.",
}
"""Headers that would change how a request is sent, or what it does, without the middlewares noticing."""


@attrs.frozen
class Timeout:
    """Timeouts in seconds: to connect, for one attempt with its whole response, and for the call with all attempts.

    `None` means no timeout. An attempt begins when a connection is free: waiting for one is bounded by `total`.

    Raises:
        InvalidRequest: a value is not a valid number of seconds; `field` names it.
    """

    connect: float | None = attrs.field(default=10.0)
    attempt: float | None = attrs.field(default=60.0)
    total: float | None = attrs.field(default=None)

    def __attrs_post_init__(self) -> None:
        seconds(self.connect, "timeout.connect", above=True)  # to aiohttp 0 means no timeout
        seconds(self.attempt, "timeout.attempt", above=True)
        seconds(self.total, "timeout.total")


def base_url(value: object) -> URL:
    """The validated base URL, by default Heroku's: https, or http on this machine."""
    url = _parsed(DEFAULT_URL if value is None else value)
    if url is None:
        raise InvalidRequest(f"expected a URL such as {DEFAULT_URL!r}.", "base_url")
    if url.scheme != "https" and not (url.scheme == "http" and url.host in LOOPBACK):
        raise InvalidRequest("the token would be sent unencrypted: use https (http only on this machine).", "base_url")
    if any((url.user, url.password, url.query_string, url.fragment)):
        raise InvalidRequest(f"it must be an origin only: use {url.origin()}.", "base_url")
    return url


def _parsed(value: object) -> URL | None:
    with suppress(ValueError, TypeError):
        url = URL(value)  # type: ignore[arg-type]
        if url.origin().host is not None and str(value).isprintable() and " " not in str(value):
            return url
    return None


def default_headers(user_agent: object) -> dict[str, str]:
    """The headers of every request, except Authorization."""
    agent = f"aioheroku/{__version__}"
    if user_agent:
        agent += f" {header(user_agent, 'user_agent')}"
    return {"Accept": accept("3"), "User-Agent": agent, "Accept-Encoding": "gzip"}


def accept(value: object, name: str = "accept") -> str:
    """The Accept header for a version of the API, such as `3.sdk`; a media type stays as it is."""
    version = header(value, name)
    return version if "/" in version else f"application/vnd.heroku+json; version={version}"


def parts(value: object, name: str) -> str:
    """The value of a header that requests parts of a response: one name, `addon:plan` for a nested one, or several."""
    several = cast("list[object]", value) if isinstance(value, list | tuple) else [value]
    words = [word.strip() if isinstance(word, str) else word for one in several for word in _split(one)]
    for word in words:
        if not isinstance(word, str) or not _PART.fullmatch(word):
            raise InvalidRequest("expected names such as 'plan' or 'addon:plan', one or several.", name)
    if not words:
        raise InvalidRequest("expected at least one name, such as 'plan'.", name)
    return ",".join(cast("list[str]", words))


def _split(value: object) -> list[object]:
    value = unwrap(value)
    return [*value.split(",")] if isinstance(value, str) else [value]


def number(value: object, name: str, *, least: float = 0.0, above: bool = False) -> float:
    """A finite number of at least `least`, or above it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRequest(f"expected a number, got {type(value).__name__}.", name)
    try:
        found = float(value)
    except OverflowError:
        found = inf
    if not isfinite(found) or found < least or (above and found == least):
        raise InvalidRequest(f"expected a finite number {'above' if above else 'of at least'} {least:g}.", name)
    return found


def whole(value: object, name: str, *, least: int = 1, most: int = 10**12) -> int:
    """A whole number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRequest(f"expected an integer, got {type(value).__name__}.", name)
    if not least <= value <= most:
        raise InvalidRequest(f"expected an integer from {least} to {most}.", name)
    return value


def seconds(value: object, name: str, *, above: bool = False) -> float | None:
    """A timeout in seconds; `None` means no timeout."""
    return None if value is None else number(value, name, above=above)


def checked(check: Callable[..., object], **bounds: float) -> Callable[[object, "attrs.Attribute[Any]", object], None]:
    """An attrs validator that applies one of these checks, with the attribute's name."""

    def validate(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        check(value, attribute.name, **bounds)

    return validate


def callback(value: object, name: str) -> None:
    """A callable, or `None`."""
    if value is not None and not callable(value):
        raise InvalidRequest(f"expected a callable, got {type(value).__name__}.", name)


def instance(value: T, name: str, kind: type | tuple[type, ...], words: str) -> T:
    """An instance of a class, which `words` describe, or `None`."""
    if value is not None and not isinstance(value, kind):
        raise InvalidRequest(f"expected {words} or None, got {type(value).__name__}.", name)
    return value


def named(value: object, name: str, such_as: str = "") -> None:
    """A string that is not empty, or `None`."""
    if value is not None and (not isinstance(value, str) or not value):
        raise InvalidRequest(f"expected a name{such_as}.", name)


def flag(value: object, name: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise InvalidRequest(f"expected True or False, got {type(value).__name__}.", name)
    return value


def one_of(value: object, name: str, known: tuple[str, ...]) -> str:
    """One of a set of strings."""
    if not isinstance(value, str) or value not in known:
        raise InvalidRequest(f"expected one of {', '.join(map(repr, known))}.", name)
    return value


def header(value: object, name: str) -> str:
    """A header's value, without line feeds, which would start another header."""
    if not isinstance(value, Masked):
        value = unwrap(value)
    if not isinstance(value, str) or not value or not value.isprintable() or not value.isascii():
        raise InvalidRequest("expected printable ASCII text, as headers require.", name)
    return value


def masked(given: Any) -> Any:
    """Headers with masked values; a value that is not a mapping is returned unchanged, for `headers` to reject."""
    if not isinstance(given, Mapping):
        return given
    return {name: mask(unwrap(value)) for name, value in cast("Mapping[object, object]", given).items()}


def headers(given: object) -> dict[str, str]:
    """A caller's headers, validated, with names in the capitalization that this package uses."""
    if not isinstance(given, Mapping):
        raise InvalidRequest(f"expected a mapping, got {type(given).__name__}.", "headers")
    checked_ones: dict[str, str] = {}
    for count, (name, value) in enumerate(cast("Mapping[object, object]", given).items(), 1):
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            raise InvalidRequest(f"name number {count} is not a valid header name.", "headers")
        if problem := _RESERVED.get(name.lower()):
            raise InvalidRequest(problem, f"headers[{name!r}]")
        checked_ones[name.title()] = header(value, f"headers[{name!r}]")
    return checked_ones


def merge_headers(old: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
    """Merge headers; new ones replace old ones of the same name, ignoring case."""
    if not new:
        return old
    names = {name.lower() for name in new}
    return {**{name: value for name, value in old.items() if name.lower() not in names}, **new}


def below(base: URL, path: object) -> URL:
    """The URL of a path below the base URL, or of the same origin."""
    text = str(path)
    if not text.isprintable() or " " in text:
        raise InvalidRequest("it contains spaces or control characters.", "path")
    with suppress(ValueError):
        url = URL(str(base).rstrip("/") + text if text.startswith("/") else text)
        if url.absolute and url.origin() == base.origin() and not url.user and not url.password:
            return url
    raise InvalidRequest(
        f"give a path such as '/apps' or a URL of {base.origin()}: the token goes nowhere else.", "path"
    )
