"""Files that are replaced safely."""

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def in_place(path: Path) -> bool:
    """Whether a path must be written in place: that of a pipe, of a device, of an open stream."""
    # /dev/stdout may lead to a regular file, but must not be replaced by one.
    return (path.exists() and not path.is_file()) or path.absolute().parts[1:2] in (("dev",), ("proc",))


@contextmanager
def replacing(path: Path, *, at_once: bool, keep: Callable[[], bool]) -> Generator[TextIO]:
    """A file to write: in place, or a temporary one that replaces it at the end, so that nobody reads half a report.

    It is replaced only if `keep()` is true at the end, also after an error: otherwise the former file stays. Anything
    but a regular file, such as a pipe or `/dev/stdout`, is written in place.

    Raises:
        OSError: the file cannot be written; raised before anything else is done.
    """
    if at_once or in_place(path):
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
        return
    # An unpredictable name and exclusive creation: otherwise a symbolic link prepared there would be followed.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    stream = beside.open("x", encoding="utf-8", errors="backslashreplace", newline="")
    try:
        with stream:
            yield stream
    finally:
        if keep():
            beside.replace(path)
        else:
            beside.unlink()
