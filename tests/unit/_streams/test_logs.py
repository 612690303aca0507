"""Following a log in virtual time, over sessions that end in every way."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from aioheroku import StreamTimes, errors
from aioheroku._seams import Opening
from aioheroku._streams.live import Streams
from aioheroku._streams.logs import Logs
from aioheroku._streams.wanted import Wanted
from tests._support.secrets import raises
from tests._support.streams import Body, Opens
from tests._support.virtual_loop import run

START = datetime(2026, 1, 1, tzinfo=UTC)


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

    async def ask(self, lines: int, tail: bool) -> Any:
        self.asked.append((lines, tail))
        address = f"https://example.com/s3cr3t?lines={lines}"
        return SimpleNamespace(logplex_url=address, created_at=START)

    async def __call__(self, opening: Opening) -> "Session":
        self.sessions += 1
        return Session(self, int(opening.url.rpartition("=")[2]))


class Session:
    status = 200

    def __init__(self, service: Service, lines: int) -> None:
        self.service, self.headers = service, {"Content-Type": "text/plain"}
        self.began = asyncio.get_running_loop().time()
        past = [index for index, (at, _) in enumerate(service.lines) if at <= self.began]
        self.place = len(past)
        self.pieces = [service.lines[index][1] + b"\n" for index in past[-lines - 1 :]]
        self.number = service.sessions
        self.end = service.ends.pop(0) if service.ends else 1e9
        service.open += 1

    async def read(self) -> bytes:
        loop = asyncio.get_running_loop()
        if self.pieces:
            data, self.pieces = b"".join(self.pieces), []
            return data
        if loop.time() >= self.began + self.end:
            if self.number % 2:
                return b""
            raise errors.ConnectionLost("The connection broke.", "GET", "log")
        lines = self.service.lines
        due = lines[self.place][0] if self.place < len(lines) else 1e12
        until = min(due, loop.time() + 30, self.began + self.end)
        await asyncio.sleep(max(0.0, until - loop.time()))
        if due > loop.time() or loop.time() >= self.began + 900:  # after a quarter of an hour: heartbeats alone
            return b"\0"
        self.place += 1
        return lines[self.place - 1][1] + b"\n"

    def close(self) -> None:
        self.service.open -= 1


def logs(service: Any, ask: Any = None, times: StreamTimes | None = None, **wanted: Any) -> Logs:
    options: Any = {"tail": False, "lines": 100, **wanted}
    return Logs(Streams(service, service), ask or service.ask, Wanted(**options), times or StreamTimes())


def test_twelve_hours_are_whole() -> None:
    """A tail of 12 hours: every line once, in order, true duplicates too, over 49 to 60 sessions."""
    rng = random.Random(2)
    service = Service(12, [rng.uniform(100, 838) if rng.random() < 0.1 else 1e9 for _ in range(40)])
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


def test_newest_lines_are_exact() -> None:
    """Without tail: N of the N+1 that come; with a filter all are asked for, and N that match are given."""
    service = Service(0, [0.0])
    newest = [line for _, line in service.lines if _ <= 0]

    async def read(**options: Any) -> list[bytes]:
        service.sessions, service.ends = 0, [0.0]
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
