"""Formatting of numbers, durations and untrusted text."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from aioheroku.errors import printable

_NAMED: Final = 6
"""Maximum names in a message."""
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def duration(seconds: float) -> str:
    """Seconds as one or two units: `9 s`, `3 min`, `1 h 44 min`."""
    whole = max(1, round(seconds))
    for (size, unit), (smaller, lesser) in pairwise(_UNITS):
        if whole >= size:
            rest = whole % size // smaller
            text = f"{whole // size} {unit}"
            return f"{text} {rest} {lesser}" if rest and size > 60 else text
    return f"{whole} s"


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 app`, `1,000 apps`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def names(several: Sequence[str]) -> str:
    """The first of several names, and the number of the others."""
    shown = ", ".join(map(printable, several[:_NAMED]))
    return f"{shown} and {len(several) - _NAMED:,} more" if len(several) > _NAMED else shown


def cell(text: str) -> str:
    """Untrusted text for a cell of a spreadsheet: an apostrophe keeps a formula from being evaluated."""
    return f"'{printable(text)}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else printable(text)
