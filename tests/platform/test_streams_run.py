"""One-off dynos of the simulated platform, attached to with a bare TLS connection."""

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from yarl import URL

from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut, Pieces, Rendezvous, Silence, StreamFault
from tests._support.platform_client import Api
from tests._support.secrets import raises

pytest.importorskip("cryptography")
WRAP = ' ; echo "\uffff heroku-command-exit-status: $?"'
END = b"\x04"
"""Says that there is no input: without it the connection stays open for a second behind the output."""


async def _open(
    platform: Platform, api: Api, app: str, command: str, newline: str = "\r\n", *, input: bytes = b"", **more: Any
) -> tuple[Any, Any, Any]:
    dyno = (await api("POST", f"{app}/dynos", {"command": command, "attach": True, **more})).body
    parts = urlsplit(dyno["attach_url"])
    context = ssl.create_default_context(cafile=str(platform.authority))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
    writer.write(f"{parts.path[1:]}{newline}".encode() + input)
    platform.advance(6)
    return dyno, reader, writer


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("sh -c 'exit 7'", b"\xef\xbf\xbf heroku-command-exit-status: 7\n"),
        ("exit 3", b"\xef\xbf\xbf heroku-command-exit-status: 3\n"),
        ("echo a b", b"a b\n\xef\xbf\xbf heroku-command-exit-status: 0\n"),
        ("echo -n a", b"a\xef\xbf\xbf heroku-command-exit-status: 0\n"),
        ("nothing", b"bash: nothing: command not found\n\xef\xbf\xbf heroku-command-exit-status: 127\n"),
        ("false && echo a || echo $HOME_OF", b"here\n\xef\xbf\xbf heroku-command-exit-status: 0\n"),
    ],
)
async def test_scripted_programs(platform: Platform, api: Api, app: str, command: str, output: bytes) -> None:
    """Output and the marker of the exit status come after the line `rendezvous`."""
    env = {"HOME_OF": "here"}
    _, reader, writer = await _open(platform, api, app, command + WRAP, input=END, force_no_tty=True, env=env)
    assert await asyncio.wait_for(reader.read(), 5) == b"rendezvous\r\n" + output
    writer.close()


@pytest.mark.parametrize("newline", ["\r\n", "\n", ""])
async def test_a_secret_with_any_end(platform: Platform, api: Api, app: str, newline: str) -> None:
    """heroku3 sends the secret alone, and waits for the line."""
    _, reader, writer = await _open(platform, api, app, "echo a", newline, force_no_tty=True)
    assert await asyncio.wait_for(reader.readuntil(b"a\n"), 5) == b"rendezvous\r\na\n"
    writer.close()


@pytest.mark.parametrize("tty", [True, False])
async def test_it_waits_for_the_end_of_input(platform: Platform, api: Api, app: str, tty: bool) -> None:
    """The official command says that its input has ended when it sees the line; the connection is open until then."""
    _, reader, writer = await _open(platform, api, app, "echo a", force_no_tty=not tty)
    end = b"\r\n" if tty else b"\n"
    assert await asyncio.wait_for(reader.readuntil(b"a" + end), 5) == b"rendezvous\r\na" + end
    with suppress(TimeoutError):
        await asyncio.wait_for(reader.read(), 0.05)
    assert not reader.at_eof()
    writer.write(b"\x04")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_a_process_within_a_dyno(platform: Platform, api: Api, deployed: str) -> None:
    """What `run:inside` sends: a command in a dyno that is up, which stays as it is when the command has ended."""
    platform.advance(60)
    dynos = (await api("GET", f"{deployed}/dynos")).body
    path = f"{deployed}/dynos/{next(row['name'] for row in dynos if row['state'] == 'up')}"
    sent = {"command": "echo $WHERE" + WRAP, "env": {"WHERE": "inside"}, "force_no_tty": True}
    accept = "application/vnd.heroku+json; version=3.run-inside"
    got = await api("POST", path, sent, Accept=accept)
    assert (got.status, list(got.body)) == (201, ["attach_url"])
    parts = urlsplit(got.body["attach_url"])
    context = ssl.create_default_context(cafile=str(platform.authority))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
    writer.write(f"{parts.path[1:]}\r\n".encode() + END)
    wanted = b"rendezvous\r\ninside\n\xef\xbf\xbf heroku-command-exit-status: 0\n"
    assert await asyncio.wait_for(reader.read(), 5) == wanted
    writer.close()
    assert (await api("GET", f"{deployed}/dynos")).body == dynos
    assert (await api("POST", path, {"command": " "}, Accept=accept)).status == 422
    assert (await api("POST", f"{deployed}/dynos/web.99", sent, Accept=accept)).body["resource"] == "dyno"


async def test_nothing_runs_in_a_dyno_that_starts(api: Api, app: str) -> None:
    """One that is not up yet is 422."""
    name = (await api("POST", f"{app}/dynos", {"command": "cat"})).body["name"]
    assert (await api("POST", f"{app}/dynos/{name}", {"command": "cat"})).status == 422


async def test_tty_echoes_with_crlf(platform: Platform, api: Api, app: str) -> None:
    """On a terminal lines end by CRLF and the input is echoed."""
    _, reader, writer = await _open(platform, api, app, "cat" + WRAP)
    assert await reader.readline() == b"rendezvous\r\n"
    writer.write(b"hi\n\x04")
    rest = await asyncio.wait_for(reader.read(), 5)
    assert rest == b"hi\r\nhi\r\n\xef\xbf\xbf heroku-command-exit-status: 0\r\n"
    writer.close()


async def test_nothing_echoes_after_the_command(platform: Platform, api: Api, app: str) -> None:
    """What is typed when the command has ended is not behind its exit status, which is the last that is written."""
    _, reader, writer = await _open(platform, api, app, "exit 7" + WRAP)
    marker = b"\xef\xbf\xbf heroku-command-exit-status: 7\r\n"
    assert await asyncio.wait_for(reader.readuntil(b"7\r\n"), 5) == b"rendezvous\r\n" + marker
    writer.write(b"typed\n\0\x03")
    await writer.drain()
    writer.write(b"\x04")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


@pytest.mark.parametrize(
    "how", [("POST", "/dynos/run.1/actions/stop"), ("DELETE", "/dynos/run.1"), ("DELETE", "/dynos")]
)
async def test_stop_ends_the_connection(platform: Platform, api: Api, app: str, how: tuple[str, str]) -> None:
    """Stopping an endless program, or restarting all dynos, ends it and its connection."""
    method, path = how
    _, reader, writer = await _open(platform, api, app, "sleep 9999", force_no_tty=True)
    assert await reader.readline() == b"rendezvous\r\n"
    assert (await api(method, f"{app}{path}")).status == 202
    with suppress(ConnectionError, ssl.SSLError):
        await asyncio.wait_for(reader.read(), 5)
    writer.close()


async def test_nobody_attaches(platform: Platform, api: Api, app: str) -> None:
    """Thirty seconds after it waits, R13 ends the dyno."""
    await api("POST", f"{app}/dynos", {"command": "cat", "attach": True})
    platform.advance(36)
    assert (await api("GET", f"{app}/dynos")).body == []


async def test_detached_run_shows_in_the_log(platform: Platform, api: Api, app: str) -> None:
    """A detached program writes its output and its end into the log, and its dyno goes."""
    await api("POST", f"{app}/dynos", {"command": "sh -c 'echo done; exit 4'"})
    url = (await api("POST", f"{app}/log-sessions", {"tail": True, "dyno": "run.1"})).body["logplex_url"]
    async with asyncio.timeout(5), ClientSession() as session, session.get(URL(url, encoded=True)) as response:
        platform.advance(6)
        text = await response.content.readuntil(b"to complete\n")
    assert b"app[run.1]: done" in text
    assert b"Process exited with status 4" in text
    assert (await api("GET", f"{app}/dynos")).body == []


MARKER = b"\xef\xbf\xbf heroku-command-exit-status: 0"


@pytest.mark.parametrize(
    ("fault", "received"),
    [
        (Rendezvous("garbage"), b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        (Rendezvous("no status"), b"rendezvous\r\nab\n"),
        (Rendezvous("half status"), b"rendezvous\r\nab\n" + MARKER),
        (Cut(at=2, how="end"), b"rendezvous\r\nab"),
        (Pieces(1), b"rendezvous\r\nab\n" + MARKER + b"\n"),
        (Silence(at=1), b"rendezvous\r\na"),
    ],
)
async def test_faults_of_attached_dynos(
    platform: Platform, api: Api, app: str, fault: StreamFault, received: bytes
) -> None:
    """What a client receives with each fault; the next client is not affected."""
    platform.fault(fault)
    for expected in (received, b"rendezvous\r\nab\n" + MARKER + b"\n"):
        _, reader, writer = await _open(platform, api, app, "echo ab" + WRAP, input=END, force_no_tty=True)
        assert await asyncio.wait_for(reader.read(), 5) == expected
        writer.close()


async def test_a_dyno_that_nobody_can_attach_to(platform: Platform, api: Api, app: str) -> None:
    """Nothing listens at the address that was made while the fault was there; the next one is usual."""
    platform.fault(Rendezvous("refused"))
    with raises(ConnectionRefusedError):
        await _open(platform, api, app, "echo ab")
    _, reader, writer = await _open(platform, api, app, "echo ab", input=END)
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"rendezvous\r\nab")
    writer.close()


async def test_the_line_with_output_behind_it(platform: Platform, api: Api, app: str) -> None:
    """With `joined`, line and output are one piece."""
    platform.fault(Rendezvous("joined"))
    _, reader, writer = await _open(platform, api, app, "echo ab; sleep 1", force_no_tty=True)
    assert await asyncio.wait_for(reader.read(12), 5) == b"rendezvous\r\n"
    assert len(reader._buffer) == 3
    writer.close()


@pytest.mark.parametrize("how", ["end", "broken"])
async def test_the_end_of_tls(platform: Platform, api: Api, app: str, how: Any) -> None:
    """A connection that is `broken` ends without a close_notify, which one that ends in order has; no byte is lost."""
    platform.fault(Cut(at=3, how=how))
    dyno = (await api("POST", f"{app}/dynos", {"command": "echo ab", "attach": True, "force_no_tty": True})).body
    parts = urlsplit(dyno["attach_url"])
    context = ssl.create_default_context(cafile=str(platform.authority))
    platform.advance(6)

    def received() -> tuple[bytes, bool]:
        got = b""
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as raw:
            name = parts.hostname
            with context.wrap_socket(raw, server_hostname=name, suppress_ragged_eofs=False) as secure:
                secure.sendall(f"{parts.path[1:]}\r\n".encode())
                try:
                    while data := secure.recv(100):
                        got += data
                except ssl.SSLEOFError:
                    return got, False
        return got, True

    assert await asyncio.to_thread(received) == (b"rendezvous\r\nab\n", how == "end")


async def test_an_idle_client(platform: Platform, api: Api, app: str) -> None:
    """An hour after the last byte, of input or output, the connection ends in order and the command is hung up."""
    dyno, reader, writer = await _open(platform, api, app, "cat", force_no_tty=True)
    assert await reader.readline() == b"rendezvous\r\n"
    for _ in range(3):
        platform.advance(3590)
        writer.write(b"x\n")
        assert await asyncio.wait_for(reader.readline(), 5) == b"x\n"
    platform.advance(3590)
    assert [row["name"] for row in (await api("GET", f"{app}/dynos")).body] == [dyno["name"]]
    platform.advance(20)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    assert (await api("GET", f"{app}/dynos")).body == []
    assert platform.state.streams.logs[dyno["app"]["id"]].lines[-2].raw.endswith(b"Process exited with status 129")
    writer.close()


@pytest.mark.parametrize("life", [None, 600])
async def test_a_dyno_has_its_time(platform: Platform, api: Api, app: str, life: int | None) -> None:
    """A day after it was made, or its `time_to_live`, it is stopped, however busy its client is."""
    more: dict[str, Any] = {} if life is None else {"time_to_live": life}
    dyno, reader, writer = await _open(platform, api, app, "cat", force_no_tty=True, **more)
    assert await reader.readline() == b"rendezvous\r\n"
    passed, most = 6, life or 86400
    while passed < most - 5:
        step = min(3000, most - 5 - passed)
        platform.advance(step)
        passed += step
        writer.write(b"x\n")
        assert await asyncio.wait_for(reader.readline(), 5) == b"x\n"
    platform.advance(6)
    with suppress(ConnectionError, ssl.SSLError):
        assert await asyncio.wait_for(reader.read(), 5) == b""
    assert (await api("GET", f"{app}/dynos")).body == []
    assert platform.state.streams.logs[dyno["app"]["id"]].lines[-1].raw.endswith(b"Process exited with status 143")
    writer.close()


@pytest.mark.parametrize("how", ["lost", "unread"])
async def test_faults_that_drop_the_client(platform: Platform, api: Api, app: str, how: Any) -> None:
    """A reset in place of an end: without the exit status with `lost`, behind it with `unread`."""
    platform.fault(Rendezvous(how))
    received = b""
    with suppress(ConnectionError, ssl.SSLError):
        _, reader, writer = await _open(platform, api, app, "echo ab" + WRAP, force_no_tty=True)
        while data := await asyncio.wait_for(reader.read(1), 5):
            received += data
        writer.close()
        raise AssertionError("it ended in order")
    assert MARKER not in received or how == "unread"


async def test_a_slow_rendezvous(platform: Platform, api: Api, app: str) -> None:
    """Nothing comes for the seconds of the fault, by the clock of the platform."""
    platform.fault(Rendezvous("slow", seconds=25))
    _, reader, writer = await _open(platform, api, app, "echo ab" + WRAP, input=END, force_no_tty=True)
    reading = asyncio.create_task(reader.read())
    while not any(one.taken for one in platform.state.streams.attached.values()):
        await api("GET", "/account")
    assert not reading.done()
    platform.advance(26)
    assert (await asyncio.wait_for(reading, 5)).startswith(b"rendezvous\r\nab")
    writer.close()
