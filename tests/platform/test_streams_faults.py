"""Faults of log sessions, outputs and blobs: what a client receives with each of them."""

import asyncio

import pytest
from aiohttp import ClientSession
from yarl import URL

from aioheroku.testing import Platform
from aioheroku.testing.faults import Answer, Fault
from aioheroku.testing.stream_faults import (
    DoubledLines,
    ErrorEvent,
    LargestEvent,
    LinesPerEvent,
    LostHistory,
    LostLines,
    NotRegistered,
    Pieces,
    PlainLines,
    Resume,
    SameSession,
    ShuffledHistory,
    Silence,
    WrongBytes,
)
from tests._support.platform_client import Api

EVENTS = "text/event-stream"


async def _read(url: str, **headers: str) -> tuple[int, str, bytes]:
    async with ClientSession() as session, session.get(URL(url, encoded=True), headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def _history(platform: Platform, api: Api, app: str) -> str:
    """The address of a session whose whole history is `one`, `two` and `three`, 46 bytes a line and more."""
    platform.state.streams.logs.clear()
    for text in ("one", "two", "three"):
        platform.logs("example").raw(text.encode())
    url: str = (await api("POST", f"{app}/log-sessions", {"lines": 10})).body["logplex_url"]
    return url


async def _output(platform: Platform, api: Api, app: str) -> str:
    """The address of an output that has ended."""
    body = {"source_blob": {"url": "https://example.com/x.tgz"}}
    url: str = (await api("POST", f"{app}/builds", body)).body["output_stream_url"]
    platform.advance(21)
    return url


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (DoubledLines(2), b"one\none\ntwo\ntwo\nthree\nthree\n"),
        (Pieces(2), b"one\ntwo\nthree\n"),
    ],
)
async def test_faults_of_plain_lines(platform: Platform, api: Api, app: str, fault: Fault, body: bytes) -> None:
    """The lines of the history as the fault changes them, once."""
    url = await _history(platform, api, app)
    platform.fault(fault)
    assert (await _read(url))[2] == body
    assert (await _read(url))[2] == b"one\ntwo\nthree\n"


async def test_plain_lines_in_place_of_events(platform: Platform, api: Api, app: str) -> None:
    """The type is that of plain text although events were asked for."""
    url = await _history(platform, api, app)
    platform.fault(PlainLines())
    assert await _read(url, Accept=EVENTS) == (200, "text/plain", b"one\ntwo\nthree\n")
    assert (await _read(url, Accept=EVENTS))[1] == EVENTS


async def test_an_error_within_the_stream(platform: Platform, api: Api, app: str) -> None:
    """The event `error` has the status and is the last one."""
    url = await _history(platform, api, app)
    platform.fault(ErrorEvent(403))
    body = (await _read(url, Accept=EVENTS))[2]
    assert body.endswith(b'event: error\ndata: {"status": 403, "message": null}\n\n')


async def test_several_lines_of_an_event(platform: Platform, api: Api, app: str) -> None:
    """So many lines of history share one id."""
    url = await _history(platform, api, app)
    assert (await _read(url, Accept=EVENTS))[2].count(b"id: ") == 3
    platform.fault(LinesPerEvent(2))
    body = (await _read(url, Accept=EVENTS))[2]
    assert b"data: one\ndata: two\n\n" in body
    assert body.count(b"id: ") == 2


async def test_lines_are_lost_after_the_history(platform: Platform, api: Api, app: str) -> None:
    """The first line that is written while the session runs never comes, the second does."""
    platform.fault(LostLines(1))
    url = (await api("POST", f"{app}/log-sessions", {"lines": 1, "tail": True})).body["logplex_url"]
    async with asyncio.timeout(5), ClientSession() as session, session.get(URL(url, encoded=True)) as response:
        platform.logs("example").write("lost")
        platform.logs("example").write("heard")
        assert b"lost" not in await response.content.readuntil(b"heard\n")


@pytest.mark.parametrize("heartbeats", [True, False])
async def test_heartbeats_of_a_silent_stream(platform: Platform, api: Api, app: str, heartbeats: bool) -> None:
    """A silent stream gives no line; NULs go on where the fault says so."""
    platform.fault(Silence(heartbeats=heartbeats))
    url = (await api("POST", f"{app}/log-sessions", {"lines": 1, "tail": True})).body["logplex_url"]
    async with asyncio.timeout(5), ClientSession() as session, session.get(URL(url, encoded=True)) as response:
        platform.advance(11)
        if heartbeats:
            assert await response.content.readexactly(1) == b"\0"
        platform.logs("example").write("unheard")
        platform.advance(3600)
        assert (await response.content.read()).strip(b"\0" if heartbeats else b"") == b""


async def test_nobody_writes_an_output_yet(platform: Platform, api: Api, app: str) -> None:
    """404, and then the output."""
    url = await _output(platform, api, app)
    platform.fault(NotRegistered(), path="/streams/*")
    assert (await _read(url))[0] == 404
    assert (await _read(url))[0] == 200


@pytest.mark.parametrize(("how", "status"), [("partial", 206), ("honoured", 200), ("refused", 416)])
async def test_how_an_offset_is_taken(platform: Platform, api: Api, app: str, how: str, status: int) -> None:
    """The status that a client has to expect, and the bytes from the offset with it."""
    url = await _output(platform, api, app)
    whole = (await _read(url))[2]
    platform.fault(Resume(how))  # type: ignore[arg-type]
    got = await _read(url, Range="bytes=7-")
    assert got[0] == status
    assert got[2] == (b"" if status == 416 else whole[7:])


async def test_the_largest_event(platform: Platform, api: Api, app: str) -> None:
    """An event loses what is beyond, although its id counts it."""
    url = await _output(platform, api, app)
    size = len((await _read(url))[2])
    platform.fault(LargestEvent(6))
    assert (await _read(url, Accept=EVENTS))[2].startswith(b"id: %d\ndata: ----->\n\n" % size)


async def test_wrong_bytes_of_a_blob(platform: Platform, api: Api) -> None:
    """A download of the same length, whose last byte is changed."""
    blob = (await api("POST", "/sources")).body["source_blob"]
    async with (
        ClientSession(skip_auto_headers=["Content-Type"]) as session,
        session.put(URL(blob["put_url"], encoded=True), data=b"whole"),
    ):
        pass
    platform.fault(WrongBytes())
    assert (await _read(blob["get_url"]))[2] == b"whold"
    assert (await _read(blob["get_url"]))[2] == b"whole"


async def test_a_history_in_another_order(platform: Platform, api: Api, app: str) -> None:
    """The same lines, otherwise arranged."""
    url = await _history(platform, api, app)
    platform.fault(ShuffledHistory(1))
    body = (await _read(url))[2]
    assert body != b"one\ntwo\nthree\n"
    assert sorted(body.split()) == [b"one", b"three", b"two"]


async def test_a_history_that_is_missing(platform: Platform, api: Api, app: str) -> None:
    """The line of L15 is all of it."""
    url = await _history(platform, api, app)
    platform.fault(LostHistory())
    body = (await _read(url))[2]
    assert body.endswith(b"heroku[logplex]: Error L15 (Tail buffer temporarily unavailable)\n")
    assert body.count(b"\n") == 1


async def test_an_event_source_that_comes_again(platform: Platform, api: Api, app: str) -> None:
    """Its `Last-Event-ID` is ignored, unless a fault honours it, or says that the session is over."""
    url = await _history(platform, api, app)
    body = (await _read(url, Accept=EVENTS))[2]
    ids = [line.removeprefix(b"id: ") for line in body.split(b"\n") if line.startswith(b"id: ")]
    assert len(set(ids)) == 3
    again = {"Accept": EVENTS, "Last-Event-ID": ids[0].decode()}
    assert (await _read(url, **again))[2] == body
    platform.fault(Resume("honoured"))
    got = await _read(url, **again)
    assert (got[0], got[2].count(b"data: ")) == (200, 2)
    platform.fault(Resume("refused"))
    assert (await _read(url, **again))[0] == 404


async def test_two_sessions_of_one_address(platform: Platform, api: Api, app: str) -> None:
    """Both have the address of the first, and both can be read."""
    platform.fault(SameSession(), times=2)
    first, second, third = [await _history(platform, api, app) for _ in range(3)]
    assert first == second != third
    assert (await _read(first))[2] == (await _read(second))[2] == b"one\ntwo\nthree\n"


async def test_where_fir_dynos_are_attached_to(platform: Platform, api: Api, app: str) -> None:
    """426 without an upgrade, 101 and SSH with it, 403 on demand, 404 when the dyno is gone."""
    generation = platform.state.known("example").row
    generation["generation"] = {**generation["generation"], "name": "fir"}
    dyno = (await api("POST", f"{app}/dynos", {"command": "bash", "attach": True})).body
    assert dyno["attach_url"].startswith("https://")
    url = dyno["attach_url"].replace("https://", "http://")
    assert (await _read(url))[0] == 426
    upgrade = {"Connection": "Upgrade", "Upgrade": "tcp"}
    async with ClientSession() as session, session.get(URL(url, encoded=True), headers=upgrade) as response:
        assert response.status == 101
    platform.fault(Answer(403), path="/attach/*")
    assert (await _read(url))[0] == 403
    await api("POST", f"{app}/dynos/{dyno['name']}/actions/stop")
    assert (await _read(url))[0] == 404
