"""Resuming an output by its content, cut at every byte, from every kind of service."""

import random
import re
from collections.abc import Callable, Iterator

import pytest

from aioheroku._streams.resume import KEPT, ChangedError, Resumption, UnclearError
from tests._support.streams import CASES, cuts

TEXT = random.Random(1).randbytes(3 * KEPT)
SAME = b"x" * (3 * KEPT)
Service = Callable[[bytes, dict[str, str]], tuple[int, str, bytes]]


def asked(headers: dict[str, str]) -> int:
    found = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", "bytes=0-"))
    assert found is not None
    return int(found[1])


def stored(text: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """The stored object: 206 and a Content-Range."""
    start = asked(headers)
    return (206, f"bytes {start}-{len(text) - 1}/{len(text)}", text[start:]) if start else (200, "", text)


def running(text: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """The service while it runs: a resumed response has status 200."""
    return 200, "", text[asked(headers) :]


def old(text: bytes, _: dict[str, str]) -> tuple[int, str, bytes]:
    """A service that reads `bytes=` as 0, as old ones did: all again."""
    return 200, "", text


def unranged(text: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
    """206 without saying where it begins."""
    return (206, "", text[asked(headers) :]) if asked(headers) else (200, "", text)


SERVICES = [stored, running, old, unranged]


def read(text: bytes, service: Service, sizes: Iterator[int], kind: type[Resumption] = Resumption) -> bytes:
    """Read with a cut after each of these sizes, the last response to its end."""
    state, output = kind(), b""
    while True:
        status, content_range, body = service(text, state.request())
        size = next(sizes, None)
        try:
            state.begin(status, content_range)
            for piece in (body if size is None else body[:size])[:1], (body if size is None else body[:size])[1:]:
                output += state.feed(piece)
        except UnclearError:
            continue
        if size is None:
            return output


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("text", [TEXT, SAME, TEXT[:100], b""], ids=["text", "same", "short", "empty"])
def test_an_output_is_whole(service: Service, text: bytes) -> None:
    """Cut anywhere, from any kind of service, also where all of the output is one byte: each byte once."""
    sizes = sorted({*range(0, len(text) + 1, 61), KEPT - 1, KEPT, KEPT + 1, 2 * KEPT, len(text)})
    for size in sizes:
        CASES["resume"] += 1
        assert read(text, service, iter([size])) == text
    for seed in range(20):
        CASES["resume"] += 1
        rng = random.Random(seed)
        assert read(text, service, iter([rng.randrange(len(text) + 1) for _ in range(4)])) == text


@pytest.mark.parametrize("service", SERVICES)
def test_a_response_comes_in_any_pieces(service: Service) -> None:
    """The second response is cut in two at every byte: the result is the same."""
    first = KEPT + 50
    text = TEXT[: KEPT + 100]
    probe = Resumption()
    probe.begin(200)
    probe.feed(text[:first])
    _, _, body = service(text, probe.request())
    for pieces in cuts(body, "resume"):
        state = Resumption()
        state.begin(200)
        output = state.feed(text[:first])
        status, content_range, _ = service(text, state.request())
        state.begin(status, content_range)
        assert output + b"".join(map(state.feed, pieces)) == text
        assert state.received == len(text)


def test_a_hole_is_not_believed() -> None:
    """A response that begins behind what was received is asked for as a whole."""
    state = Resumption()
    state.begin(200)
    state.feed(TEXT[: 2 * KEPT])
    assert state.request() == {"Range": f"bytes={KEPT}-"}
    with pytest.raises(UnclearError):  # noqa: TID251
        state.begin(206, f"bytes {2 * KEPT + 1}-{3 * KEPT - 1}/{3 * KEPT}")
    assert state.request() == {}


def test_another_output_is_noticed() -> None:
    """What came before is compared, as far as it is kept: its beginning and its end."""
    for place in (0, KEPT - 1, 2 * KEPT - 1, KEPT):
        state = Resumption()
        state.begin(200)
        state.feed(TEXT[: 2 * KEPT])
        state.request_whole()
        assert state.request() == {}
        state.begin(200)
        changed = bytearray(TEXT)
        changed[place] ^= 1
        with pytest.raises(ChangedError):  # noqa: TID251
            state.feed(bytes(changed))


class ByStatus(Resumption):
    """The usual mistake: 206 is appended, of 200 what was received is skipped."""

    def request(self) -> dict[str, str]:
        return {"Range": f"bytes={self.received}-"} if self.received else {}

    def begin(self, status: int, content_range: str = "") -> None:
        self.skip = 0 if status == 206 else self.received

    def feed(self, data: bytes) -> bytes:
        new, self.skip = data[self.skip :], max(0, self.skip - len(data))
        self.received += len(new)
        return new


def test_by_status_fails() -> None:
    """Going by the status loses what a service that resumes with 200 sends."""
    right = [read(TEXT, service, iter([5000]), ByStatus) == TEXT for service in SERVICES]
    assert right == [True, False, True, True]


def test_every_cut_was_tried() -> None:
    """The counts of the ways to cut."""
    for service in SERVICES:
        test_a_response_comes_in_any_pieces(service)
    assert CASES["resume"] > 4 * KEPT
