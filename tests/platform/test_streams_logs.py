"""Log sessions of the simulated platform, read with a plain client."""

import asyncio
import re
from pathlib import Path

from aiohttp import ClientSession
from yarl import URL

from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut, Silence
from tests._support.platform_client import Api

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "codes.md"


async def _read(url: str, **headers: str) -> tuple[int, str, bytes]:
    async with ClientSession() as session, session.get(URL(url, encoded=True), headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def _session(api: Api, app: str, **given: object) -> str:
    response = await api("POST", f"{app}/log-sessions", given)
    url: str = response.body["logplex_url"]
    return url


async def test_one_line_more_than_asked(platform: Platform, api: Api, app: str) -> None:
    """A session without a filter gives one line more than it was asked for, and ends."""
    for number in range(9):
        platform.logs("example").write(f"line {number}")
    status, kind, body = await _read(await _session(api, app, lines=3))
    assert (status, kind) == (200, "text/plain")
    assert [line.rpartition(b" ")[2] for line in body.splitlines()] == [b"5", b"6", b"7", b"8"]


async def test_filter_after_the_cut(platform: Platform, api: Api, app: str) -> None:
    """A filter looks at the newest lines of the whole app only."""
    platform.logs("example").write("old", process="worker.1")
    for _ in range(5):
        platform.logs("example").write("new")
    assert (await _read(await _session(api, app, lines=3, dyno="worker")))[2] == b""
    assert (await _read(await _session(api, app, lines=9, dyno="worker")))[2].count(b"\n") == 1


async def test_events_when_asked(platform: Platform, api: Api, app: str) -> None:
    """Server-sent events have an id and the line as data."""
    platform.logs("example").error("H12")
    _, kind, body = await _read(await _session(api, app, lines=1, source="heroku"), Accept="text/event-stream")
    assert kind == "text/event-stream"
    assert b"data: " in body
    assert b"code=H12" in body
    assert body.endswith(b"\n\n")


async def test_address_counts_byte_for_byte(api: Api, app: str) -> None:
    """An address that was written otherwise is unknown."""
    url = await _session(api, app)
    assert (await _read(url.replace("%3D", "=")))[0] == 404
    assert (await _read(url))[0] == 200


async def test_unopened_session_expires(platform: Platform, api: Api, app: str) -> None:
    """An address that nobody used for six minutes is gone."""
    url = await _session(api, app)
    platform.advance(361)
    assert (await _read(url))[0] == 404


async def test_tail_falls_silent(platform: Platform, api: Api, app: str) -> None:
    """After fifteen minutes only NULs come, and in the end nothing."""
    url = await _session(api, app, tail=True, lines=1)
    async with asyncio.timeout(5), ClientSession() as session, session.get(URL(url, encoded=True)) as response:
        platform.logs("example").write("heard")
        await response.content.readuntil(b"heard\n")
        platform.advance(901)
        platform.logs("example").write("unheard")
        assert await response.content.readuntil(b"\0") == b"\0"
        platform.advance(3600)
        assert (await response.content.read()).strip(b"\0") == b""


async def test_cut_and_silence_use_themselves_up(platform: Platform, api: Api, app: str) -> None:
    """A fault of streams is not spent on other requests."""
    platform.fault(Cut(at=5))
    platform.fault(Silence(at=0), times=0)
    platform.logs("example").write("heard")
    assert len((await _read(await _session(api, app)))[2]) == 5
    assert len((await _read(await _session(api, app)))[2]) > 5


async def test_deploy_shows_in_the_log(platform: Platform, api: Api, app: str) -> None:
    """A build writes its beginning, its end, the deploy, the release and the dynos that start."""
    await api("POST", f"{app}/builds", {"source_blob": {"url": "https://example.com/x.tgz"}})
    platform.advance(60)
    body = (await _read(await _session(api, app, lines=1500)))[2]
    for text in (b"Build started by user", b"Build succeeded", b"Deploy ", b"Release v", b"Starting process with"):
        assert text in body


async def test_every_code_can_be_written(platform: Platform, api: Api, app: str) -> None:
    """All codes of the documented table, each in the form that it has in a log."""
    codes = re.findall(r"^\| `([HRL]\d+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    for code in codes:
        platform.logs("example").error(code)
    body = (await _read(await _session(api, app, lines=1500)))[2].decode()
    assert set(re.findall(r"\b(?:code=|Error )([HRL]\d+)\b", body)) == set(codes)
    assert re.search(r"^\S+\d[+]00:00 Logplex: Error L20 ", body, re.MULTILINE)


async def test_fir_has_forms_of_its_own(platform: Platform, api: Api, app: str) -> None:
    """Plain records are joined without anything between them; each part of the platform is a source."""
    row = platform.state.known("example").row
    row["generation"] = {**row["generation"], "name": "fir"}
    url = await _session(api, app)
    async with asyncio.timeout(5), ClientSession() as session, session.get(URL(url, encoded=True)) as response:
        platform.logs("example").request("/a")
        platform.logs("example").error("R14")
        platform.logs("example").write("end")
        text = (await response.content.readuntil(b"end")).decode()
    assert "\n" not in text
    assert re.findall(r"[+]00:00 ([^ \[]+)\[", text) == ["heroku-router", "heroku-runtime", "app"]


async def test_names_of_dynos_on_fir(platform: Platform, api: Api, app: str) -> None:
    """They have no numbers, are never used again, and stand in the log; scaling and restarting keep their count."""
    row = platform.state.known("example").row
    row["generation"] = {**row["generation"], "name": "fir"}
    await api("POST", f"{app}/builds", {"source_blob": {"url": "https://example.com/x.tgz"}})
    platform.advance(60)
    seen = set[str]()
    for quantity in (3, 1, 2):
        await api("PATCH", f"{app}/formation/web", {"quantity": quantity})
        await api("DELETE", f"{app}/dynos")
        platform.advance(60)
        dynos = [dyno for dyno in (await api("GET", f"{app}/dynos")).body if dyno["type"] == "web"]
        assert len(dynos) == quantity
        assert all(re.fullmatch(r"web-[0-9a-f]{9}-[0-9a-f]{5}", dyno["name"]) for dyno in dynos)
        assert seen.isdisjoint(dyno["name"] for dyno in dynos)
        seen |= {dyno["name"] for dyno in dynos}
    one_off = (await api("POST", f"{app}/dynos", {"command": "echo hi"})).body
    assert re.fullmatch(r"run-[0-9a-f]{9}-[0-9a-f]{5}", one_off["name"])


async def test_a_space_with_a_log_drain(platform: Platform, api: Api, app: str) -> None:
    """Sessions of its apps show nothing: all goes to the drain."""
    await api("POST", "/teams", {"name": "acme"})
    await api("POST", "/spaces", {"name": "nasa", "team": "acme"})
    platform.advance(60)
    made = (await api("POST", "/apps", {"name": "within", "space": "nasa"})).body
    platform.logs("within").write("heard")
    path = f"/apps/{made['name']}"
    assert b"heard" in (await _read(await _session(api, path)))[2]
    assert (await api("PUT", "/spaces/nasa/log-drain", {"url": "https://logs.example.com/drain"})).status == 200
    assert (await _read(await _session(api, path)))[2] == b""
