"""A line on standard error that a person sees while something is in progress; it is removed at the end."""

import sys
from typing import Final, Self

from aioheroku.cli._streams import echo
from aioheroku.cli._terminal import has_cursor, size
from aioheroku.errors import printable

_BACK: Final = "\r\x1b[K"


class StatusLine:
    """Context manager of the line; nothing is written unless it is a terminal."""

    def __init__(self) -> None:
        self._live = has_cursor(sys.stderr)
        self._shown = ""

    def show(self, text: str) -> None:
        """Replace the line by this text."""
        text = printable(text)[: max(0, size(sys.stderr)[0] - 1)]
        if self._live and text != self._shown:
            echo(_BACK + text, end="")
            self._shown = text

    def clear(self) -> None:
        """Remove the line, so that something else can be written."""
        self.show("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
