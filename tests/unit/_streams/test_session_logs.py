"""`heroku.logs` through a session, over a loopback server."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from aioheroku import Heroku, Pool, StreamTimes, errors
from aioheroku.events import Event, LogGap, SessionEnded, SessionOpened, StreamCut, StreamResumed
from tests._support.fakes import Until
from tests._support.secrets import EventLog, raises
from tests._support.stream_server import TOKEN, Play, StreamServer, sse

SOON = StreamTimes(pauses=(0.01, 0.01), overlap=0.01)
Read = list[tuple[str, bool]]


def line(second: int, text: str = "", origin: str = "app[web.1]") -> bytes:
    return f"2026-01-01T00:{second // 60:02}:{second % 60:02}.000000+00:00 {origin}: {text or second}".encode()


def session(server: StreamServer, events: list[Event] | None = None, **options: Any) -> Heroku:
    return Heroku(TOKEN, base_url=server.url, pool=Pool(), on_event=events, **options)  # type: ignore[arg-type]


async def texts(heroku: Heroku, count: int = -1, **options: Any) -> list[str]:
    found: list[str] = []
    async with heroku.logs("example", times=SOON, **options) as logs:
        async for one in logs:
            found.append(one.text)
            if len(found) == count:
                break
    return found


@pytest.mark.parametrize("kind", ["text/event-stream", "text/event-stream; charset=utf-8", "text/plain"])
async def test_newest_lines(kind: str, server: StreamServer) -> None:
    """One more line comes than asked for, as events or plain: exactly the newest are given, without a token."""
    rows = [line(1), line(2), line(3, 'at=error code=H12 desc="Request timeout" status=503', "heroku[router]")]
    body = sse(*rows) if "event" in kind else b"\0" + b"\n".join(rows) + b"\n\0"
    server.plays = [Play((body,), kind=kind)]
    async with session(server) as heroku:
        logs = heroku.logs("example", lines=2)
        assert server.calls == []
        first, second = [one async for one in logs]
    assert (first.text, first.source, first.process, first.raw) == ("2", "app", "web.1", rows[1])
    assert first.at == datetime(2026, 1, 1, 0, 0, 2, tzinfo=UTC)
    assert (second.code, second.level, second.router and second.router.status) == ("H12", "critical", 503)
    assert (logs.stats.lines, logs.stats.sessions, logs.stats.bytes) == (2, 1, len(body))
    assert server.calls == [("POST /apps/example/log-sessions", {"lines": 2, "tail": False})]
    (read,) = server.reads
    assert read.headers["Accept"] == "text/event-stream"
    assert read.headers["Accept-Encoding"] == "identity"
    assert not {"Authorization", "Cookie", "User-Agent"} & set(read.headers)


async def test_filters(server: StreamServer) -> None:
    """The platform cuts before it filters, so all lines are asked for; `process` and `since` are looked at here."""
    rows = [line(1, "old"), line(70, "a"), line(71, "b", "app[worker.1]"), line(72, "c"), line(73, "d")]
    server.plays = [Play((sse(*rows),)) for _ in range(3)]
    async with session(server) as heroku:
        assert await texts(heroku, process="web", lines=2) == ["c", "d"]
        since = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
        assert await texts(heroku, since=since) == ["a", "b", "c", "d"]
        assert await texts(heroku, source="app", dyno="worker") == ["b"]
    bodies = [body for _, body in server.calls]
    assert bodies[:2] == [{"lines": 1500, "tail": False}] * 2
    assert bodies[2] == {"lines": 1500, "tail": False, "source": "app", "dyno": "worker"}


async def test_no_old_lines(server: StreamServer) -> None:
    """`lines=0` begins with what is written from now on, by the platform's clock."""
    now = datetime(2030, 1, 1, tzinfo=UTC).isoformat()
    server.plays = [Play((sse(line(1), line(2), f"{now} app[web.1]: new".encode()),), end="hold")]
    async with session(server) as heroku:
        assert await texts(heroku, 1, tail=True, lines=0) == ["new"]
    assert server.calls[0][1] == {"lines": 1, "tail": True}


async def test_fir(server: StreamServer) -> None:
    """Sessions without history that end by themselves: the tail goes on with the next; without tail that is the end."""
    server.plays = [Play((sse(line(number)),)) for number in (1, 2, 3, 4)]
    async with session(server) as heroku:
        assert await texts(heroku, 3, tail=True) == ["1", "2", "3"]
        server.plays = [Play((sse(line(number)),)) for number in (5, 6)]
        assert await texts(heroku) == ["5"]


async def test_a_log_that_goes_on_without_tail(server: StreamServer) -> None:
    """More lines than are ever kept are no history: they come as they are written, not at the end of the session."""
    server.plays = [Play((sse(*(line(number) for number in range(1600))),), end="hold")]
    async with session(server) as heroku:
        found = await texts(heroku, 100, lines=100)
    assert found == [str(number) for number in range(1500, 1600)]


async def test_late_lines_and_gaps(server: StreamServer) -> None:
    """What an earlier session has missed is marked; where a session knows no line of before, lines are missing."""
    server.plays = [
        Play((sse(line(1), line(3)),), end="reset"),
        Play((sse(line(1), line(2), line(3), line(4)),)),
        Play((sse(line(90), line(91)),), end="hold"),
    ]
    events = EventLog()
    async with session(server, events) as heroku, heroku.logs("example", tail=True, times=SOON) as logs:
        found: Read = []
        async for one in logs:
            found.append((one.text, one.late))
            if len(found) == 6:
                break
    assert found == [("1", False), ("3", False), ("2", True), ("4", False), ("90", False), ("91", False)]
    assert (logs.stats.gaps, logs.stats.late, logs.stats.repeats) == (1, 1, 2)
    ours = [event for event in events if isinstance(event, LogGap | SessionEnded | SessionOpened | StreamCut)]
    assert [type(event).__name__ for event in ours] == [
        "SessionOpened", "SessionEnded", "StreamCut", "SessionOpened", "SessionEnded", "SessionOpened", "LogGap",
        "SessionEnded",
    ]  # fmt: skip
    assert [event.after for event in events if isinstance(event, LogGap)] == [4]
    assert len([event for event in events if isinstance(event, StreamResumed)]) == 1


async def test_the_service_ends_a_session(server: StreamServer) -> None:
    """An error inside of the stream, 404 and 403 of the next address: new sessions, and no line twice."""
    over = b'event: error\ndata: {"status": 404, "message": null}\n\n'
    server.plays = [
        Play((sse(line(1)), over), end="hold"),
        Play(status=404),
        Play(status=403),
        Play((sse(line(1), line(2)),), end="hold"),
    ]
    async with session(server) as heroku:
        assert await texts(heroku, 2, tail=True) == ["1", "2"]


async def test_closing_the_session(server: StreamServer) -> None:
    """Whoever reads a log gets what came, then `SessionClosed`."""
    server.plays = [Play((sse(line(1)),), end="hold")]
    heroku = session(server)
    found: list[str] = []

    async def read() -> None:
        async for one in heroku.logs("example", tail=True):
            found.append(one.text)
            await heroku.close()

    with raises(errors.SessionClosed):
        await read()
    assert found == ["1"]


@pytest.mark.parametrize("way", ["break", "error", "cancel"])
async def test_leaving_closes_sockets(way: str, server: StreamServer, until: Until) -> None:
    """However a loop is left, no task is left, and the server sees its connections closed."""
    server.plays = [Play((sse(line(1)),), end="hold")]
    began = asyncio.Event()

    async def read() -> None:
        async for _ in heroku.logs("example", tail=True):
            if way == "break":
                break
            if way == "error":
                raise KeyError
            began.set()

    async with session(server) as heroku:
        task = asyncio.create_task(read())
        if way == "cancel":
            await began.wait()
            task.cancel()
        await asyncio.wait({task})
        await until(lambda: server.is_left)
        await until(lambda: not [one for one in asyncio.all_tasks() if "aioheroku log" in one.get_name()])
    assert task.cancelled() == (way == "cancel")


async def test_calls_go_beside_150_logs(server: StreamServer, until: Until) -> None:
    """150 logs are followed, and a call is sent and answered while each of them is open."""
    server.plays = [Play((sse(line(number)),), end="hold") for number in range(150)]
    server.rows["GET /apps"] = [[]]
    async with session(server) as heroku:
        logs = [heroku.logs("example", tail=True) for _ in range(150)]
        readers = [aiter(one) for one in logs]
        found = await asyncio.gather(*(anext(reader) for reader in readers))
        assert len({one.text for one in found}) == 150
        assert not server.is_left
        calls = len(server.calls)
        listing = asyncio.create_task(heroku.apps.list().all())
        await until(listing.done)
        assert [call for call, _ in server.calls[calls:]] == ["GET /apps"]
        assert len(server.reads) == 150
        assert all(request.transport is not None for request in server.reads)
        await asyncio.gather(*(one.aclose() for one in logs))
        await until(lambda: server.is_left)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"lines": -1}, "lines"),
        ({"lines": 1501}, "lines"),
        ({"tail": 1}, "tail"),
        ({"source": ""}, "source"),
        ({"since": datetime(2026, 1, 1)}, "since"),  # noqa: DTZ001 - the point
        ({"times": 5}, "times"),
    ],
)
async def test_arguments_are_checked(options: dict[str, Any], field: str, server: StreamServer) -> None:
    """A wrong argument names itself, before anything is sent."""
    async with session(server) as heroku:
        with raises(errors.InvalidRequest) as caught:
            heroku.logs("example", **options)
    assert caught.value.field == field
    assert server.calls == []
