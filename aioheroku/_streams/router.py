"""The router's lines: logfmt of any keys in any order, and the form used before 2012."""

import re
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

_PAIR: Final = re.compile(r'(?:^|(?<=\s))([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))', re.DOTALL)
_OLD: Final = re.compile(r"Error ([A-Z]\d{2,3}) \(([^)]*)\)(?: -> (\S+) ([^\s/]+)(/\S*)?)?", re.ASCII)
_NUMBER: Final = re.compile(r"(\d{1,18})(?:ms)?", re.ASCII)


@frozen
class RouterLine:
    """A request as Heroku's router logs it; a field is `None` if the line lacks it, or if it is empty.

    See <https://devcenter.heroku.com/articles/http-routing#heroku-router-log-format>.
    """

    at: str | None
    """`info`, `warning` or `error`."""
    method: str | None
    """The HTTP method."""
    path: str | None
    """The path with its query."""
    host: str | None
    """The Host header."""
    request_id: str | None
    """The request's id."""
    fwd: str | None
    """The X-Forwarded-For header: addresses, separated by commas."""
    dyno: str | None
    """The dyno that handled the request, such as `web.1`."""
    connect: int | None
    """Milliseconds until the dyno accepted the connection."""
    service: int | None
    """Milliseconds until the dyno's response was complete."""
    status: int | None
    """The HTTP status."""
    bytes: int | None
    """Size of the response's body."""
    protocol: str | None
    """`http` or `https`."""
    code: str | None
    """The error code, such as `H12`."""
    desc: str | None
    """What the error code means."""
    fields: Mapping[str, str | None] = field(hash=False)
    """Every key of the line with its text, also those that have no attribute."""

    @classmethod
    def parse(cls, text: str) -> "RouterLine | None":
        """The fields of a line's text; `None` if it has none."""
        fields = _old_fields(text)
        for key, quoted, plain in _PAIR.findall(text):
            fields.setdefault(key, re.sub(r"\\(.)", r"\1", quoted) or plain.removeprefix('"') or None)
        if not fields:
            return None
        numbers = {name: _whole(fields.get(name)) for name in ("connect", "service", "status", "bytes")}
        texts = {name: fields.get(name) for name in _TEXTS}
        return cls(**texts, **numbers, fields=fields)  # type: ignore[arg-type]


_TEXTS: Final = ("at", "method", "path", "host", "request_id", "fwd", "dyno", "protocol", "code", "desc")


def _old_fields(text: str) -> dict[str, str | None]:
    """The fields of a line in the form used before 2012; none for any other line."""
    found = _OLD.match(text)
    if found is None:
        return {}
    values = zip(("code", "desc", "method", "host", "path"), found.groups(), strict=True)
    return {"at": "error", **{name: value for name, value in values if value}}


def _whole(text: str | None) -> int | None:
    found = _NUMBER.fullmatch(text or "")
    return int(found[1]) if found else None
