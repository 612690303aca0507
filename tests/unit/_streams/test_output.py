"""Output and waiting in virtual time."""

import asyncio
from types import SimpleNamespace
from typing import Any

from attrs import evolve

from aioheroku import StreamTimes, errors
from aioheroku._streams.live import Streams
from aioheroku._streams.output import Output
from aioheroku._streams.polling import Poll
from tests._support.secrets import raises
from tests._support.streams import Body, Opens
from tests._support.virtual_loop import run

ADDRESS = "https://build-output.heroku.com/s3cr3t"


def output(*bodies: Body | BaseException, statuses: str = "psss") -> tuple[Output, Opens]:
    opens: Any = Opens(bodies)
    left = list(statuses)

    async def info() -> Any:
        status = left.pop(0) if len(left) > 1 else left[0]
        return SimpleNamespace(
            output_stream_url=ADDRESS, status={"p": "pending", "s": "succeeded", "f": "failed"}[status]
        )

    return Output(Streams(opens, opens), "/apps/{app}/builds/{build}", info, StreamTimes()), opens


def test_output_is_read_to_the_confirmed_end() -> None:
    """404 at first, heartbeats, a cut, an end while the build is pending: every byte once, then read once more."""
    text = b"-----> Building\r\n 10%\r 20%\n" * 300
    lost = errors.ConnectionLost("cut", "GET", "output")
    bodies = [
        *(Body(b"Channel is not registered.\n", status=404) for _ in range(29)),
        Body(b"\0", text[:5000], b"\0", lost),
        Body(text[904:7000]),  # resumed, with status 200
        Body(text[2904:], status=206, headers={"Content-Range": f"bytes 2904-{len(text) - 1}/{len(text)}"}),
        Body(text),
    ]

    async def read() -> None:
        reading, opens = output(*bodies, statuses="ppps")
        assert await reading.read() == text
        assert reading.received == len(text)
        assert opens.bodies == []
        assert "Range" not in opens.seen[0].headers
        assert opens.seen[30].headers["Range"] == "bytes=904-"

    run(read())


def test_output_errors() -> None:
    """Thirty times 404 is refused, five failures are lost, another output is changed."""

    async def read(*bodies: Body | BaseException) -> None:
        await output(*bodies, statuses="s")[0].read()

    with raises(errors.StreamRefused) as caught:
        run(read(*(Body(b"Channel is not registered.\n", status=404) for _ in range(30))))
    assert caught.value.status == 404
    with raises(errors.StreamLost):
        run(read(*(Body(status=503) for _ in range(5))))
    with raises(errors.OutputChanged):
        run(read(Body(b"abc", errors.ConnectionLost("cut", "GET", "output")), Body(b"xyz")))


def test_looks_that_fail() -> None:
    """A look at the build that fails is repeated, the first one too, as a broken output is."""
    passing = errors.ServiceUnavailable(503, "unavailable", "Later.")
    lost = errors.ConnectionLost("cut", "GET", "build")
    done = SimpleNamespace(output_stream_url=ADDRESS, status="succeeded")
    pending = SimpleNamespace(output_stream_url=ADDRESS, status="pending")

    async def read(*looks: Any) -> bytes:
        opens: Any = Opens([Body(b"a"), Body(b"ab")])
        left = list(looks)

        async def info() -> Any:
            look = left.pop(0)
            if isinstance(look, Exception):
                raise look
            return look

        return await Output(Streams(opens, opens), "/apps/{app}/builds/{build}", info, StreamTimes()).read()

    assert run(read(passing, lost, pending, lost, passing, done)) == b"ab"
    with raises(errors.StreamLost):
        run(read(*[lost] * 5))
    with raises(errors.Forbidden):
        run(read(errors.Forbidden(403, "forbidden", "No.")))


def test_an_output_that_gets_no_further() -> None:
    """What comes once more counts for nothing: five responses that break where the first one did are lost."""
    lost = errors.ConnectionLost("cut", "GET", "output")

    async def read(*bodies: Body | BaseException) -> bytes:
        return await output(*bodies, statuses="s")[0].read()

    with raises(errors.StreamLost):
        run(read(*(Body(b"abc", lost) for _ in range(9))))
    assert run(read(*(Body(b"abc", b"\0", lost) for _ in range(9)), Body(b"abcd"))) == b"abcd"


def test_pauses_between_responses() -> None:
    """While the build is pending, pauses grow from one second to five, and begin anew with every new byte."""

    async def seconds(*lengths: int) -> float:
        reading, _ = output(*(Body(b"x" * length) for length in lengths), statuses="p" * (len(lengths) - 1) + "s")
        began = asyncio.get_running_loop().time()
        assert await reading.read() == b"x" * max(lengths)
        return asyncio.get_running_loop().time() - began

    assert run(seconds(1, 2, 3, 4, 5, 6)) == 4.0
    assert run(seconds(1, 1, 1, 1, 1, 1)) == 1.0 + 1.0 + 1.5 + 2.25


def test_lines_of_output() -> None:
    """LF alone ends a line, CR before it is dropped, a last line needs no end, other bytes are replaced."""

    async def lines() -> list[str]:
        return [line async for line in output(Body(b"a\r\n1\r2\n\xff\nend"), Body(b"a\r\n1\r2\n\xff\nend"))[0]]

    assert run(lines()) == ["a", "1\r2", "\ufffd", "end"]


def poll(*found: Any, **options: Any) -> Poll[Any]:
    left = list(found)

    async def ask() -> Any:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, Exception):
            raise one
        return one

    made: Poll[Any] = Poll(ask, lambda value: value == 3, None, (404,), (1.0, 10.0))
    return evolve(made, **options)


def test_waiting_asks_until_it_is_so() -> None:
    """Pauses grow from 1 to 10 s, what is missing is no error, and the last response is in the error."""
    pauses: list[float] = []

    async def wait(one: Poll[Any], timeout: float | None = 600, tokens: int | None = None) -> Any:
        return await one.until_so(timeout, tokens, lambda attempt, state, pause: pauses.append(pause))

    missing = errors.NotFound(404, "not_found", "gone")
    assert run(wait(poll(missing, 1, 1, 1, 1, 1, 1, 1, 3))) == 3
    assert pauses[0] == 1.0
    assert pauses[-2:] == [10.0, 0.0]
    with raises(errors.WaitTimeout) as caught:
        run(wait(poll(1), timeout=30))
    assert (caught.value.last, caught.value.waited) == (1, 30.0)
    with raises(errors.WaitTimeout):
        run(wait(poll(1), None, 2))
    with raises(errors.WaitFailed) as failed:
        run(wait(poll(1, 2, failed=lambda value: value == 2)))
    assert failed.value.last == 2
    with raises(errors.Forbidden):
        run(wait(poll(errors.Forbidden(403, "forbidden", "no"))))
    passing = errors.ServiceUnavailable(503, "unavailable", "Later.")
    assert run(wait(poll(*[passing, missing] * 5, 3))) == 3  # not five failures in a row
    with raises(errors.ServiceUnavailable):
        run(wait(poll(*[passing] * 5, 3)))


def test_a_limit_of_the_caller_stays_its_own() -> None:
    """`asyncio.timeout` around a wait is a `TimeoutError`."""

    async def wait() -> None:
        async with asyncio.timeout(5):
            await poll(1).until_so(600, None, lambda *_: None)

    with raises(TimeoutError):
        run(wait())
