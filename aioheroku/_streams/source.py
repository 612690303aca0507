"""Source: what is deployed, as a file with size and checksum, or as an address."""

import os
from pathlib import Path
from threading import Event
from typing import IO, Any, Final, cast

from yarl import URL

from aioheroku._streams.archive import StoppedError, pack, temporary_file
from aioheroku._streams.packed import Packed, hashed, stamp_of
from aioheroku._streams.threads import stoppable
from aioheroku.errors import ChecksumMismatch, InvalidRequest

_GZIP: Final = b"\x1f\x8b"
_EXPECTED: Final = "expected a folder, a .tar.gz, an https address, or a file that is open for reading bytes."


def address(source: object) -> str | None:
    """The address, if the source is one.

    Raises:
        InvalidRequest: it is not one of https.
    """
    if isinstance(source, URL):
        source = str(source)
    if not isinstance(source, str) or "://" not in source:
        return None
    if not source.startswith("https://"):
        raise InvalidRequest("the address must be one of https.", "source")
    return source


def known(source: object, name: str, *, folders: bool = True) -> None:
    """Check what can be checked before anything is read.

    Raises:
        InvalidRequest: it cannot be uploaded.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(cast("str", source))
        if not path.exists():
            raise InvalidRequest("there is no such file or folder.", name)
        if path.is_dir() and not folders:
            raise InvalidRequest("expected an archive, not a folder.", name)
    elif not callable(getattr(source, "read", None)):
        raise InvalidRequest(_EXPECTED, name)


async def prepared(source: object, name: str, *, ignore: bool, checksum: str | None) -> Packed:
    """A file to upload, made from a folder, an archive or an open file in a thread.

    Raises:
        InvalidRequest: it cannot be uploaded.
        ChecksumMismatch: it differs from the caller's.
        SourceChanged: a file changed while it was read.
    """
    packed = await stoppable(_prepared, source, name, ignore)
    if checksum is not None and packed.sha256 != checksum:
        packed.close()
        raise ChecksumMismatch(f"SHA256:{checksum}", f"SHA256:{packed.sha256}")
    return packed


def _prepared(stop: Event, source: object, name: str, ignore: bool) -> Packed:
    file, owned = _opened(stop, source, name, ignore)
    try:
        return _packed(file, owned, name)
    except BaseException:
        if owned:
            file.close()
        raise


def _packed(file: IO[bytes], owned: bool, name: str) -> Packed:
    start = file.tell()
    if file.read(2) != _GZIP:
        raise InvalidRequest("expected an archive that gzip has compressed, such as a .tar.gz.", name)
    stamp = stamp_of(file)
    size, sha256 = hashed(file, start)
    return Packed(file, start, size, sha256, owned, stamp)


def _opened(stop: Event, source: Any, name: str, ignore: bool) -> tuple[IO[bytes], bool]:
    """The file to upload, from its current position, and whether it was opened here."""
    if isinstance(source, str | os.PathLike):
        path = Path(cast("str", source))
        return pack(stop, path, ignore=ignore) if path.is_dir() else path.open("rb"), True
    seekable = getattr(source, "seekable", None)
    if callable(seekable) and seekable():
        if not isinstance(source.read(0), bytes):
            raise InvalidRequest(_EXPECTED, name)
        return source, False
    with temporary_file() as copy:  # the source cannot be read twice
        while data := source.read(256 * 1024):
            if stop.is_set():
                raise StoppedError
            if not isinstance(data, bytes):
                raise InvalidRequest(_EXPECTED, name)
            copy.write(data)
    return copy, True
