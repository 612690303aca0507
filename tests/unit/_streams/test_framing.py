"""Plain lines and server-sent events, cut at every byte."""

import pytest

from aioheroku._streams.framing import EventDecoder, LineDecoder
from tests._support.streams import CASES, cuts

PLAIN = [
    (b"", [], b""),
    (b"one\ntwo\nhal", [b"one", b"two"], b"hal"),
    (b"\n\n", [b"", b""], b""),
    (b"\0\0one\0\n\0", [b"one"], b""),
    (b"a\rb\r\nc\r", [b"a\rb\r"], b"c\r"),
    ("é\u2028x\x85y\n".encode(), ["é\u2028x\x85y".encode()], b""),
]


@pytest.mark.parametrize(("data", "lines", "rest"), PLAIN)
def test_plain_lines(data: bytes, lines: list[bytes], rest: bytes) -> None:
    """LF alone ends a line; NUL bytes, which are heartbeats, are gone before; whatever pieces they come in."""
    for pieces in cuts(data, "plain lines"):
        decoder = LineDecoder()
        assert [line for piece in pieces for line in decoder.feed(piece)] == lines
        assert decoder.rest() == rest


LOG = (
    b": keepalive\n\nid: 1002\ndata: 2012 app[web.1]:  two blanks\n\n\n\ndata:no blank\r\n\r\ndata: cr\r\r"
    b'retry: 5\nevent: error\ndata: {"status": 404}\n\ndata: a\n\0data: b\n\n\0id: 7\n\ndata\n\ndata: half'
)
LINES = [b"2012 app[web.1]:  two blanks", b"no blank", b"cr"]
ERROR = b'{"status": 404}'


def events(pieces: list[bytes]) -> tuple[list[bytes], bytes | None]:
    """The lines before the first error, and its data."""
    decoder = EventDecoder()
    lines = list[bytes]()
    for piece in pieces:
        found, error = decoder.feed(piece)
        lines += found
        if error is not None:
            return lines, error
    return lines, None


def test_events_of_logs() -> None:
    """CR, LF and both end a line, one blank is stripped, comments and NULs are nothing, and a half event is none."""
    log = LOG.replace(b"event: error", b"event: message")
    for pieces in cuts(log, "events of logs"):
        assert events(pieces) == ([*LINES, ERROR, b"a", b"b"], None)


def test_an_error_ends_the_lines() -> None:
    """The event `error` comes after the lines before it, and nothing comes after it."""
    for pieces in cuts(LOG, "events of logs"):
        assert events(pieces) == (LINES, ERROR)


def test_a_line_without_end_is_bounded() -> None:
    """What never ends is cut into lines of about a mebibyte, so that memory is bounded."""
    decoder = LineDecoder()
    lines = [line for _ in range(40) for line in decoder.feed(b"x" * 65536)]
    assert [len(line) for line in lines] == [17 * 65536] * 2
    assert decoder.feed(b"\n") == [b"x" * 65536 * 6]


class SplitLines(LineDecoder):
    """The usual mistake: `splitlines`, piece by piece."""

    def feed(self, data: bytes) -> list[bytes]:
        return [line.encode() for line in data.decode("utf-8", "replace").splitlines()]


class OnlyLF(EventDecoder):
    """A reader of events to which a CR does not end a line."""

    def _clean(self, data: bytes) -> bytes:
        return data.replace(b"\0", b"")


def test_usual_mistakes_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """`splitlines` by piece and a reader that splits events at LF alone do not pass the checks above."""
    monkeypatch.setitem(globals(), "LineDecoder", SplitLines)
    monkeypatch.setitem(globals(), "EventDecoder", OnlyLF)
    for case in (PLAIN[1], PLAIN[5]):
        with pytest.raises(AssertionError):  # noqa: TID251
            test_plain_lines(*case)
    with pytest.raises(AssertionError):  # noqa: TID251
        test_events_of_logs()


def test_every_cut_was_tried() -> None:
    """The counts of the ways to cut: of the messages above, each at every byte."""
    for case in PLAIN:
        test_plain_lines(*case)
    test_events_of_logs()
    assert CASES["plain lines"] > 250
    assert CASES["events of logs"] > len(LOG)
