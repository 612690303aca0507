"""The exit status behind a command's output, cut at every byte."""

import re

import pytest

from aioheroku._streams.marker import LONGEST, MARKER, ExitDecoder, wrapped
from tests._support.streams import CASES, cuts

M = MARKER
STREAMS = [
    (b"", b"", None),
    (M + b"0\n", b"", 0),
    (b"hello\r\n" + M + b"7\r\n", b"hello\r\n", 7),
    (b"no line end" + M + b"137\n", b"no line end", 137),
    (b"one " + M + b"0\n two\n" + M + b"3\n", b"one " + M + b"0\n two\n", 3),
    (M + b"0\n" + M + b"1\n", M + b"0\n", 1),
    (M + b"0\nx", M + b"0\nx", None),
    (M + b"0", M + b"0", None),
    (M + b"12\r", M + b"12\r", None),
    (M + b"\n", M + b"\n", None),
    (M + b"1234\n", M + b"1234\n", None),
    (M + b"0\n\n", M + b"0\n\n", None),
    (b"text \xef\xbf\xbf", b"text \xef\xbf\xbf", None),
    (b"\xef\xbf\xbd \xef\xbf\xbf heroku", b"\xef\xbf\xbd \xef\xbf\xbf heroku", None),
    ("日本語\n".encode() + M + b"255\r\n", "日本語\n".encode(), 255),
]


def decoded(pieces: list[bytes]) -> tuple[bytes, int | None]:
    decoder = ExitDecoder()
    output = b""
    came = b""
    for piece in pieces:
        came += piece
        output += decoder.feed(piece)
        assert len(came) - len(output) <= LONGEST
    rest, status = decoder.finish()
    return output + rest, status


@pytest.mark.parametrize(("data", "output", "status"), STREAMS)
def test_marker_at_every_cut(data: bytes, output: bytes, status: int | None) -> None:
    """Output byte for byte and the status, however the bytes come; only a marker at the very end with its line end."""
    for pieces in cuts(data, "marker"):
        assert decoded(pieces) == (output, status)


def test_output_is_not_held_back() -> None:
    """Bytes that begin no marker come at once, and at most 37 wait."""
    decoder = ExitDecoder()
    assert decoder.feed(b"prompt> ") == b"prompt> "
    assert decoder.feed(b"x" + M + b"255\r\n") == b"x"
    assert decoder.feed(b"y") == M + b"255\r\ny"
    assert LONGEST == 37


def test_the_command_is_wrapped() -> None:
    """The shell prints the marker with a blank before the semicolon, as a Procfile's process types need it."""
    assert wrapped("rake") == 'rake ; echo "\uffff heroku-command-exit-status: $?"'
    assert wrapped("x").encode().count(M) == 1


class ByChunk:
    """The usual mistake: the marker is looked for in each piece."""

    def __init__(self) -> None:
        self.status: int | None = None

    def feed(self, data: bytes) -> bytes:
        if found := re.search(re.escape(M) + rb"(\d+)", data):
            self.status = int(found[1])
            return data[: found.start()]
        return data

    def finish(self) -> tuple[bytes, int | None]:
        return b"", self.status


def test_marker_by_chunk_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for the marker in each piece does not pass the checks above."""
    monkeypatch.setitem(globals(), "ExitDecoder", ByChunk)
    wrong = 0
    for data, output, status in STREAMS:
        try:
            wrong += sum(decoded(pieces) != (output, status) for pieces in cuts(data, "marker by chunk"))
        except AssertionError:
            wrong += 1
    assert wrong > CASES["marker by chunk"] // 3


def test_every_cut_was_tried() -> None:
    """The counts of the ways to cut."""
    for case in STREAMS:
        test_marker_at_every_cut(*case)
    assert CASES["marker"] > 8_000
