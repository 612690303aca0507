"""A line on standard error that a person sees while something is in progress; it is removed at the end."""

import sys
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from aioheroku.cli._terminal import columns_of, has_cursor
from aioheroku.errors import printable

_BACK: Final = "\r\x1b[K"


class StatusLine:
    """Context manager of the line; nothing is written unless it is a terminal."""

    def __init__(self) -> None:
        self._live = has_cursor(sys.stderr)
        self._shown = ""

    def show(self, text: str) -> None:
        """Replace the line by this text."""
        text = printable(text)[: max(0, columns_of(sys.stderr) - 1)]
        if self._live and text != self._shown:
            self._write(_BACK + text if text else _BACK)
            self._shown = text

    def clear(self) -> None:
        """Remove the line, so that something else can be written."""
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
