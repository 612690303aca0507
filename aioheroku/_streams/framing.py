"""Decodes bytes into lines and events: plain lines, and server-sent events in their two dialects."""

import re
from typing import Final

from attrs import frozen

_MOST: Final = 2**20
"""Maximum bytes of an unfinished line; beyond that, what has arrived counts as a line."""

_data_of: Final = re.compile(rb"\n(?:data: ?+([^\n]+)|event)").findall
"""The data of many events; an empty one stands for an event that may be another than a message."""


class _Splitter:
    """Splits at LF, however the bytes are chunked."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends."""
        *lines, rest = data.split(b"\n")
        if lines and self._pieces:
            lines[0] = self.rest() + lines[0]
        if rest:
            self._pieces.append(rest)
            self._size += len(rest)
            if self._size > _MOST:
                lines.append(self.rest())
        return lines

    def rest(self) -> bytes:
        """Take out what arrived after the last line end."""
        rest = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return rest


class LineDecoder(_Splitter):
    """Plain lines: LF alone ends one, and NUL bytes, which services send as heartbeats, are removed first."""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends."""
        return super().feed(data.replace(b"\0", b""))


@frozen
class ServerEvent:
    """One server-sent event; several `data` lines are joined by LF."""

    data: bytes
    id: bytes | None = None
    event: bytes = b"message"


class EventDecoder:
    """Server-sent events.

    Of log sessions: CR, LF and both together end a line, and NUL bytes are removed. Of build output: LF alone ends a
    line, since its service does not escape CR (a reader that follows the specification loses every one), and the id is
    the offset of the event's end.

    Args:
        cr_ends_line: whether the events are those of log sessions.
    """

    def __init__(self, *, cr_ends_line: bool) -> None:
        self._cr_ends_line = cr_ends_line
        self._after_cr = False
        self._splitter = _Splitter()
        self._data: list[bytes] = []
        self._id: bytes | None = None
        self._event = b"message"

    def feed(self, data: bytes) -> list[ServerEvent]:
        """The events that are complete now: an event ends with an empty line."""
        return self._events(self._clean(data))

    def feed_lines(self, data: bytes) -> tuple[list[bytes], ServerEvent | None]:
        """The lines of the events that are complete now, and the event `error` behind them, if there is one.

        Complete events in the middle are decoded at once, unless one of them may not be a message.
        """
        data = self._clean(data)
        first, last = data.find(b"\n\n") + 1, data.rfind(b"\n\n") + 1
        middle = data[first:last]
        found = _data_of(middle)
        if b"" in found:
            first, found = last, []
        lines, error = self._lines(data[: first + 1] if first else b"")
        if error is None:
            lines += found
            more, error = self._lines(data[last + 1 :] if last else data)
            lines += more
        return lines, error

    def _lines(self, data: bytes) -> tuple[list[bytes], ServerEvent | None]:
        lines: list[bytes] = []
        for event in self._events(data):
            if event.event == b"error":
                return lines, event
            lines += [line for line in event.data.split(b"\n") if line]
        return lines, None

    def _events(self, data: bytes) -> list[ServerEvent]:
        return [event for line in self._splitter.feed(data) if (event := self._line(line)) is not None]

    def _clean(self, data: bytes) -> bytes:
        """Without NUL bytes, and of logs with CR, LF and CRLF as LF."""
        if not self._cr_ends_line:
            return data
        data = data.replace(b"\0", b"")
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if data.endswith(b"\r"):
            self._after_cr = True
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data

    def _line(self, line: bytes) -> ServerEvent | None:
        if line:
            name, _, value = line.partition(b":")  # of a comment the name is empty
            value = value.removeprefix(b" ")
            if name == b"data":
                self._data.append(value)
            elif name == b"event":
                self._event = value
            elif name == b"id":
                self._id = value
            return None
        data, event, self._data, self._event = self._data, self._event, [], b"message"
        return ServerEvent(b"\n".join(data), self._id, event) if data else None
