"""A terminal: whether there is one, its size, its raw mode, and what may be written to it."""

import os
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import IO, Any, Final, Self

from aioheroku.cli._streams import echo
from aioheroku.errors import printable

_COLOURS: Final = re.compile(r"\x1b\[[\d;:]*m")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_RESET: Final = "\x1b[0m"
_BACK: Final = "\r\x1b[K"


def is_terminal(stream: IO[Any] | None) -> bool:
    """Whether a person looks at a stream, or types into it."""
    with suppress(ValueError):  # it is closed
        return stream is not None and stream.isatty()
    return False


def has_raw_mode() -> bool:
    """Whether standard input and output are a terminal that can be handed to a command."""
    return find_spec("termios") is not None and is_terminal(sys.stdin) and is_terminal(sys.stdout)


def size(stream: IO[Any]) -> tuple[int, int]:
    """Columns and rows of the terminal of a stream; 80 and 24 where it is none."""
    with suppress(OSError, ValueError):
        found = os.get_terminal_size(stream.fileno())
        if found.columns > 0 and found.lines > 0:
            return found.columns, found.lines
    return 80, 24


@contextmanager
def raw(descriptor: int) -> Generator[None]:
    """Pass every key on, Ctrl-C too, without echo; the earlier mode is always restored."""
    import termios  # noqa: PLC0415 - Windows has none
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(descriptor)
    try:
        tty.setraw(descriptor, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def wants_colours(stream: IO[Any]) -> bool:
    """Whether to write in colours: to a terminal that has them, unless NO_COLOR is set."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str, code: str) -> str:
    """The text in a colour, whose code is that of ANSI terminals, such as `31`."""
    return f"\x1b[{code}m{text}{_RESET}"


def shown(text: str) -> str:
    """Untrusted text for a terminal: colours are kept, other control characters are replaced."""
    if text.isprintable():
        return text
    kept = _COLOURS.findall(text)
    parts = (_CONTROL.sub("\N{REPLACEMENT CHARACTER}", part) for part in _COLOURS.split(text))
    joined = "".join(part + colour for part, colour in zip(parts, [*kept, ""], strict=True))
    return joined + _RESET if kept else joined


class StatusLine:
    """Context manager of a line on standard error that a person sees while something is in progress.

    It is removed at the end. Nothing is written, unless it is to a terminal that can rewrite a line.
    """

    def __init__(self) -> None:
        self._live = is_terminal(sys.stderr) and os.environ.get("TERM") not in {None, "", "dumb"}
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
