"""The journal of a campaign: a file of JSON lines, from which an interrupted campaign continues.

The first line identifies the campaign, each further line reports what happened to an item:

    {"journal": "aioheroku", "version": 1, "call": "dynos.create", "account": "01234567-...", "arguments": "...", ...}
    {"key": "example", "writes": "POST /apps/{app}/dynos"}        a write is about to be sent (maybe "idempotent": true)
    {"key": "example", "done": {...}, "tokens": 1, "seconds": 0.2}
    {"key": "other", "failed": "NotFound: ...", "wrote": false, ...}
    {"key": "third", "unknown": "ReadTimeout: ...", ...}
    {"key": "fourth", "refused": "POST /apps/{app}/dynos"}        by the error that ended the campaign: not begun

A later line of a key replaces an earlier one. It contains no token, and of the arguments only a salted scrypt digest.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from attrs import define, field, frozen

from aioheroku import _options
from aioheroku._campaigns.values import digest
from aioheroku.errors import InvalidRequest, JournalMismatch, quoted

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has none: two writers are not noticed there
    fcntl = None  # type: ignore[assignment]

VERSION: Final = 1
_BEGINNING: Final = b'{"journal": "aioheroku"'
_BATCH_LINES: Final = 100
_BATCH_SECONDS: Final = 1.0
Fsync = Literal["each", "batch", "never"]


@frozen
class Entry:
    """The last line of a journal about an item."""

    state: Literal["begun", "done", "failed", "unknown"]
    value: Any = None
    """The value as plain JSON data."""
    kind: str = ""
    """The model of the value, if the call has no annotated return type."""
    error: str = ""
    wrote: bool = False
    """Whether a write that must not be repeated was executed before the item failed."""
    tokens: int = 0
    seconds: float = 0.0
    idempotent: bool = False
    """Whether the write that was begun may be repeated."""


def _path(value: object) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise InvalidRequest("expected the path of a file.", "journal")
    return Path(value)


@define(eq=False)
class Journal:
    """A file that records a campaign, so that it can continue after an interruption: `Journal("rotate.jsonl")`.

    It has one writer at a time. It belongs to one campaign: the same call with the same further arguments, of the same
    account. It is written before a write is sent and after its outcome is known.

    Args:
        path: the file; created with access for its owner only.
        retry_failed: whether items that failed are tried again.
        fsync: when lines are flushed to disk: `each` before the campaign continues (survives a power failure), `batch`
            once a second, `never` (both survive the end of the process, however sudden).

    Raises:
        InvalidRequest: an argument is not usable.
    """

    path: Path = field(converter=_path)
    retry_failed: bool = field(default=True, kw_only=True)
    fsync: Fsync = field(default="each", kw_only=True)
    _file: int = field(default=-1, init=False, repr=False)
    _entries: dict[str, Entry] = field(factory=dict[str, Entry], init=False, repr=False)
    _seen: set[str] = field(factory=set[str], init=False, repr=False)
    """The keys of this run's items."""
    _written: int = field(default=0, init=False, repr=False)
    _end: int = field(default=0, init=False, repr=False)
    """The size of the file in bytes."""
    _dry: bool = field(default=False, init=False, repr=False)
    _synced: int = field(default=0, init=False, repr=False)
    _synced_at: float = field(default=0.0, init=False, repr=False)
    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _options.instance(self.retry_failed, "retry_failed", bool, "True, False")
        _options.one_of(self.fsync, "fsync", get_args(Fsync))

    def open(self, call: str, arguments: object, account: str, *, dry: bool = False) -> None:
        """Read what an earlier run recorded, and become the file's writer; a dry run only reads.

        Raises:
            JournalMismatch: the file is not a journal of this campaign, or another campaign is writing to it.
        """
        if self._file >= 0:
            raise JournalMismatch(str(self.path), "another campaign of this process is writing to it")
        self._dry = dry
        if dry:
            self._look("rb", call, arguments, account)
            return
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._lock_file(file)
            end = self._read(file, call, arguments, account)
            size = os.fstat(file).st_size
            if end < size:
                os.ftruncate(file, end)  # a torn last line: the process ended while it wrote
            self._end = end or os.write(file, self._first_line(call, arguments, account))
        except BaseException:
            os.close(file)
            self._entries.clear()
            raise
        self._file = file

    def _look(self, mode: str, call: str, arguments: object, account: str | None) -> None:
        """Read the file, if there is one; in a mode that writes, only if nobody else does."""
        with suppress(FileNotFoundError), self.path.open(mode) as stream:
            if stream.writable():
                self._lock_file(stream.fileno())
            self._read(stream.fileno(), call, arguments, account)

    def _lock_file(self, file: int) -> None:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise JournalMismatch(str(self.path), "another campaign is writing to it") from None

    def _read(self, file: int, call: str, arguments: object, account: str | None) -> int:
        """Read the complete lines of the file; returns their size in bytes, 0 for a new file."""
        self._entries.clear()
        self._seen.clear()
        end = 0
        for number, line in enumerate(_lines(file)):
            if not line.endswith(b"\n"):
                break
            data = _object(line)
            if number == 0:
                self._check(data, call, arguments, account)
            else:
                self._take(data, number + 1)
            end += len(line)
        if end == 0 and os.pread(file, len(_BEGINNING), 0) != _BEGINNING[: os.fstat(file).st_size]:
            raise JournalMismatch(str(self.path), "it is not a journal")
        return end

    def _take(self, data: Mapping[str, Any] | None, number: int) -> None:
        if data is None or not isinstance(data.get("key"), str):
            raise JournalMismatch(str(self.path), f"line {number} is not one of a journal")
        if "refused" in data:
            self._entries.pop(data["key"], None)
        else:
            self._entries[data["key"]] = _entry(data)

    @staticmethod
    def _first_line(call: str, arguments: object, account: str) -> bytes:
        salt = os.urandom(16).hex()
        header = {"journal": "aioheroku", "version": VERSION, "call": call, "account": account}
        header |= {"arguments": digest(arguments, salt), "salt": salt}
        return json.dumps(header).encode() + b"\n"

    def examine(self, call: str, arguments: object) -> int:
        """Check that the file can be the journal of this call, as far as possible without knowing the account.

        Nothing is changed. Returns the number of items that are done.

        Raises:
            JournalMismatch: it cannot, or another campaign is writing to it.
        """
        self._look("r+b", call, arguments, None)
        done = sum(entry.state == "done" for entry in self._entries.values())
        self._entries.clear()
        return done

    def _check(self, data: Mapping[str, Any] | None, call: str, arguments: object, account: str | None) -> None:
        """Refuse the first line of another campaign's journal; `None` means that the account is not known yet."""
        if data is None or data.get("journal") != "aioheroku":
            raise JournalMismatch(str(self.path), "it is not a journal")
        if data.get("version") != VERSION:
            raise JournalMismatch(str(self.path), "it was written by a later version of aioheroku")
        for name, value in (("call", call), ("account", account)):
            if value is not None and data.get(name) != value:
                raise JournalMismatch(str(self.path), f"it is of another campaign: its {name} differs")
        if data.get("arguments") != digest(arguments, str(data.get("salt", ""))):
            raise JournalMismatch(str(self.path), "it is of another campaign: the arguments of its call differ")

    def state_of(self, key: str) -> Literal["begun", "done", "failed", "unknown"] | None:
        """The state in which earlier runs left an item that this one has not begun; `None` if they did not begin it."""
        return self._entries[key].state if key in self._entries else None

    def claim(self, key: str) -> Entry | None:
        """What earlier runs recorded about an item; each key may be claimed once per run.

        Raises:
            JournalMismatch: another item of this run has the key.
        """
        if key in self._seen:
            raise JournalMismatch(
                str(self.path), f"two items have the key {quoted(key)!r}: give each(..., key=) a function"
            )
        self._seen.add(key)
        return self._entries.pop(key, None)

    async def write(self, key: str, line: Mapping[str, Any]) -> None:
        """Append a line, and wait until it is stored as `fsync` requires."""
        if self._dry:
            return
        data = json.dumps({"key": key, **line}).encode() + b"\n"
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:  # the disk is full: the next line must not follow half a line
            os.ftruncate(self._file, self._end)
            raise
        self._end += len(data)
        self._written += 1
        full = self._written - self._synced >= _BATCH_LINES or time.monotonic() - self._synced_at >= _BATCH_SECONDS
        if self.fsync == "each" or (self.fsync == "batch" and full):
            await self._sync(self._written)

    async def _sync(self, line: int) -> None:
        """Flush the lines up to this one to disk; tasks that wait meanwhile share the next flush."""
        async with self._lock:
            if self._synced < line:
                upto = self._written
                await asyncio.to_thread(os.fsync, self._file)
                self._synced, self._synced_at = upto, time.monotonic()

    def close(self) -> None:
        """Release the file for another campaign."""
        if self._file >= 0:
            file, self._file = self._file, -1
            try:
                if self.fsync != "never":
                    os.fsync(file)
            finally:
                if fcntl is not None:  # a thread that flushes lines may hold the file a little longer
                    fcntl.flock(file, fcntl.LOCK_UN)
                os.close(file)
        self._entries.clear()
        self._seen.clear()


def _lines(file: int) -> Iterator[bytes]:
    with os.fdopen(os.dup(file), "rb") as reader:
        reader.seek(0)
        yield from reader


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


def _entry(data: Mapping[str, Any]) -> Entry:
    tokens, seconds = data.get("tokens", 0), data.get("seconds", 0.0)
    if "done" in data:
        return Entry("done", data["done"], str(data.get("type", "")), tokens=tokens, seconds=seconds)
    for state in ("failed", "unknown"):
        if state in data:
            return Entry(state, error=str(data[state]), wrote=bool(data.get("wrote")), tokens=tokens, seconds=seconds)
    return Entry("begun", error=str(data.get("writes", "")), idempotent=bool(data.get("idempotent")))
