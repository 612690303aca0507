"""Source: what is deployed, as a file with size and checksum, or as an address."""

import os
import tempfile
from pathlib import Path
from threading import Event
from typing import IO, Any, Final, cast

from yarl import URL

from aioheroku._streams.archive import StoppedError, pack
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
    """Check what can be checked at once.

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
        SourceChanged: a file changed meanwhile.
    """
    packed = await stoppable(_prepared, source, name, ignore)
    if checksum is not None and packed.sha256 != checksum:
        packed.close()
        raise ChecksumMismatch(f"SHA256:{checksum}", f"SHA256:{packed.sha256}")
    return packed


def _prepared(stop: Event, source: object, name: str, ignore: bool) -> Packed:
    owned = True
    if isinstance(source, str | os.PathLike):
        path = Path(cast("str", source))
        file: IO[bytes] = pack(stop, path, ignore=ignore) if path.is_dir() else path.open("rb")
        start = 0
    else:
        file, start, owned = _opened(stop, source, name)
    try:
        _check(file, start, name)
        stamp = stamp_of(file)
        size, sha256 = hashed(file, start)
    except BaseException:
        if owned:
            file.close()
        raise
    return Packed(file, start, size, sha256, owned, stamp)


def _check(file: IO[bytes], start: int, name: str) -> None:
    file.seek(start)
    if file.read(2) != _GZIP:
        raise InvalidRequest("expected an archive that gzip has compressed, such as a .tar.gz.", name)


def _opened(stop: Event, source: Any, name: str) -> tuple[IO[bytes], int, bool]:
    """An open file from its current position; a file that cannot be read twice is copied."""
    seekable = getattr(source, "seekable", None)
    if callable(seekable) and seekable():
        if not isinstance(source.read(0), bytes):
            raise InvalidRequest(_EXPECTED, name)
        return source, source.tell(), False
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        _copy(stop, source, name, copy)
    except BaseException:
        copy.close()
        raise
    return copy, 0, True


def _copy(stop: Event, source: Any, name: str, copy: IO[bytes]) -> None:
    while data := source.read(256 * 1024):
        if stop.is_set():
            raise StoppedError
        if not isinstance(data, bytes):
            raise InvalidRequest(_EXPECTED, name)
        copy.write(data)
