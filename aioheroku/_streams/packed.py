"""Packed: a file to upload, its size and its checksum."""

import hashlib
import io
import os
import re
from typing import IO, Final

from attrs import frozen

from aioheroku.errors import InvalidRequest

_PIECE: Final = 256 * 1024
_NO_WAITING: Final = getattr(os, "RWF_NOWAIT", 0)
"""Of Linux: read what the system has in memory, and nothing from the disk."""
_CHECKSUM: Final = re.compile(r"(?i)(?:sha256:)?([0-9a-f]{64})", re.ASCII)


def digits(checksum: object, name: str = "checksum") -> str | None:
    """The hexadecimal digits of a caller's checksum.

    Raises:
        InvalidRequest: it is not one.
    """
    if checksum is None:
        return None
    found = _CHECKSUM.fullmatch(checksum) if isinstance(checksum, str) else None
    if found is None:
        raise InvalidRequest("expected a SHA-256, such as 'SHA256:' and 64 hexadecimal digits.", name)
    return found[1].lower()


@frozen
class Packed:
    """A file to upload."""

    file: IO[bytes]
    start: int
    size: int
    sha256: str
    owned: bool
    """Whether it was opened here, so that it must be closed here."""
    stamp: tuple[int, int] | None = None
    """Size and time of the file before it was hashed; `None` where it has none, as one in memory."""

    def read_cached(self, at: int, into: memoryview) -> int | None:
        """Bytes read of what the system has of the file in memory; `None` where the disk has to be asked."""
        if not _NO_WAITING or type(getattr(self.file, "raw", self.file)) is not io.FileIO:
            return None
        try:
            return os.preadv(self.file.fileno(), [into], self.start + at, _NO_WAITING)
        except (OSError, ValueError):  # it is not in memory, this file system cannot say it, or the file is closed
            return None

    def close(self) -> None:
        """Close it if it was opened here."""
        if self.owned:
            self.file.close()


def stamp_of(file: IO[bytes]) -> tuple[int, int] | None:
    """What changes with every write to a file; `None` where it is not a file of the system."""
    try:
        found = os.fstat(file.fileno())
    except (AttributeError, OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def hashed(file: IO[bytes], start: int) -> tuple[int, str]:
    """Size and checksum of a file from a position to its end."""
    file.seek(start)
    total, found = 0, hashlib.sha256()
    while data := file.read(_PIECE):
        total += len(data)
        found.update(data)
    return total, found.hexdigest()
