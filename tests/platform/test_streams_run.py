"""One-off dynos of the simulated platform, attached to with a bare TLS connection."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api

pytest.importorskip("cryptography")
WRAP = ' ; echo "\uffff heroku-command-exit-status: $?"'


async def _open(platform: Platform, api: Api, app: str, command: str, **more: Any) -> tuple[Any, Any, Any]:
    dyno = (await api("POST", f"{app}/dynos", {"command": command, "attach": True, **more})).body
    parts = urlsplit(dyno["attach_url"])
    context = ssl.create_default_context(cafile=str(platform.authority))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
    writer.write(f"{parts.path[1:]}\r\n".encode())
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
    given = {"force_no_tty": True, "env": {"HOME_OF": "here"}}
    _, reader, writer = await _open(platform, api, app, command + WRAP, **given)
    assert await asyncio.wait_for(reader.read(), 5) == b"rendezvous\r\n" + output
    writer.close()


async def test_tty_echoes_with_crlf(platform: Platform, api: Api, app: str) -> None:
    """On a terminal lines end by CRLF and the input is echoed."""
    _, reader, writer = await _open(platform, api, app, "cat" + WRAP)
    assert await reader.readline() == b"rendezvous\r\n"
    writer.write(b"hi\n\x04")
    rest = await asyncio.wait_for(reader.read(), 5)
    assert rest == b"hi\r\nhi\r\n\xef\xbf\xbf heroku-command-exit-status: 0\r\n"
    writer.close()


async def test_stop_ends_the_connection(platform: Platform, api: Api, app: str) -> None:
    """`actions/stop` ends an endless program."""
    dyno, reader, writer = await _open(platform, api, app, "sleep 9999", force_no_tty=True)
    assert await reader.readline() == b"rendezvous\r\n"
    assert (await api("POST", f"{app}/dynos/{dyno['name']}/actions/stop")).status == 202
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
    platform.advance(6)
    await asyncio.sleep(0.05)
    platform.advance(1)
    text = b"\n".join(line.raw for book in platform.state.streams.logs.values() for line in book.lines)
    assert b"app[run.1]: done" in text
    assert b"Process exited with status 4" in text
    assert (await api("GET", f"{app}/dynos")).body == []
