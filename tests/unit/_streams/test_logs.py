"""Following a log in virtual time, over sessions that end in every way."""

import asyncio
import gc
import random
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from aioheroku import StreamTimes, errors
from aioheroku._seams import Opening
from aioheroku._streams.line_filter import LineFilter
from aioheroku._streams.live import Streams
from aioheroku._streams.logs import Logs
from tests._support.secrets import raises
from tests._support.streams import Body, Opens
from tests._support.thorough import amount
from tests._support.virtual_loop import run

START = datetime(2026, 1, 1, tzinfo=UTC)


KINDS = ("eof", "reset", "error", "silence", "404", "403", "503", "ask")
"""How sessions end: in order, by a cut, by an event inside, by no byte at all; and what the next one meets first."""


class Service:
    """A log service: lines by virtual time, with true duplicates, and sessions that end as a script says."""

    def __init__(self, hours: float, ends: list[float]) -> None:
        rng, at, self.lines = random.Random(1), -400.0, list[tuple[float, bytes]]()
        while at < hours * 3600:
            at += rng.expovariate(0.2)
            stamp = (START + timedelta(seconds=at)).isoformat()
            line = f"{stamp} app[web.1]: line {rng.randrange(50)}".encode()
            self.lines += [(at, line)] * rng.choice((1, 1, 1, 2, 3))
        self.ends, self.sessions, self.open = ends, 0, 0
        self.asked: list[tuple[int, bool]] = []
        self.kinds = Counter[str]()
        self.next = ""

    async def ask(self, lines: int, tail: bool) -> Any:
        if self.next == "ask":
            self.next = ""
            raise errors.ServiceUnavailable(503, "unavailable", "No log sessions.")
        self.asked.append((lines, tail))
        address = f"https://example.com/s3cr3t?lines={lines}"
        return SimpleNamespace(logplex_url=address, created_at=START)

    async def __call__(self, opening: Opening) -> Any:
        if refusal := self.next:
            self.next = ""
            return Body(b"Not found", status=int(refusal))
        self.sessions += 1
        return Session(self, int(opening.url.rpartition("=")[2]))


class Session:
    """Every other one sends events, the others plain lines."""

    status = 200

    def __init__(self, service: Service, lines: int) -> None:
        self.service, self.is_sse = service, bool(service.sessions % 2)
        self.headers = {"Content-Type": "text/event-stream" if self.is_sse else "text/plain"}
        self.began = asyncio.get_running_loop().time()
        past = [index for index, (at, _) in enumerate(service.lines) if at <= self.began]
        self.place = len(past)
        self.pieces = [self.framed(service.lines[index][1]) for index in past[-lines - 1 :]]
        self.end = service.ends.pop(0) if service.ends else 1e9
        service.open += 1

    def framed(self, line: bytes) -> bytes:
        return b"id: 1\ndata: %s\n\n" % line if self.is_sse else line + b"\n"

    async def ended(self) -> bytes:
        kinds = [kind for kind in KINDS if self.is_sse or kind != "error"]
        kind = min(kinds, key=lambda kind: self.service.kinds[kind])
        self.service.kinds[kind] += 1
        if kind == "eof":
            return b""
        if kind == "error":
            return b'event: error\ndata: {"status": 404, "message": null}\n\n'
        if kind == "silence":
            await asyncio.sleep(60)
            raise errors.ReadTimeout("Reading timed out.", "GET", "log")
        if kind != "reset":
            self.service.next = kind
        raise errors.ConnectionLost("The connection broke.", "GET", "log")

    async def read(self) -> bytes:
        loop = asyncio.get_running_loop()
        if self.pieces:
            data, self.pieces = b"".join(self.pieces), []
            return data
        if loop.time() >= self.began + self.end:
            return await self.ended()
        lines = self.service.lines
        is_silent = loop.time() >= self.began + 900  # after a quarter of an hour: heartbeats alone
        due = lines[self.place][0] if self.place < len(lines) and not is_silent else 1e12
        until = min(due, loop.time() + 30, self.began + self.end)
        await asyncio.sleep(max(0.0, until - loop.time()))
        if due > loop.time() or loop.time() >= self.began + 900:
            return b":\n" if self.is_sse else b"\0"
        self.place += 1
        return self.framed(lines[self.place - 1][1])

    def close(self) -> None:
        self.service.open -= 1


def logs(service: Any, ask: Any = None, times: StreamTimes | None = None, **wanted: Any) -> Logs:
    options: Any = {"tail": False, "lines": 100, **wanted}
    return Logs(Streams(service, service), ask or service.ask, LineFilter(**options), times or StreamTimes())


def test_twelve_hours_are_whole() -> None:
    """A tail of 12 hours: every line once, in order, true duplicates too, over 49 to 60 sessions."""
    rng = random.Random(2)
    early = [rng.uniform(500, 838) for _ in range(12)]
    service = Service(12, [end for one in early for end in (1e9, one, 1e9)])
    wanted = [line for at, line in service.lines if at <= 0][-100:]
    wanted += [line for at, line in service.lines if at > 0]

    async def follow() -> list[bytes]:
        found: list[bytes] = []
        async with logs(service, tail=True) as following:
            async for line in following:
                found.append(line.raw)
                if len(found) == len(wanted):
                    break
        assert len(asyncio.all_tasks()) == 1
        return found

    found = run(follow())
    assert found == wanted
    assert 49 <= service.sessions <= 60
    assert service.asked[0] == (100, True)
    assert set(service.asked[1:]) == {(1500, True)}
    assert service.open == 0
    assert service.kinds.keys() == set(KINDS)


def test_newest_lines_are_exact() -> None:
    """Without tail: N of the N+1 that come; with a filter all are asked for, and N that match are given."""
    service = Service(0, [0.0])
    newest = [line for _, line in service.lines if _ <= 0]

    async def read(**options: Any) -> list[bytes]:
        service.sessions, service.ends = 0, [0.0]
        service.kinds.clear()
        return [line.raw async for line in logs(service, **options)]

    assert run(read(lines=5)) == newest[-5:]
    assert run(read(lines=5, process="web")) == newest[-5:]
    assert run(read(lines=5, source="heroku")) == []
    assert service.asked == [(5, False), (1500, False), (1500, False)]


def test_failures_end_a_stream() -> None:
    """Five in a row are `StreamLost`; 403 before any byte is final; an address that is not https is refused."""

    async def follow(*bodies: Body | BaseException) -> None:
        opens = Opens(bodies)
        async for _ in logs(opens, Service(0, []).ask, tail=True):
            pass

    with raises(errors.StreamLost) as caught:
        run(follow(*(errors.ConnectionLost("cut", "GET", "log") for _ in range(5))))
    assert (caught.value.received, caught.value.failures) == (0, 5)
    with raises(errors.StreamRefused) as refused:
        run(follow(Body(status=404), Body(b"You can't access this space.", status=403)))
    assert (refused.value.status, refused.value.reason) == (403, "You can't access this space.")
    event = b'event: error\ndata: {"status": 403}\n\n'
    with raises(errors.StreamRefused):
        run(follow(Body(event, headers={"Content-Type": "text/event-stream"})))


@pytest.mark.parametrize("way", ["break", "error", "cancel"])
def test_leaving_leaves_nothing(way: str) -> None:
    """However a loop is left: no task and no connection is left within a second."""
    service = Service(1, [])

    async def loop_over() -> None:
        async for _ in logs(service, tail=True):
            if way == "break":
                break
            if way == "error":
                raise KeyError
            await asyncio.sleep(3600)

    async def leave() -> None:
        task = asyncio.create_task(loop_over())
        await asyncio.sleep(20)
        task.cancel()
        await asyncio.wait({task})
        await asyncio.sleep(1)
        assert len(asyncio.all_tasks()) == 1
        assert service.open == 0
        if way == "error":
            assert isinstance(task.exception(), KeyError)

    run(leave())


def test_nobody_reading_is_bounded() -> None:
    """A reader that stands still has 10,000 lines and one piece waiting, not more."""

    async def flood() -> None:
        piece = b"".join(b"2026-01-01T00:00:00+00:00 app[web.1]: %d\n" % number for number in range(1000))
        opens = Opens([Body(*[piece] * 100)])
        async with logs(opens, Service(0, []).ask, tail=True) as following:
            await asyncio.sleep(30)
            assert following.stats.lines <= 12_500

    run(flood())


def test_a_reader_that_stands_still_for_days() -> None:
    """No session is made while 10,000 lines wait, so that their number is bounded; afterwards the gap is told."""

    async def days() -> tuple[int, int, int]:
        service = Service(60, [])
        async with logs(service, service.ask, tail=True) as following:
            await asyncio.sleep(24 * 3600)
            waiting, sessions = following.stats.lines, service.sessions
            await asyncio.sleep(24 * 3600)
            assert (following.stats.lines, service.sessions) == (waiting, sessions)
            lines = aiter(following)
            for _ in range(waiting + 3000):
                await anext(lines)
            return waiting, sessions, following.stats.gaps

    waiting, sessions, gaps = run(days())
    assert 10_000 <= waiting <= 10_000 + 3 * 1500
    assert sessions < 60
    assert gaps == 1


class Slow(Body):
    """A response with pauses in it."""

    async def read(self) -> bytes:
        if self.pieces and isinstance(self.pieces[0], float):
            await asyncio.sleep(float(str(self.pieces.pop(0))))
        return await super().read()


def stamped(number: int) -> bytes:
    return f"2026-01-01T00:{number // 60:02}:{number % 60:02}+00:00 app[web.1]: {number}\n".encode()


def made_at(second: float) -> Any:
    """Makes log sessions at that moment."""

    async def ask(lines: int, tail: bool) -> Any:
        return SimpleNamespace(logplex_url="https://h/s3cr3t", created_at=START + timedelta(seconds=second))

    return ask


async def followed(count: int, *bodies: Any, **wanted: Any) -> list[str]:
    found: list[str] = []
    async with logs(Opens(bodies), made_at(60), tail=True, **wanted) as following:
        async for line in following:
            found.append(line.text)
            if len(found) == count:
                break
    return found


def test_a_history_that_begins_late() -> None:
    """It is a history whenever it begins: trimmed in the first session, and known in the next."""
    old = b"".join(map(stamped, range(8)))
    end = errors.ConnectionLost("cut", "GET", "log")
    first: Any = Slow(20.0, old, 5.0, stamped(8), end)  # type: ignore[arg-type]
    second: Any = Slow(20.0, old + stamped(8) + stamped(9), 5.0, stamped(10))  # type: ignore[arg-type]
    assert run(followed(5, first, second, lines=2)) == ["6", "7", "8", "9", "10"]


def test_a_log_that_goes_on_without_tail() -> None:
    """A heartbeat long after the last line says so: lines come as they are written. A pause alone says nothing."""

    async def read(*pieces: Any, lines: int) -> list[tuple[str, float]]:
        loop, made = asyncio.get_running_loop(), logs(Opens([Slow(*pieces)]), made_at(0), lines=lines)
        return [(line.text, loop.time()) async for line in made]

    goes_on = (stamped(1), stamped(2), b"\0", 6.0, b"\0", 500.0, stamped(3), 400.0, b"\0", stamped(4))
    assert run(read(*goes_on, lines=1)) == [("2", 6.0), ("3", 506.0), ("4", 906.0)]
    pauses = (stamped(1), b"\0", 4.0, b"\0", stamped(2)[:20], 9.0, stamped(2)[20:], stamped(3))
    assert run(read(*pauses, lines=2)) == [("2", 13.0), ("3", 13.0)]


def test_silence_without_heartbeats() -> None:
    """Of a service that sends none, silence is no failure once something came; of one that does, it is."""
    silence = errors.ReadTimeout("Reading timed out.", "GET", "log")
    kind = {"Content-Type": "text/event-stream"}
    quiet = [Body(silence, headers=kind) for _ in range(30)]
    first = Body(b"data: " + stamped(1) + b"\n", silence, headers=kind)
    last = Body(b"data: " + stamped(2) + b"\n", headers=kind)
    assert run(followed(2, first, *quiet, last)) == ["1", "2"]
    for beat in (b":\n", b"\0"):
        first = Body(b"data: " + stamped(1) + b"\n", beat, silence, headers=kind)
        with raises(errors.StreamLost) as caught:
            run(followed(2, first, *(Body(silence, headers=kind) for _ in range(30))))
        assert (caught.value.received, caught.value.failures) == (1, 5)
    with raises(errors.StreamLost):
        run(followed(2, *(Body(silence, headers=kind) for _ in range(30))))


def test_a_history_that_always_breaks() -> None:
    """Without tail it begins anew each time, so that bytes do not count as progress: five times, then it is lost."""

    async def read() -> None:
        bodies = [Body(stamped(1), errors.ConnectionLost("cut", "GET", "log")) for _ in range(30)]
        async for _ in logs(Opens(bodies), Service(0, []).ask):
            pass

    with raises(errors.StreamLost) as caught:
        run(read())
    assert caught.value.received == 0


def test_records_of_many_lines() -> None:
    """Lines that continue the one before are not counted where the history is looked for its end."""
    rows = [stamped(number) + b"  more\n  and more\n" for number in range(3)]
    assert run(followed(2, Body(*rows), lines=2)) == ["  more", "  and more"]


def test_lines_behind_the_history() -> None:
    """A session begins with one line more than asked for; what comes with them in one piece is not trimmed."""
    piece = b"".join(map(stamped, range(90, 190)))

    async def read(second: float, lines: int) -> list[str]:
        found: list[str] = []
        async with logs(Opens([Body(piece)]), made_at(second), tail=True, lines=lines) as following:
            async for line in following:
                found.append(line.text)
                if line.text == "189":
                    break
        return found

    texts = [str(number) for number in range(90, 190)]
    assert run(read(0, 2)) == texts[1:]  # its own clock says nothing: by number alone
    assert run(read(0, 0)) == texts[2:]
    assert run(read(95, 2)) == texts[3:]  # an older line than the session: by their times
    assert run(read(1000, 2)) == texts[-2:]


def test_memory_of_a_long_tail() -> None:
    """Several times the lines take no more memory: nothing is kept but the last 4,500."""

    async def peak(thousands: int) -> int:
        piece = b"".join(map(stamped, range(500))).replace(b"\n", b" and more\n")
        opens = Opens([Body(*[piece] * (2 * thousands))])
        count = 0
        gc.collect()
        tracemalloc.start()
        async with logs(opens, Service(0, []).ask, tail=True, lines=1) as following:
            async for _ in following:
                count += 1
                if count == 1000 * thousands - 499:
                    break
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    run(peak(6))
    assert run(peak(amount(16, 40))) < run(peak(8)) + 2**20
