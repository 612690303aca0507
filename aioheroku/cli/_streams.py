"""Standard streams, which may be closed."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from aioheroku.cli._status import CLOSED
from aioheroku.errors import printable


def echo(text: str, end: str = "\n") -> None:
    """Print a message on standard error, separate from the report; errors of writing it are ignored."""
    with suppress(OSError, ValueError):  # the stream is closed, or redirected to a full disk
        write(sys.stderr, text, end)


def print_problem(text: str) -> None:
    """Print what went wrong on standard error."""
    echo(f"aioheroku: {printable(text)}")


def reason(error: OSError) -> str:
    """What the system says, and about which file."""
    return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"


def write(stream: TextIO, text: str, end: str = "\n") -> None:
    """Write a line, or several, at once: so an interrupted command loses nothing."""
    stream.write(text + end)
    stream.flush()


def prepare() -> bool:
    """Make the standard streams safe to write to; return whether standard output is open.

    Python sets a closed stream to None. Characters that the encoding lacks are escaped: a name with an umlaut must not
    abort the report.
    """
    is_open: Any = sys.stdout
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open until the process ends
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return is_open is not None


def abandon() -> None:
    """Redirect standard output after a failed write, so that flushing its buffer at exit does not fail again."""
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


@contextmanager
def ending_with_the_reader() -> Generator[None]:
    """End quietly where nobody reads standard output any more, as with `| head`."""
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        abandon()
        sys.exit(CLOSED)
