"""The outer middlewares, each around a fake `Send`, and the order of all of them."""

import asyncio
from typing import Any

import pytest
from yarl import URL

from aioheroku import errors
from aioheroku._http import Attempt, Options, Request, Response, compose
from aioheroku._middleware.lifecycle import Calls, Lifecycle
from aioheroku._middleware.read_only import ReadOnly
from aioheroku._middleware.status import RaiseForStatus
from aioheroku._middleware.timeout import TotalTimeout
from tests._support.secrets import raises

URL_ = URL("http://localhost/apps/example")


def request(method: str = "GET", **options: Any) -> Request:
    return Request(method, URL_, "/apps/{app}", {}, options=Options(**options))


async def test_middlewares_run_in_listed_order() -> None:
    """What stands first in the list sees a request first and its response last."""
    seen: list[str] = []

    def middleware(name: str) -> Any:
        def wrap(send: Any) -> Any:
            async def call(one: Request) -> Response:
                seen.append(f"{name} in")
                response: Response = await send(one)
                seen.append(f"{name} out")
                return response

            return call

        return wrap

    async def send(_: Request) -> Response:
        return Response(200, {}, b"")

    await compose(send, [middleware("a"), middleware("b")])(request())
    assert seen == ["a in", "b in", "b out", "a out"]


async def test_a_nested_call_keeps_the_outer_one() -> None:
    """A call that a callback makes within another one does not end its registration: closing still ends the outer."""
    calls, entered = Calls(), asyncio.Event()

    async def send(one: Request) -> Response:
        if one.method == "GET":
            return Response(200, {}, b"")
        await lifecycle(request())
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    lifecycle = Lifecycle(send, calls)
    outer = asyncio.ensure_future(lifecycle(request("POST")))
    await entered.wait()
    assert list(calls.tasks) == [outer]
    calls.close()
    with raises(errors.SessionClosed):
        await outer


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_read_only_sends_reads_alone(method: str) -> None:
    """GET and HEAD pass, everything else is refused before it is sent."""
    sent: list[str] = []

    async def send(one: Request) -> Response:
        sent.append(one.method)
        return Response(200, {}, b"")

    for verb in ("GET", "HEAD"):
        await ReadOnly(send)(request(verb))
    with raises(errors.ReadOnlyError):
        await ReadOnly(send)(request(method))
    assert sent == ["GET", "HEAD"]


async def test_the_total_timeout_sets_the_deadline() -> None:
    """The middlewares further in know when the call will end; without a timeout there is no deadline."""
    deadlines: list[float | None] = []

    async def send(one: Request) -> Response:
        deadlines.append(one.attempt.deadline)
        return Response(200, {}, b"")

    now = asyncio.get_running_loop().time()
    for timeout in (100.0, None):
        await TotalTimeout(send)(request(timeout=timeout))
    assert deadlines == [pytest.approx(now + 100, abs=10), None]


@pytest.mark.parametrize("sent", [False, True])
async def test_total_timeout_reports_whether_sent(*, sent: bool) -> None:
    """`ReadTimeout.sent` is true of the attempt, or of an earlier one with an unknown outcome."""

    async def send(one: Request) -> Response:
        one.attempt.uncertain += sent
        await asyncio.Event().wait()
        raise AssertionError

    with raises(errors.ReadTimeout) as caught:
        await TotalTimeout(send)(request("POST", timeout=0.0))
    assert caught.value.sent == sent


async def test_inner_timeout_error_passes_through() -> None:
    """Only the middleware's own timeout becomes a `ReadTimeout`."""

    async def send(_: Request) -> Response:
        raise TimeoutError

    with raises(TimeoutError):
        await TotalTimeout(send)(request(timeout=100.0))


async def test_a_call_inside_a_call_ends_with_it() -> None:
    """A callback of a call, such as a listener, may call too; closing ends the outer call once."""
    calls = Calls()

    async def inner(_: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(one: Request) -> Response:
        return await Lifecycle(inner, calls)(one)

    task = asyncio.ensure_future(Lifecycle(send, calls)(request()))
    await asyncio.sleep(0)
    calls.close()
    calls.close()
    with raises(errors.SessionClosed):
        await task
    assert (task.cancelled(), calls.tasks, calls.cancelled) == (False, {}, set())
    with raises(errors.SessionClosed):
        await Lifecycle(inner, calls)(request())


async def test_closing_inside_a_call_spares_it() -> None:
    """A callback that closes the session does not cancel the task that it runs in."""
    calls = Calls()

    async def send(_: Request) -> Response:
        calls.close()
        await asyncio.sleep(0)
        return Response(200, {}, b"")

    assert (await Lifecycle(send, calls)(request())).status == 200


@pytest.mark.parametrize(
    ("status", "good"),
    [(199, False), (200, True), (204, True), (226, True), (299, True), (300, False), (304, False), (404, False)],
)
async def test_a_success_is_any_2xx(status: int, *, good: bool) -> None:
    """One definition of success, which an unconditional 304 does not meet."""

    async def send(_: Request) -> Response:
        return Response(status, {}, b"")

    outcome: Any = None
    try:
        outcome = await RaiseForStatus(send)(request())
    except errors.APIError as error:
        outcome = error
    assert isinstance(outcome, Response) == good
    assert outcome.status == status


def test_an_attempt_knows_what_may_have_happened() -> None:
    """One earlier attempt of unknown outcome is enough; a rejection or a new attempt resets the current one only."""
    attempt = Attempt()
    assert not attempt.perhaps_executed
    attempt.sent = True
    assert attempt.perhaps_executed
    attempt.refused()
    assert not attempt.perhaps_executed
    attempt.sent = True
    attempt.next()
    assert (attempt.number, attempt.perhaps_executed) == (2, False)
    attempt.uncertain = 1
    attempt.refused()
    assert attempt.perhaps_executed
