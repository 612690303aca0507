"""Bytes as they come into lines and events: plain lines, and server-sent events in their two dialects."""

from typing import Final

from attrs import frozen

_MOST: Final = 2**20
"""Bytes of a line without an end that are kept; then what there is of it is a line."""


class _Splitter:
    """Splits at LF, whatever pieces the bytes come in."""

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
        """What came after the last line end; it is taken out."""
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
        if self._cr_ends_line:
            data = self._without_cr(data.replace(b"\0", b""))
        lines = self._splitter.feed(data)
        return [event for line in lines if (event := self._line(line)) is not None]

    def _without_cr(self, data: bytes) -> bytes:
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if data.endswith(b"\r"):
            self._after_cr = True
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

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
