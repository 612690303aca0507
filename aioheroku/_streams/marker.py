"""The exit status of a one-off dyno's command: the shell prints it after the output, as a marker and digits."""

import re
from typing import Final

MARKER: Final = b"\xef\xbf\xbf heroku-command-exit-status: "
_WHOLE: Final = re.compile(re.escape(MARKER) + rb"(\d{1,3})\r?\n")
_DIGITS: Final = re.compile(rb"\d{0,3}|\d{1,3}\r?\n?")
LONGEST: Final = len(MARKER) + len(b"255\r\n")
"""Maximum bytes that are held back."""


def wrapped(command: str) -> str:
    """The command, followed by one that prints the marker and the exit status."""
    return f'{command} ; echo "\uffff heroku-command-exit-status: $?"'


class ExitDecoder:
    """Removes the marker from a command's output, however it is chunked.

    A program may print a marker too: only one at the very end, with its line end, is the shell's. So bytes that may be
    the beginning of one are held back until more follow, 37 at most.
    """

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """The output that is certainly not the marker."""
        data = self._held + data
        start = data.rfind(MARKER[:1], -LONGEST)  # only the first byte of a marker is this one
        if start < 0 or not _may_be_marker(data[start:]):
            start = len(data)
        self._held = data[start:]
        return data[:start]

    def finish(self) -> tuple[bytes, int | None]:
        """At the end of the connection: the rest of the output, and the exit status, `None` if it is unknown."""
        held, self._held = self._held, b""
        found = _WHOLE.fullmatch(held)
        return (b"", int(found[1])) if found else (held, None)


def _may_be_marker(held: bytes) -> bool:
    if len(held) <= len(MARKER):
        return MARKER.startswith(held)
    return held.startswith(MARKER) and _DIGITS.fullmatch(held, len(MARKER)) is not None
