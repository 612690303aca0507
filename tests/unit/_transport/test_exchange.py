"""A response belongs to its request: by its id where ids come back, and by a look at the connection everywhere."""

import re
import socket
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from aioheroku import Heroku, Pool, errors
from aioheroku._transport.exchange import _ids
from tests._support.secrets import raises
from tests._support.wire import Tls, Wire

TOKEN = "HRKU-0000-1111"
PLATFORM = "01234567-89ab-cdef-0123-456789abcdef"


def id_of(head: str) -> str:
    found = re.search(r"(?i)request-id: (\S+)", head)
    assert found is not None
    return found[1]


def answer(name: str, ids: str | None = None, status: int = 200) -> bytes:
    line = "" if ids is None else f"Request-Id: {ids}\r\n"
    body = f'{{"name": "{name}"}}'
    return f"HTTP/1.1 {status} X\r\n{line}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def echo(head: str) -> bytes:
    """As the platform does: the request's id, and one of its own."""
    return answer(head.split()[1], f"{id_of(head)},{PLATFORM}")


async def test_every_request_has_an_id_of_its_own(wire: Wire) -> None:
    """As short as the platform accepts, and a new one for each attempt; the response's list begins with it."""
    wire.answers = [echo, echo]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        first = await heroku.request("GET", "/a")
        await heroku.request("GET", "/a")
    sent = [id_of(head) for head in wire.heads]
    assert all(re.fullmatch("[0-9a-f]{20}", one) for one in sent)
    assert len(set(sent)) == 2
    assert first.request_ids == [sent[0], UUID(PLATFORM)]


async def test_an_id_of_the_callers_is_kept(wire: Wire) -> None:
    """`Request-Id` is a list: the caller's comes first, ours is added to it."""
    wire.answers = [echo]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        await heroku.using(headers={"Request-Id": "mine"}).request("GET", "/a")
    mine, ours = id_of(wire.heads[0]).split(",")
    assert mine == "mine"
    assert re.fullmatch("[0-9a-f]{20}", ours)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_a_doubled_response_shifts_nothing(method: str, wire: Wire) -> None:
    """A duplicate that arrives during the next request ends that call, and no other gets a wrong response."""
    last = b""

    def doubled(head: str) -> bytes:
        nonlocal last
        last = echo(head)
        return last

    def late(_: str) -> bytes:
        return last  # the copy, in place of the next response

    wire.answers = [doubled, late, *[echo] * 10]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        await heroku.request("GET", "/a0")
        with raises(errors.ConnectionLost, match="another request") as caught:
            await heroku.request(method, "/a1")
        assert caught.value.sent
        for number in range(2, 12):
            assert (await heroku.request(method, f"/a{number}")).json()["name"] == f"/a{number}"
    assert len(wire.writers) == 2


async def test_the_response_to_another_session(wire: Wire) -> None:
    """The ids of all sessions of a process are known: theirs is not taken for ours, of whatever status it is."""
    for status in (200, 404, 503):
        wire.answers = [answer("x", f"{_ids.next()},{PLATFORM}", status)]
        async with Heroku(None, base_url=wire.url, retry=None) as heroku:
            with raises(errors.ConnectionLost, match="another request"):
                await heroku.request("GET", "/a")


@pytest.mark.parametrize("ids", [None, PLATFORM, f"{PLATFORM},{PLATFORM}", "r-1", ""])
async def test_a_server_with_ids_of_its_own(ids: str | None, wire: Wire) -> None:
    """A recorded response, a test server, a proxy that responds itself: never a reason to fail."""
    wire.answers = [answer("a", ids), answer("b", ids), answer("c", "r-2")]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        names = [(await heroku.request("POST", "/apps")).json()["name"] for _ in range(3)]
    assert names == ["a", "b", "c"]


async def test_a_connection_that_returned_ids(wire: Wire) -> None:
    """There a success without our id belongs to another request; an error may come from a proxy or a router."""
    wire.answers = [echo, answer("x", "router", 503), echo, answer("x", PLATFORM), echo]
    async with Heroku(None, base_url=wire.url, retry=None) as heroku:
        await heroku.request("GET", "/a")
        with raises(errors.ServiceUnavailable):
            await heroku.request("GET", "/a")
        await heroku.request("GET", "/a")
        with raises(errors.ConnectionLost):
            await heroku.request("GET", "/a")
        await heroku.request("GET", "/a")
    assert len(wire.writers) == 2


def end(writer: Any) -> None:
    writer.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def stray(writer: Any) -> None:
    writer.write(answer("stray"))


def timeout(writer: Any) -> None:
    writer.write(b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("happens", [end, stray, timeout], ids=["closed", "a copy", "408"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_kept_connection_is_looked_at(method: str, happens: Callable[[Any], None], wire: Wire) -> None:
    """What arrived while the program computed, and the loop has not read yet, is noticed before anything is sent."""
    wire.answers = [answer("a"), answer("b"), answer("c")]
    async with Heroku(TOKEN, base_url=wire.url, retry=None, pool=Pool()) as heroku:
        await heroku.request("GET", "/a")
        happens(wire.writers[0])  # writes at once; from here on the loop does not turn
        assert (await heroku.request(method, "/b")).json()["name"] == "b"
        assert (await heroku.request(method, "/c")).json()["name"] == "c"
    assert len(wire.writers) == 2
    assert len(wire.heads) == 3


async def test_a_kept_tls_connection_is_looked_at(safe: Wire, tls: Tls) -> None:
    """TLS connections are kept as well, and their end is noticed as well."""
    safe.answers = [answer("a"), answer("b"), answer("c")]
    async with Heroku(None, base_url=safe.url, ssl=tls.client, retry=None) as heroku:
        await heroku.request("GET", "/a")
        await heroku.request("POST", "/b")
        assert len(safe.writers) == 1
        safe.writers[0].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        await heroku.request("POST", "/c")
    assert len(safe.writers) == 2
