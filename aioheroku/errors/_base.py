"""The base class of all exceptions, and what makes their texts printable, bounded and free of credentials."""

import re
from typing import Final

MESSAGE: Final = 500
"""Maximum length of a quoted message, in characters."""
TEXT: Final = 2500
"""Maximum length of a whole text, in characters."""

READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""The verbs that change nothing."""
_CREDENTIALS: Final = (
    (re.compile(r"(?<=://)[^\s/@]+@"), "***@"),
    (re.compile(r"(?<=://)([^\s?#\"'<>]+)\?[^\s\"'<>]+"), r"\1?***"),  # a signed URL is a credential
    (re.compile(r"\b(Bearer|Basic) +[\w.~+/=-]{6,}", re.IGNORECASE), "***"),
    (re.compile(r"\bHRKU-[\w-]+"), "***"),
)


class HerokuError(Exception):
    """Base class of all exceptions of this library. The text says what happened and what to do."""

    def __str__(self) -> str:
        summary, advice = self._summary(), self._advice()
        if advice and not summary.endswith((".", "!", "?", ")")):
            summary += "."
        return bounded(printable(f"{summary} {advice}".strip()), TEXT)

    @property
    def summary(self) -> str:
        """What happened: the text without the advice."""
        return bounded(printable(self._summary()), TEXT)

    @property
    def advice(self) -> str:
        """What to do: the rest of the text."""
        return bounded(printable(self._advice()), TEXT)

    def _summary(self) -> str:
        return super().__str__()

    def _advice(self) -> str:
        return ""


class HerokuWarning(UserWarning):
    """The platform sent a warning or a deprecation notice with a response."""


def printable(text: str) -> str:
    """The text with control characters replaced, so that a hostile response cannot drive a terminal or break a log."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def bounded(text: str, most: int = MESSAGE) -> str:
    """The text; if it is too long, its beginning and its length."""
    return text if len(text) <= most else f"{text[:most].rstrip()}... ({len(text)} characters)"


def quoted(text: str, most: int = MESSAGE) -> str:
    """A foreign text as one bounded line, with credentials masked."""
    line = " ".join(text[: 4 * most].split())
    for pattern, mask in _CREDENTIALS:
        line = pattern.sub(mask, line)
    if len(text) > 4 * most or len(line) > most:
        return f"{line[:most].rstrip()}... ({len(text)} characters)"
    return line


def within(form: str, text: object) -> str:
    """A foreign text within a phrase such as ` ({})`; empty if there is no text."""
    return form.format(quoted(str(text))) if text else ""


def shown(value: object) -> str:
    """A field as a repr shows it."""
    return repr(quoted(value) if isinstance(value, str) else value)


_whole: Final = re.compile(r"[0-9]{1,19}").fullmatch


def whole_number(text: str | None) -> int | None:
    """The number in a header; `None` if it is not a number or implausibly large."""
    return int(text) if text and _whole(text) else None
