"""A persistent, encrypted response cache (SQLite and Fernet)."""

import hashlib
import json
import logging
import os
import sqlite3
import stat
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Collection, Generator
from contextlib import closing, contextmanager
from errno import EINVAL, ELOOP, EPERM
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from aioheroku._options import checked, whole
from aioheroku.cache import Entry
from aioheroku.errors import InvalidRequest

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

logger = logging.getLogger("aioheroku")

_PATIENCE, _PATIENCE_NEW = 0.01, 1.0
"""Seconds to wait for another process that writes to the file: in general, and while the file is created. Both are
short because they block the event loop."""


@define(eq=False)
class DiskCache:
    """An encrypted cache in a file, which persists across processes.

    Each entry is encrypted with a key derived from the credentials and the request: only a session with the same
    credentials can read it, and names of apps are not visible in the file. It needs the extra `cache`. Errors of the
    file are logged, and the response then comes from the platform.

    Args:
        path: the file; created with access for its owner only. A file that others may read is rejected.
        max_entries: maximum number of entries; the oldest are evicted first.
        lists: cache pages of lists too.
        also: templates such as `/apps/{app}/releases/{release}` to cache although their ETags are unreliable.

    Raises:
        InvalidRequest: the file cannot be created or used, or the extra is not installed.
    """

    path: Path = field(converter=Path)
    max_entries: int = field(default=10_000, validator=checked(whole))
    lists: bool = False
    also: Collection[str] = ()

    _failure: str = field(default="", init=False, repr=False)
    """The failure that was logged last: the same failure is logged once, until the file works again."""

    def __attrs_post_init__(self) -> None:
        if find_spec("cryptography") is None:
            raise InvalidRequest("it needs the extra: pip install 'aioheroku[cache]'.", "cache")
        try:
            with self._database():
                pass
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise InvalidRequest(f"{self.path} cannot be used: {reason}.", "cache") from None

    def get(self, key: bytes) -> Entry | None:
        """The entry of this key, or `None`."""
        with self._logged(), self._database() as database:
            row = database.execute("SELECT entry FROM kept WHERE id = ?", (_digest(key),)).fetchone()
            if row is not None:
                etag, status, headers, body = json.loads(_cipher(key).decrypt(row[0]))
                return Entry(etag, status, tuple((name, value) for name, value in headers), b64decode(body))
        return None

    def put(self, key: bytes, group: str, entry: Entry) -> None:
        """Store an entry, and evict the oldest one if there is no room."""
        plain = json.dumps([entry.etag, entry.status, entry.headers, b64encode(entry.body).decode()])
        with self._logged(), self._database() as database:
            row = (_digest(key), _digest(group.encode()), _cipher(key).encrypt(plain.encode()))
            database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", row)
            database.execute(
                "DELETE FROM kept WHERE rowid <= (SELECT rowid FROM kept ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                (self.max_entries,),
            )

    def drop(self, group: str) -> None:
        """Remove all entries of a group."""
        with self._logged(), self._database() as database:
            database.execute("DELETE FROM kept WHERE family = ?", (_digest(group.encode()),))

    def clear(self) -> None:
        """Remove all entries."""
        with self._logged(), self._database() as database:
            database.execute("DELETE FROM kept")

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection]:
        """A connection for one transaction: cheap compared with a request, and safe in any thread."""
        new = _prepare(self.path)
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, timeout=_PATIENCE_NEW if new else _PATIENCE, uri=True)) as database, database:
            if new:
                database.execute("CREATE TABLE IF NOT EXISTS kept (id BLOB PRIMARY KEY, family BLOB, entry BLOB)")
                database.execute("CREATE INDEX IF NOT EXISTS families ON kept (family)")
            yield database

    @contextmanager
    def _logged(self) -> Generator[None]:
        """Log errors of the cache and carry on without it."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a file may hold anything
            failure = type(error).__name__
            if failure != self._failure:
                logger.warning("The cache %s failed (%s): responses come from the platform instead", self.path, failure)
            self._failure = failure
        else:
            self._failure = ""


def _prepare(path: Path) -> bool:
    """Create the file with access for its owner only, if there is none; return whether it is empty.

    Raises:
        OSError: it is not a regular file, or others have access to it.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if error.errno == ELOOP:
            raise OSError(ELOOP, "it is a link, which others could redirect: give the file itself") from None
        raise
    try:
        about = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise OSError(EINVAL, "it is not a file")
    if os.name == "posix" and (about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077):
        raise OSError(EPERM, "others may read it: restrict it to yourself (chmod 600), or give another path")
    return about.st_size == 0


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(b"aioheroku name" + secret).digest()


def _cipher(key: bytes) -> "Fernet":
    from cryptography.fernet import Fernet  # noqa: PLC0415 - an extra

    return Fernet(urlsafe_b64encode(hashlib.sha256(b"aioheroku lock" + key).digest()))
