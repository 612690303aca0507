"""Plain lines and server-sent events, cut at every byte."""

import pytest

from aioheroku._streams.framing import EventDecoder, LineDecoder, ServerEvent
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
EVENTS = [
    ServerEvent(b"2012 app[web.1]:  two blanks", b"1002"),
    ServerEvent(b"no blank", b"1002"),
    ServerEvent(b"cr", b"1002"),
    ServerEvent(b'{"status": 404}', b"1002", b"error"),
    ServerEvent(b"a\nb", b"1002"),
    ServerEvent(b"", b"7"),
]


def test_events_of_logs() -> None:
    """CR, LF and both end a line, one blank is stripped, comments and NULs are nothing, and a half event is none."""
    for pieces in cuts(LOG, "events of logs"):
        decoder = EventDecoder(cr_ends_line=True)
        assert [event for piece in pieces for event in decoder.feed(piece)] == EVENTS


def test_lines_of_events() -> None:
    """Their lines are taken out all at once where they can be, and are the same; an error ends them."""
    expected = [b"2012 app[web.1]:  two blanks", b"no blank", b"cr"]
    log = LOG.replace(b"event: error", b"event: message")
    for pieces in cuts(LOG, "events of logs"):
        decoder = EventDecoder(cr_ends_line=True)
        found, error = list[bytes](), None
        for piece in pieces:
            lines, error = decoder.feed_lines(piece)
            found += lines
            if error is not None:
                break
        assert error is not None
        assert (found, error.data) == (expected, EVENTS[3].data)
    for pieces in cuts(log, "events of logs"):
        decoder = EventDecoder(cr_ends_line=True)
        lines = [line for piece in pieces for line in decoder.feed_lines(piece)[0]]
        assert lines == [*expected, b'{"status": 404}', b"a", b"b"]


OUTPUT = b":keepalive\n\nid: 12\ndata: hello\ndata: world\ndata: \n\nid: 31\ndata:  10%\r 20%\r\ndata: done\n\n"


def test_events_of_output() -> None:
    """LF alone ends a line, so that every CR of a progress bar is kept; the id is the offset of the event's end."""
    for pieces in cuts(OUTPUT, "events of output"):
        decoder = EventDecoder(cr_ends_line=False)
        assert [event for piece in pieces for event in decoder.feed(piece)] == [
            ServerEvent(b"hello\nworld\n", b"12"),
            ServerEvent(b" 10%\r 20%\r\ndone", b"31"),
        ]


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


class SpecTrue(EventDecoder):
    """A reader of events that follows the specification for build output too."""

    def __init__(self, *, cr_ends_line: bool) -> None:
        super().__init__(cr_ends_line=True)


def test_usual_mistakes_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """`splitlines` by piece and a reader true to the specification do not pass the checks above."""
    monkeypatch.setitem(globals(), "LineDecoder", SplitLines)
    monkeypatch.setitem(globals(), "EventDecoder", SpecTrue)
    for case in (PLAIN[1], PLAIN[5]):
        with pytest.raises(AssertionError):  # noqa: TID251
            test_plain_lines(*case)
    with pytest.raises(AssertionError):  # noqa: TID251
        test_events_of_output()


def test_every_cut_was_tried() -> None:
    """The counts of the ways to cut: of the messages above, each at every byte."""
    for case in PLAIN:
        test_plain_lines(*case)
    test_events_of_logs()
    test_events_of_output()
    assert CASES["plain lines"] > 250
    assert CASES["events of logs"] > len(LOG)
    assert CASES["events of output"] > len(OUTPUT)
