"""One-off dynos: over loopback TLS with a session, and over a pipe by script."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku, StreamTimes, errors
from aioheroku._seams import Dialing
from aioheroku._streams.live import Streams
from aioheroku._streams.marker import MARKER, ExitDecoder
from aioheroku._streams.process import Process
from aioheroku._streams.rendezvous import Rendezvous, attach
from tests._support.fakes import Serve as Start
from tests._support.secrets import raises
from tests._support.streams import Body, Dials, Line, cuts
from tests._support.virtual_loop import run
from tests._support.wire import Tls, Wire

DYNO = {
    "attach_url": None,
    "command": "x",
    "created_at": "2026-01-01T00:00:00Z",
    "id": "01234567-89ab-cdef-0123-456789abcdef",
    "name": "run.1234",
    "release": {"id": "01234567-89ab-cdef-0123-456789abcdef", "version": 11},
    "size": "standard-1X",
    "state": "starting",
    "type": "run",
    "updated_at": "2026-01-01T00:00:00Z",
}
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int, body: object) -> bytes:
    text = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    return head.encode() + text


class Site:
    """An API on bare bytes that makes dynos, and a rendezvous."""

    def __init__(self, wire: Wire, heroku: Heroku) -> None:
        self.wire, self.heroku = wire, heroku
        self.secrets: list[bytes] = []

    @property
    def stops(self) -> int:
        return sum("actions/stop" in head for head in self.wire.heads)


@asynccontextmanager
async def site(wire: Wire, tls: Tls, serve: Serve, url: str | None = None) -> AsyncGenerator[Site]:
    made: Site

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.secrets.append(await reader.readline())
        try:
            await serve(reader, writer)
        except OSError:
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=tls.server)
    port = server.sockets[0].getsockname()[1]
    attach_url = url or f"rendezvous://127.0.0.1:{port}/s3cr3t/x%2F?a=%20"
    wire.answers = [lambda head: answer(201, {**DYNO, "attach_url": attach_url}), answer(202, {}), answer(202, {})]
    async with Heroku("token", base_url=wire.url, ssl=tls.client) as heroku:
        made = Site(wire, heroku)
        yield made
    server.close()


def says(*pieces: bytes) -> Serve:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return serve


async def test_output_and_exit_status(wire: Wire, tls: Tls) -> None:
    """All in one record: the bytes come without the marker, the status is the command's, nothing is stopped."""
    async with (
        site(wire, tls, says(b"rendezvous\r\nhello\r\n" + MARKER + b"7\r\n")) as at,
        at.heroku.run("example", "x", launcher=False) as process,
    ):
        assert await process.stdout.read() == b"hello\r\n"
        assert await process.wait() == 7
        assert process.status == 7
    assert at.secrets == [b"s3cr3t/x%2F?a=%20\r\n"]
    assert at.stops == 0


async def test_leaving_stops_the_dyno_once(wire: Wire, tls: Tls) -> None:
    """By an error, by `stop` and leaving: one `actions/stop`, and no task is left."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"rendezvous\r\nbegun\n")
        await reader.read()

    async with site(wire, tls, serve) as at:
        before = len(asyncio.all_tasks())
        with raises(ValueError, match="mine"):
            async with at.heroku.run("example", "x", launcher=False) as process:
                async for line in process.lines():
                    assert line == "begun"
                    await process.stop()
                    raise ValueError("mine")
        assert at.stops == 1
        assert len(asyncio.all_tasks()) <= before + 1  # the rendezvous's own


async def test_closing_the_session_stops_the_dyno(wire: Wire, tls: Tls) -> None:
    """Whoever waits for the process gets `SessionClosed`, and no dyno is left running."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"rendezvous\r\nbegun\n")
        await reader.read()

    async with site(wire, tls, serve) as at:
        process = await at.heroku.run("example", "x", launcher=False).__aenter__()
        waiting = asyncio.create_task(process.wait())
        await asyncio.sleep(0)
        await at.heroku.close()
        with raises(errors.SessionClosed):
            await waiting
        assert at.stops == 1


async def test_an_unknown_status_is_an_error(wire: Wire, tls: Tls) -> None:
    """Digits without a line end are no status; the error has what was not read, and no address."""
    async with (
        site(wire, tls, says(b"rendezvous\r\n", b"out\n" + MARKER + b"0")) as at,
        at.heroku.run("example", "x", launcher=False) as process,
    ):
        with raises(errors.ExitUnknown) as caught:
            await process.wait()
    assert caught.value.output == b"out\n" + MARKER + b"0"
    assert "run.1234" in caught.value.dyno


async def test_check_output(wire: Wire, tls: Tls) -> None:
    """Text for status 0, `ProcessFailed` with the output otherwise; input and its end are sent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"rendezvous\r\n")
        data = await reader.readuntil(b"\4")
        writer.write(data.upper() + MARKER + (b"0\n" if b"ok" in data else b"3\n"))

    async with site(wire, tls, serve) as at:
        assert await at.heroku.check_output("example", "cat", input="ok\n", launcher=False) == "OK\n\4"
    async with site(wire, tls, serve) as at:
        with raises(errors.ProcessFailed) as caught:
            await at.heroku.check_output("example", "cat", input=b"no", launcher=False)
    assert (caught.value.status, caught.value.output) == (3, "NO\4\4"[:-1])


async def test_a_timeout_stops_the_dyno(wire: Wire, tls: Tls) -> None:
    """`check_output(timeout=)` is a TimeoutError; the dyno is stopped once."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"rendezvous\r\n")
        await reader.read()

    async with site(wire, tls, serve) as at:
        with pytest.raises(TimeoutError):  # noqa: TID251
            await at.heroku.check_output("example", "sleep 99", timeout=0.2, launcher=False)
        assert at.stops == 1


@pytest.mark.parametrize(
    ("serve", "kind"),
    [(says(b"something\r\n"), errors.StreamRefused), (says(), errors.StreamLost)],
)
async def test_no_rendezvous(wire: Wire, tls: Tls, serve: Serve, kind: type[errors.StreamError]) -> None:
    """Another first line, or none: an error, and the dyno is stopped."""
    async with site(wire, tls, serve) as at:
        with raises(kind):
            async with at.heroku.run("example", "x", launcher=False):
                pass
        assert at.stops == 1


async def test_a_dyno_that_does_not_start(wire: Wire, tls: Tls) -> None:
    """`StartTimeout` after the time allowed, which is not that of connecting; it is stopped once."""

    async def serve(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with site(wire, tls, serve) as at:
        with raises(errors.StartTimeout):
            async with at.heroku.run("example", "x", launcher=False, times=StreamTimes(start=0.1)):
                pass
        assert at.stops == 1


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://s3cr3t.example.com/x", errors.RunUnsupported),
        ("rendezvous://127.0.0.1:9/s3cr3t", errors.ConnectBlocked),
        ("rendezvous:///s3cr3t", errors.StreamRefused),
    ],
)
async def test_dynos_out_of_reach(wire: Wire, tls: Tls, url: str, kind: type[errors.StreamError]) -> None:
    """SSH, a blocked port, no host: each has its error, and the dyno is stopped once."""
    async with site(wire, tls, says(), url) as at:
        with raises(kind):
            async with at.heroku.run("example", "x", launcher=False):
                pass
        assert at.stops == 1


async def test_certificates_are_verified(wire: Wire, tls: Tls) -> None:
    """An authority that is not trusted: nothing is said to it."""
    async with site(wire, tls, says(b"rendezvous\r\n")) as at:
        async with Heroku("token", base_url=wire.url, ssl=ssl.create_default_context()) as heroku:
            with raises(errors.ConnectError):
                async with heroku.run("example", "x", launcher=False):
                    pass
        assert at.secrets == []
        assert at.stops == 1


async def test_what_is_asked_for(serve: Start, app: dict[str, Any]) -> None:
    """The command prints its status; a terminal has its size; a stack of images has a launcher; 409 is repeated."""
    app["stack"]["name"] = "cnb"
    conflict = web.json_response({"id": "conflict", "message": "x"}, status=409)
    server = await serve(
        [web.json_response(app), conflict, web.json_response(DYNO, status=201), web.json_response({}, status=202)]
    )
    async with Heroku("token", base_url=server.url, retry=None) as heroku:
        with raises(errors.RunUnsupported):
            async with heroku.run("example", "x", tty=True, columns=132, rows=50, env={"A": "b"}):
                pass
    body = server.bodies[2]
    assert body["command"] == 'launcher x ; echo "\uffff heroku-command-exit-status: $?"'
    assert body["attach"] is True
    assert "force_no_tty" not in body
    assert {"COLUMNS": "132", "LINES": "50", "A": "b"}.items() <= body["env"].items()


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("command", {"command": " "}),
        ("columns", {"columns": 0}),
        ("env", {"env": {"A": 1}}),
        ("time_to_live", {"time_to_live": 86401}),
        ("tty", {"tty": 1}),
        ("size", {"size": ""}),
    ],
)
async def test_bad_arguments(field: str, options: dict[str, Any]) -> None:
    """A clear error before anything is sent."""
    async with Heroku("token") as heroku:
        command = options.pop("command", "x")
        with raises(errors.InvalidRequest) as caught:
            heroku.run("example", command, **options)
    assert caught.value.field == field


def process_of(*pieces: bytes | BaseException, times: StreamTimes | None = None, marks: bool = True) -> Process:
    async def stop() -> None:
        return

    dyno: Any = SimpleNamespace(name="run.1", id="1")
    unused: Any = None
    return Process(
        Streams(unused, unused),
        dyno,
        Line(*pieces),
        b"",
        times=times or StreamTimes(),
        decoder=ExitDecoder() if marks else None,
        stop=stop,
    )


def test_every_cut_of_a_whole_run() -> None:
    """From the first line to the status, cut at every byte: the same output and the same status."""
    whole = b"rendezvous\r\nout\r\n" + MARKER + b"42\r\n"

    async def once(pieces: list[bytes]) -> tuple[bytes, int | None]:
        dials = Dials([Line(*(piece for piece in pieces if piece))])
        rendezvous = Rendezvous.parse("rendezvous://127.0.0.1:5000/s3cr3t")
        pipe, first = await attach(dials, rendezvous, StreamTimes(), "run.1")
        process = process_of(*filter(None, [first, *[piece async for piece in left(pipe)]]))
        return await process.stdout.read(), await process.wait()

    async def left(pipe: Any) -> AsyncIterator[bytes]:
        while data := await pipe.read():
            yield data

    async def every() -> None:
        for pieces in cuts(whole, "rendezvous"):
            assert await once(pieces) == (b"out\r\n", 42)

    run(every())


def test_a_reset_keeps_what_came() -> None:
    """Output before a reset is read; then the status is known if its marker was whole, else unknown."""
    lost = errors.ConnectionLost("reset", "READ", "run")

    async def known() -> None:
        process = process_of(b"out\n", MARKER + b"0\n", lost)
        assert (await process.stdout.read(), await process.wait()) == (b"out\n", 0)

    async def unknown() -> None:
        process = process_of(b"out\n", lost)
        assert await process.stdout.read() == b"out\n"
        await process.wait()

    run(known())
    with raises(errors.ExitUnknown):
        run(unknown())


def test_without_a_status() -> None:
    """With `exit_status=False` the output is left alone, and the end of the connection is the end."""

    async def ended() -> None:
        process = process_of(MARKER + b"0\n", marks=False)
        assert await process.stdout.read() == MARKER + b"0\n"
        assert await process.wait() is None

    run(ended())


def test_waiting_reads_what_nobody_reads() -> None:
    """`wait` comes to the end whatever the command writes, and keeps the newest of it."""

    async def ended() -> None:
        process = process_of(*(b"%07d\n" % i * 1000 for i in range(1000)), MARKER + b"0\n")
        assert await process.wait() == 0
        kept = await process.stdout.read()
        assert kept.endswith(b"0000999\n")
        assert len(kept) <= 300_000

    run(ended())


def test_silence_is_lost() -> None:
    """No byte in either direction for `run_idle`: `StreamLost`, after what came."""

    class Silent(Line):
        async def read(self) -> bytes:
            if self.pieces:
                return await super().read()
            await asyncio.get_running_loop().create_future()
            return b""

    async def ended() -> None:
        process = process_of(times=StreamTimes(run_idle=5))
        process._pipe = Silent(b"out")
        with raises(errors.StreamLost):
            await process.wait()
        assert await process.stdout.read() == b"out"
        assert asyncio.get_running_loop().time() == 5

    run(ended())


def test_input_and_keys() -> None:
    """The end of input is sent twice where a line has no end; an interrupt is byte 3; text is refused."""

    async def ended() -> None:
        process = process_of()
        pipe: Any = process._pipe
        await process.write(b"a\n")
        await process.write_eof()
        await process.write(b"b")
        await process.write_eof()
        await process.interrupt()
        assert pipe.written == b"a\n\4b\4\4\3"
        text: Any = "text"
        with raises(errors.InvalidRequest):
            await process.write(text)

    run(ended())


def test_input_after_the_end() -> None:
    """It is for the pipe to refuse: the limit of silence, which is over, is not in its way."""

    async def ended() -> None:
        process = process_of(b"out")
        with raises(errors.ExitUnknown):
            await process.wait()
        await process.write(b"late")
        pipe: Any = process._pipe
        assert pipe.written == b"late"

    run(ended())


def test_reading_by_number() -> None:
    """`read(n)` gives at most n bytes, and nothing at the end; iterating gives pieces as they came."""

    async def ended() -> None:
        process = process_of(b"abc", b"defg", marks=False)
        assert [await process.stdout.read(n) for n in (2, 0, 5, 9, 9)] == [b"ab", b"", b"c", b"defg", b""]
        assert [piece async for piece in process_of(b"a", b"b", marks=False).stdout] == [b"a", b"b"]

    run(ended())


def test_where_to_meet() -> None:
    """The port is 5000 unless said; path and query go unchanged; another scheme is unsupported."""
    rendezvous = Rendezvous.parse("rendezvous://h.example.com/s3cr3t%2F?x=%20")
    assert (rendezvous.host, rendezvous.port) == ("h.example.com", 5000)
    assert "s3cr3t" not in repr(rendezvous)
    seen = Dials([Line(b"rendezvous\n")])
    run(attach(seen, rendezvous, StreamTimes(connect=3), "run.1"))
    assert seen.seen == [Dialing("h.example.com", 5000, "run", 3)]
    with raises(errors.RunUnsupported) as caught:
        Rendezvous.parse("https://h/s3cr3t")
    assert caught.value.scheme == "https"


def test_a_body_is_closed() -> None:
    """Whatever goes wrong while a dyno begins, the connection is closed."""
    line = Line(b"no\r\n")
    with raises(errors.StreamRefused):
        run(attach(Dials([line]), Rendezvous.parse("rendezvous://h/x"), StreamTimes(), "run.1"))
    assert isinstance(line, Body)
    assert line.is_closed
