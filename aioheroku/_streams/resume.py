"""Resuming an output by its content: no two services agree on what a resumed response looks like."""

import re
from typing import Final

KEPT: Final = 4096
"""Bytes kept of the beginning and of the end; a resumed request asks for the latter again."""
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,18})-(?:\d*)/", re.ASCII)


class UnclearError(Exception):
    """The response begins neither at the requested offset nor at the start: all of it must be requested."""


class ChangedError(Exception):
    """The response is not the output that was received so far."""


class Resumption:
    """Finds in each response where the output received so far ends.

    A response with status 206 says where it begins. One with 200 may be all of the output or the requested part, which
    depends on the server: its first bytes are compared with those kept. Heartbeats are not part of any offset, and are
    removed before.
    """

    def __init__(self) -> None:
        self.received = 0
        """Bytes of the output so far."""
        self._head = bytearray()
        self._tail = bytearray()
        self._wants_whole = False
        self._offset = 0
        self._at: int | None = 0
        """Offset of the response's next byte; `None` while it is unclear."""
        self._first = bytearray()
        """The response's first bytes, while it is unclear."""

    def request(self) -> dict[str, str]:
        """The headers of the next request."""
        self._offset = 0 if self._wants_whole else max(0, self.received - KEPT)
        return {"Range": f"bytes={self._offset}-"} if self._offset else {}

    def request_whole(self) -> None:
        """Let the next request ask for all of the output."""
        self._wants_whole = True

    def begin(self, status: int, content_range: str = "") -> None:
        """A response has arrived.

        Raises:
            UnclearError: it begins after the bytes received so far.
        """
        self._first.clear()
        self._at = None if self._offset else 0
        found = _CONTENT_RANGE.match(content_range) if status == 206 else None
        if found is not None:
            self._at = int(found[1])
            if self._at > self.received:
                raise self._unclear()

    def feed(self, data: bytes) -> bytes:
        """The part of these bytes that is new.

        Raises:
            UnclearError: they do not match the bytes received so far, or match in two places.
            ChangedError: all of the output was requested, and it differs.
        """
        if self._at is None:
            self._first += data
            if len(self._first) < KEPT:
                return b""
            first = bytes(self._first[:KEPT])
            resumed = first == bytes(self._tail)
            if resumed == (first == bytes(self._head)):
                raise self._unclear()
            self._at = self._offset if resumed else 0
            data = bytes(self._first)
            self._first.clear()
        return self._behind(data)

    @property
    def behind(self) -> bool:
        """Whether the response has not reached new bytes yet."""
        return self._at is None or self._at < self.received

    def _unclear(self) -> UnclearError:
        self._wants_whole = True
        return UnclearError()

    def _behind(self, data: bytes) -> bytes:
        at = self._at or 0
        self._at = at + len(data)
        old = min(max(0, self.received - at), len(data))
        if not self._fits(at, data[:old]):
            if self._offset:
                raise self._unclear()
            raise ChangedError
        new = data[old:]
        if new:
            self._wants_whole = False
            self.received += len(new)
            self._head += new[: KEPT - len(self._head)]
            self._tail += new[-KEPT:]
            del self._tail[:-KEPT]
        return new

    def _fits(self, at: int, old: bytes) -> bool:
        """Whether repeated bytes equal the kept ones, where they overlap."""
        for start, kept in ((0, self._head), (self.received - len(self._tail), self._tail)):
            first, last = max(at, start), min(at + len(old), start + len(kept))
            if first < last and old[first - at : last - at] != bytes(kept[first - start : last - start]):
                return False
        return True
