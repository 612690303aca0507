"""`heroku.build_output` and `heroku.release_output` through a session, over a loopback server."""

import asyncio
from typing import Any

import pytest

from aioheroku import Heroku, Pool, StreamTimes, errors
from aioheroku._streams.output import Output
from aioheroku.events import StreamCut, StreamResumed
from tests._support.fakes import Until
from tests._support.secrets import EventLog, raises
from tests._support.stream_server import ROWS, TOKEN, Play, StreamServer

SOON = StreamTimes(pauses=(0.01, 0.01))
BUILD = "01234567-89ab-cdef-0123-456789abcdef"
TEXT = b"-----> Building\r\n 10%\r 20%\n\xff\ndone"
Kinds = pytest.mark.parametrize("kind", ["builds", "releases"])


def rows(server: StreamServer, kind: str, *statuses: str, address: bool = True) -> None:
    """The build or the release, with one status after the other."""
    row = ROWS[f"{kind}.info"] | {"output_stream_url": server.address("output") if address else None}
    server.rows[f"GET /apps/example/{kind}/{BUILD}"] = [row | {"status": status} for status in statuses]


def plain(*pieces: bytes, end: str = "eof", status: int = 200) -> Play:
    return Play(pieces, end, status, "application/octet-stream")


def output(heroku: Heroku, kind: str) -> Output:
    method = heroku.build_output if kind == "builds" else heroku.release_output
    return method("example", BUILD, times=SOON)


def session(server: StreamServer, events: Any = None) -> Heroku:
    return Heroku(TOKEN, base_url=server.url, pool=Pool(), on_event=events, retry=None)


@Kinds
async def test_lines_of_output(kind: str, server: StreamServer) -> None:
    """Line by line, to the end that the platform confirms; what comes behind the first end is there too."""
    rows(server, kind, "pending", "succeeded")
    long = (TEXT + b"\n") * 300 + b"the end"
    server.plays = [plain(long[:5000], b"\0"), plain(long)]
    async with session(server) as heroku:
        reading = output(heroku, kind)
        assert server.calls == []
        wanted = ["-----> Building", " 10%\r 20%", "\ufffd", "done"] * 300 + ["the end"]
        assert [text async for text in reading] == wanted
    assert reading.received == len(long)
    assert [request.headers.get("Range") for request in server.reads] == [None, "bytes=904-"]
    assert not {"Authorization", "User-Agent", "Cookie"} & set(server.reads[0].headers)


@Kinds
async def test_output_over_cuts(kind: str, server: StreamServer) -> None:
    """Cut twice: every byte once, each cut an event, and a failure of the build is no error here."""
    rows(server, kind, "pending", "pending", "failed")
    server.plays = [plain(TEXT[:9], end="reset"), plain(TEXT[:25], end="reset"), plain(TEXT), plain(TEXT)]
    events = EventLog()
    async with session(server, events) as heroku:
        reading = output(heroku, kind)
        assert [piece async for piece in reading.pieces()]
        assert reading.received == len(TEXT)
    cuts = [event for event in events if isinstance(event, StreamCut)]
    assert [(event.received, event.failures) for event in cuts] == [(9, 1), (25, 1)]
    assert len([event for event in events if isinstance(event, StreamResumed)]) == 2


@Kinds
async def test_no_output(kind: str, server: StreamServer) -> None:
    """Where there is none, nothing is opened."""
    rows(server, kind, "succeeded", address=False)
    async with session(server) as heroku:
        assert await output(heroku, kind).read() == b""
    assert server.reads == []


@Kinds
async def test_errors_of_output(kind: str, server: StreamServer) -> None:
    """Refused, lost, another one; an unknown build is a NotFound."""
    rows(server, kind, "pending")
    async with session(server) as heroku:
        server.plays = [plain(b"<Error>s</Error>", status=403)]
        with raises(errors.StreamRefused) as refused:
            await output(heroku, kind).read()
        assert (refused.value.status, refused.value.reason) == (403, "<Error>s</Error>")
        server.plays = [plain(status=503) for _ in range(5)]
        with raises(errors.StreamLost) as lost:
            await output(heroku, kind).read()
        assert lost.value.failures == 5
        server.plays = [plain(b"abc", end="reset"), plain(b"xyz")]
        reading = output(heroku, kind)
        with raises(errors.OutputChanged) as changed:
            await reading.read()
        assert (changed.value.received, reading.received) == (3, 3)
        server.rows.clear()
        with raises(errors.NotFound):
            await output(heroku, kind).read()


@Kinds
@pytest.mark.parametrize("way", ["break", "error", "cancel", "aclose"])
async def test_leaving_closes_sockets(kind: str, way: str, server: StreamServer, until: Until) -> None:
    """However an output is left, no task and no connection is left, and the build goes on."""
    rows(server, kind, "pending")
    server.plays = [plain(b"one\n", end="hold")]
    began = asyncio.Event()

    async def read() -> None:
        reading = output(heroku, kind)
        async for _ in reading:
            if way == "break":
                break
            if way == "error":
                raise KeyError
            if way == "aclose":
                await reading.aclose()
            began.set()

    async with session(server) as heroku:
        task = asyncio.create_task(read())
        if way == "cancel":
            await began.wait()
            task.cancel()
        await asyncio.wait({task})
        await until(lambda: server.is_left)
        await until(lambda: not [one for one in asyncio.all_tasks() if "aioheroku out" in one.get_name()])
    assert task.cancelled() == (way == "cancel")
    assert isinstance(None if task.cancelled() else task.exception(), KeyError if way == "error" else type(None))
    assert {call.split()[0] for call, _ in server.calls} == {"GET"}


async def test_closing_the_session(server: StreamServer) -> None:
    """Whoever reads an output gets what came, then `SessionClosed`."""
    rows(server, "builds", "pending")
    server.plays = [plain(b"one\n", end="hold")]
    heroku = session(server)
    found: list[str] = []

    async def read() -> None:
        async for text in output(heroku, "builds"):
            found.append(text)
            await heroku.close()

    with raises(errors.SessionClosed):
        await read()
    assert found == ["one"]
