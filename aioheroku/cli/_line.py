"""One line on standard error that a person sees while something goes on, and that goes away at its end."""

import sys
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from aioheroku.cli._terminal import columns_of, has_cursor
from aioheroku.errors import printable

_BACK: Final = "\r\x1b[K"


class StatusLine:
    """Context manager of the line; nothing is written where nobody looks."""

    def __init__(self) -> None:
        self._live = has_cursor(sys.stderr)
        self._shown = ""

    def show(self, text: str) -> None:
        """Show this instead of what was shown before."""
        text = printable(text)[: max(0, columns_of(sys.stderr) - 1)]
        if self._live and text != self._shown:
            self._write(_BACK + text if text else _BACK)
            self._shown = text

    def clear(self) -> None:
        """Take it away, so that something else may be written."""
        self.show("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    @staticmethod
    def _write(text: str) -> None:
        with suppress(OSError, ValueError):  # it was closed
            sys.stderr.write(text)
            sys.stderr.flush()
