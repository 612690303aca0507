"""Decodes bytes into lines: plain ones, and those in the server-sent events of a log session."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

_MOST: Final = 2**20
"""Maximum bytes of an unfinished line; beyond that, what has arrived counts as a line."""

_data_of: Final = re.compile(rb"\n(?:data: ?+([^\n]+)|event)").findall
"""The data of many events; an empty one stands for an event that may not be a message."""


class LineDecoder:
    """Plain lines: LF alone ends one, and NUL bytes, which services send as heartbeats, are removed first."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends."""
        *lines, rest = data.replace(b"\0", b"").split(b"\n")
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


async def text_lines(pieces: AsyncGenerator[bytes]) -> AsyncGenerator[str]:
    """The plain lines of bytes as text: a CR at the end is removed, and bytes that are not UTF-8 are replaced."""
    decoder = LineDecoder()
    async with aclosing(pieces):
        async for piece in pieces:
            for line in decoder.feed(piece):
                yield _text(line)
    if rest := decoder.rest():
        yield _text(rest)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").removesuffix("\r")


class EventDecoder:
    """The lines in the server-sent events of a log session: CR, LF or both end one, and NUL bytes are removed."""

    def __init__(self) -> None:
        self._after_cr = False
        self._plain = LineDecoder()
        self._data: list[bytes] = []
        self._event = b"message"

    def feed(self, data: bytes) -> tuple[list[bytes], bytes | None]:
        """The lines of the events that are complete now, and the data of the event `error` that ended them, if any.

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

    def _lines(self, data: bytes) -> tuple[list[bytes], bytes | None]:
        lines: list[bytes] = []
        for line in self._plain.feed(data):
            if line:
                self._field(line)
                continue
            found, event, self._data, self._event = self._data, self._event, [], b"message"
            if found and event == b"error":
                return lines, b"\n".join(found)
            lines += filter(None, found)
        return lines, None

    def _clean(self, data: bytes) -> bytes:
        """Without NUL bytes, and with LF as the only line end."""
        data = data.replace(b"\0", b"")
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if data.endswith(b"\r"):
            self._after_cr = True
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")  # of a comment the name is empty
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value
