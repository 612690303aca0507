"""Where output goes: standard streams that may be closed, and files that nobody else may have prepared."""

import os
import secrets
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO


def say(text: str) -> None:
    """Tell the person at the terminal; the report goes elsewhere. Where nobody can be told, nothing is lost by it."""
    with suppress(OSError, ValueError):  # closed, or a full disk behind it
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def prepare() -> bool:
    """Make the standard streams fit to be written to; whether standard output is open.

    A closed one is None in Python. What an encoding cannot hold is written as an escape: a name with an umlaut must not
    cost the report.
    """
    is_open: Any = sys.stdout
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - until the process ends
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return is_open is not None


def abandon() -> None:
    """Give up standard output after it failed: what it still holds must not fail again when Python ends."""
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


@contextmanager
def replacing(path: Path, *, at_once: bool, keep: Callable[[], bool]) -> Generator[TextIO]:
    """A file to write: in place, or beside it and moved there at the end, so that nobody reads half a report.

    It is moved only if `keep` says so then, after an error too: what stood there before is better than nothing. What
    is not a regular file, such as a pipe or `/dev/stdout`, is written in place.

    Raises:
        OSError: it cannot be written; known before anything else is done.
    """
    if at_once or (path.exists() and not path.is_file()):
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
        return
    # A name that nobody can guess, and a file that is ours: a link that somebody put there would be written through.
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
