"""Describes the body of an error: JSON of any shape, a proxy's page, a stack trace, or anything else."""

import codecs
import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from aioheroku.errors._base import bounded, quoted

_MOST: Final = 20
"""Maximum number of items of a list or mapping that a text shows."""
_DEEP: Final = 4
_BEGINNING: Final = 20_000
"""How many bytes of a page are searched for its title."""

_REASON: Final = re.compile(
    "error|reason|detail|descri|message|limit|fail|invalid|problem|cause|violat|hint|title|missing|conflict|issue|warning"
    "|constraint|expected|allowed|maxim|minim|required|retry|suggest|solution"
    "|^(fields?|param|parameter|attribute|size|why|note|help)$",
    re.IGNORECASE,
)
"""Keys whose values explain the error."""
_SECRET: Final = re.compile(
    "token|secret|passw|credential|authori[sz]ation|signature|private|cookie|api.?key"
    "|^(config|config_vars|env|vars|values?|given|input|received|body|params|data|default)$",
    re.IGNORECASE,
)
"""Keys whose values may be secrets, or data that the caller sent: they are in `extra` alone."""

_HTML: Final = re.compile(
    r"\s*(<(\?xml[^>]{0,200}|!--.{0,2000}?--)>\s*)*<(!doctype\s+html|html|head|body|title|h1|center|p|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(r"\s*<(\?xml|!doctype|!--|[a-z][\w:.-]*[\s/>])", re.IGNORECASE)
_TITLE: Final = re.compile(r"<(title|h1|message)\b[^>]{0,200}>([^<]{1,400})<", re.IGNORECASE)
_TRACE: Final = re.compile(
    r"Traceback \(most recent call last\)|^Stack trace:|^goroutine \d+ \["  # Python, PHP, Go
    r"|^\s*at [\w.$<>/]+ ?\(|^\s*at .+:\d+$|:\d+:in ['`]"  # Java, JavaScript, Ruby
    r"|^thread '.{0,100}' panicked at ",  # Rust
    re.MULTILINE,
)


def fields_of(body: bytes) -> dict[str, Any]:
    """The keys of a JSON object; anything else as its `message`."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {"message": described(body)} if body.strip() else {}
    if isinstance(parsed, dict):
        return cast("dict[str, Any]", parsed)
    return {"message": text_of(parsed)}


def is_json(body: bytes) -> bool:
    """Whether a body looks like JSON from the API, even if truncated."""
    return _decoded(body[:_BEGINNING]).lstrip()[:1] in ("{", "[", '"')


def described(body: bytes) -> str:
    """Describes a body that is not JSON: a page's title, the first words of a text, or its kind and size."""
    text = _decoded(body[:_BEGINNING])
    if page := _page(text, len(body)):
        return page
    unprintable = sum(not (c.isprintable() or c.isspace()) or c == "\N{REPLACEMENT CHARACTER}" for c in text)
    if unprintable * 5 > len(text):
        return f"{_size(len(body))} that are not text"
    return bounded(" ".join(text.split()), 200)


def _page(text: str, size: int) -> str:
    """Kind, size and title of a page, or that it is a stack trace; empty for anything else."""
    if _HTML.match(text) or _XML.match(text):
        kind = "an HTML page" if _HTML.match(text) or "<html" in text.lower() else "an XML document"
        from html import unescape  # noqa: PLC0415 - rarely needed

        titled = _TITLE.search(text)
        title = quoted(unescape(titled[2]), 200) if titled is not None else ""
        return f"{kind} of {_size(size)}: {title}" if title else f"{kind} of {_size(size)}"
    return f"a stack trace of {_size(size)}" if _TRACE.search(text) else ""


def text_of(value: object, deep: int = _DEEP) -> str:
    """A JSON value as text, without keys that may hold a secret."""
    match value:
        case None:
            return ""
        case str():
            return _page(value[:_BEGINNING], len(value)) or value
        case bool() | int() | float():
            return json.dumps(value)
        case _ if deep == 0:
            return "..."
        case list():
            items = cast("list[object]", value)
            return _joined([text_of(item, deep - 1) for item in items[:_MOST]], len(items) - _MOST)
        case dict():
            pairs = list(cast("dict[str, object]", value).items())
            words = [f"{name}: {_hidden(name) or text_of(item, deep - 1)}" for name, item in pairs[:_MOST]]
            return _joined(words, len(pairs) - _MOST)
        case _:
            return type(value).__name__


def _hidden(name: str) -> str:
    return "***" if _SECRET.search(name) else ""


def reasons(extra: Mapping[str, Any]) -> list[str]:
    """The explanations in further keys of a body; keys that may hold other data are only named, at the end."""
    explaining = [name for name in extra if _REASON.search(name) and not _SECRET.search(name)]
    shown = [f"{quoted(name, 50)}: {quoted(text)}" for name in explaining[:_MOST] if (text := text_of(extra[name]))]
    if others := [quoted(name, 50) for name in extra if name not in explaining]:
        shown.append(f"error.extra has {_joined(others[:5], len(others) - 5)}")
    return shown


def _joined(texts: list[str], more: int) -> str:
    shown = [text for text in texts if text]
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown)


def _decoded(body: bytes) -> str:
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body.decode("utf-16" if wide else "utf-8-sig", "replace")


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
