"""Archive: packs a folder into a reproducible `.tar.gz`, in a thread."""

import gzip
import os
import stat
import tarfile
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from threading import Event
from typing import IO, TYPE_CHECKING, Any, Final

from aioheroku.errors import InvalidRequest, SourceChanged

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NEVER: Final = frozenset({".git", ".gitmodules"})
_MOMENT: Final = 315_532_800
"""1980-01-01, the time of every entry: so the same files give the same bytes. Some tools reject earlier times."""


class StoppedError(Exception):
    """The archive is no longer wanted."""


def pack(stop: Event, folder: Path, *, ignore: bool = True) -> IO[bytes]:
    """Pack a folder's files into a temporary file, which is at its beginning.

    Names are sorted, times and owners are fixed. Links are packed as links; empty folders, sockets, devices, `.git` and
    `.gitmodules` are left out.

    Raises:
        InvalidRequest: there is nothing to pack, or `pathspec` is missing.
        SourceChanged: a file changed while it was read.
        OSError: a file cannot be read.
    """
    slug = _rules(folder / ".slugignore", negated=False) if ignore else None
    found = list(_walk(folder, "", [], slug, ignore=ignore))
    if not found:
        raise InvalidRequest("the folder has no file to deploy.", "source")
    with (
        temporary_file() as out,
        gzip.GzipFile("", "wb", 6, out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, path in found:
            _add(archive, name, path, stop)
    return out


@contextmanager
def temporary_file() -> Generator[IO[bytes]]:
    """A temporary file to write: afterwards it is at its beginning, or closed if there was an error."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    try:
        yield file
        file.seek(0)
    except BaseException:
        file.close()
        raise


def _walk(
    folder: Path, prefix: str, rules: "list[tuple[str, GitIgnoreSpec]]", slug: "GitIgnoreSpec | None", *, ignore: bool
) -> Iterator[tuple[str, Path]]:
    """The names and paths of the files to pack, sorted."""
    own = _rules(folder / ".gitignore") if ignore else None
    if own is not None:
        rules = [*rules, (prefix, own)]
    for entry in _entries(folder, prefix):
        is_folder = entry.is_dir(follow_symlinks=False)
        name = prefix + entry.name
        matched = f"{name}/" if is_folder else name
        if entry.name in _NEVER or _is_ignored(matched, rules, slug):
            continue
        if is_folder:
            yield from _walk(Path(entry.path), matched, rules, slug, ignore=ignore)
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield name, Path(entry.path)


def _entries(folder: Path, prefix: str) -> "list[os.DirEntry[str]]":
    try:
        return sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except FileNotFoundError:
        raise SourceChanged(prefix.rstrip("/")) from None


def _rules(path: Path, *, negated: bool = True) -> "GitIgnoreSpec | None":
    """The patterns of an ignore file, if there is one; in a `.slugignore`, negated ones have no effect."""
    if not path.is_file():
        return None
    try:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - an extra
    except ImportError:
        raise InvalidRequest(
            f"{path.name} needs pathspec: run pip install 'aioheroku[deploy]', or give ignore=False.", "ignore"
        ) from None
    lines = path.read_bytes().decode("utf-8", "surrogateescape").splitlines()
    return GitIgnoreSpec.from_lines(line for line in lines if negated or not line.startswith("!"))


def _is_ignored(name: str, rules: "list[tuple[str, GitIgnoreSpec]]", slug: "GitIgnoreSpec | None") -> bool:
    """Whether `.slugignore` ignores it, or the nearest `.gitignore` that matches it."""
    if slug is not None and slug.match_file(name):
        return True
    for prefix, spec in reversed(rules):
        found = spec.check_file(name.removeprefix(prefix)).include
        if found is not None:
            return found
    return False


def _add(archive: tarfile.TarFile, name: str, path: Path, stop: Event) -> None:
    if stop.is_set():
        raise StoppedError
    entry = tarfile.TarInfo(str(PurePosixPath(name)))
    entry.mtime = _MOMENT
    try:
        if path.is_symlink():
            entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, os.readlink(path), 0o777  # noqa: PTH115 - unchanged
            archive.addfile(entry)
            return
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            entry.size = before.st_size
            entry.mode = 0o755 if before.st_mode & stat.S_IXUSR else 0o644
            archive.addfile(entry, _Watched(file, name, stop))
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        raise SourceChanged(name) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceChanged(name)


class _Watched:
    """A file that raises an error if it has become shorter, or if its archive is no longer wanted."""

    def __init__(self, file: IO[bytes], name: str, stop: Event) -> None:
        self._file, self._name, self._stop = file, name, stop

    def read(self, size: int = -1) -> Any:
        if self._stop.is_set():
            raise StoppedError
        data = self._file.read(size)
        if len(data) < size:
            raise SourceChanged(self._name)
        return data
