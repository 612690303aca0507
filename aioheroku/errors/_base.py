"""The root of the tree, and the form of every text: printable, bounded, without credentials."""

import re
from typing import Final

MESSAGE: Final = 500
"""Characters of a quoted message that a text quotes."""
TEXT: Final = 2500
"""Characters of the longest text."""

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""The verbs that change nothing."""
_CREDENTIALS: Final = (
    (re.compile(r"(?<=://)[^\s/@]+@"), "***@"),
    (re.compile(r"(?<=://)([^\s?#\"'<>]+)\?[^\s\"'<>]+"), r"\1?***"),  # a signed URL is as good as a password
    (re.compile(r"\b(Bearer|Basic) +[\w.~+/=-]{6,}", re.IGNORECASE), "***"),
    (re.compile(r"\bHRKU-[\w-]+"), "***"),
)


class HerokuError(Exception):
    """Whatever this library raises. The text of each says what happened and what to do."""

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
    """The platform sent a warning or a notice of deprecation with a response."""


def printable(text: str) -> str:
    """The text as it can be written anywhere: a hostile response drives no terminal and fails no log."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def bounded(text: str, most: int = MESSAGE) -> str:
    """The text, or its beginning and how long it is."""
    return text if len(text) <= most else f"{text[:most].rstrip()}... ({len(text)} characters)"


def quoted(text: str, most: int = MESSAGE) -> str:
    """A text of others in one bounded line, without the credentials that it may hold."""
    line = " ".join(text[: 4 * most].split())
    for pattern, mask in _CREDENTIALS:
        line = pattern.sub(mask, line)
    if len(text) > 4 * most or len(line) > most:
        return f"{line[:most].rstrip()}... ({len(text)} characters)"
    return line


def shown(value: object) -> str:
    """A field as a repr shows it."""
    return repr(quoted(value) if isinstance(value, str) else value)


def whole_number(text: str | None) -> int | None:
    """What a header counts; `None` where it says something else, or more than anybody counts to."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 20 else None
