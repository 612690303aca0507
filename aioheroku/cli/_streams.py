"""Output: standard streams, which may be closed, and files, which are replaced safely."""

import os
import secrets
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO


def echo(text: str) -> None:
    """Print a message on standard error, separate from the report; errors of writing it are ignored."""
    with suppress(OSError, ValueError):  # the stream is closed, or redirected to a full disk
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


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
def replacing(path: Path, *, at_once: bool, keep: Callable[[], bool]) -> Generator[TextIO]:
    """A file to write: in place, or a temporary one that replaces it at the end, so that nobody reads half a report.

    It is replaced only if `keep()` is true at the end, also after an error: otherwise the former file stays. Anything
    but a regular file, such as a pipe or `/dev/stdout`, is written in place.

    Raises:
        OSError: the file cannot be written; raised before anything else is done.
    """
    if at_once or (path.exists() and not path.is_file()):
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
        return
    # An unpredictable name and exclusive creation: otherwise a symbolic link prepared there would be followed.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
    finally:
        if keep():
            beside.replace(path)
        else:
            beside.unlink()
