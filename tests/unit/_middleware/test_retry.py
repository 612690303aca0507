"""What is retried, when, and how often: driven by a fake `Send` in virtual time."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from aiohttp import web

from aioheroku import Heroku, errors
from aioheroku._http import Request, Response
from aioheroku._middleware import retry
from aioheroku._middleware.retry import Retry, RetryMiddleware
from aioheroku.events import Event, Retried
from tests._support.fakes import Clock, MakeRequest, MakeResponse, Script, Serve
from tests._support.secrets import raises

VERBS = ("GET", "PUT", "DELETE", "PATCH", "POST")
SAFE = {"GET", "PUT", "DELETE"}


@pytest.mark.parametrize("method", VERBS)
async def test_unsent_requests_are_always_retried(
    method: str, script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """A refused connection, an unknown host or a failed TLS handshake executed nothing."""
    send = script(errors.ConnectError("refused"), errors.ConnectTimeout("slow"), 200)
    response = await RetryMiddleware(send, Retry(), clock=clock)(request_(method))
    assert (response.status, len(send)) == (200, 3)


@pytest.mark.parametrize("method", VERBS)
@pytest.mark.parametrize("failure", [errors.ConnectionLost("cut"), errors.ReadTimeout("slow"), 500, 502, 503, 504])
async def test_uncertain_requests_retry_if_idempotent(
    method: str, failure: Any, script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """A POST or PATCH that was cut off, timed out or got a 5xx is sent once."""
    send = script(failure, 200)
    outcome: Any = None
    try:
        outcome = (await RetryMiddleware(send, Retry(), clock=clock)(request_(method))).status
    except errors.ConnectionFailed as error:
        outcome = error
    assert (outcome, len(send)) == ((200, 2) if method in SAFE else (failure, 1))


@pytest.mark.parametrize(
    ("call", "times"),
    [
        (lambda heroku: heroku.config_vars.update("example", {"A": "b"}), 2),
        (lambda heroku: heroku.formation.update("example", "web", quantity=2), 1),
        (lambda heroku: heroku.apps.update("example", name="other"), 1),
        (lambda heroku: heroku.apps.create(), 1),
        (lambda heroku: heroku.apps.delete("example"), 2),
        (lambda heroku: heroku.dynos.restart("example", "web.1"), 1),
        (lambda heroku: heroku.request("PATCH", "/account", {}), 1),
        (lambda heroku: heroku.request("PUT", "/x", {}), 2),
    ],
)
async def test_endpoint_declares_idempotency(call: Any, times: int, serve: Serve) -> None:
    """A PATCH that sets values is retried, but not one that renames, nor a DELETE that restarts dynos."""
    server = await serve(lambda _: web.Response(status=500))
    async with Heroku("token", base_url=server.url, retry=Retry(attempts=2, base=0)) as heroku:
        with raises(errors.InternalServerError):
            await call(heroku)
    assert len(server.seen) == times


@pytest.mark.parametrize(("seconds", "sent"), [(60, 2), (61, 1)])
async def test_the_longest_retry_after_is_honoured(
    script: type[Script], clock: Clock, request_: MakeRequest, answer: MakeResponse, *, seconds: int, sent: int
) -> None:
    """A Retry-After of `max_retry_after` is waited for; a second more is not."""
    send = script(answer(503, headers={"Retry-After": str(seconds)}), 200)
    await RetryMiddleware(send, Retry(max_retry_after=60), clock=clock)(request_())
    assert len(send) == sent


@pytest.mark.parametrize("method", VERBS)
async def test_rejections_before_work_are_retried(
    method: str, script: type[Script], clock: Clock, request_: MakeRequest, answer: MakeResponse
) -> None:
    """429, and 503 with a Retry-After, say that nothing was executed."""
    send = script(429, answer(503, headers={"Retry-After": "7"}), 201)
    response = await RetryMiddleware(send, Retry(), clock=clock)(request_(method))
    assert (response.status, clock.slept) == (201, [7.0])


@pytest.mark.parametrize(
    "status", [200, 201, 204, 206, 301, 304, 400, 401, 402, 403, 404, 406, 409, 412, 416, 422, 423]
)
async def test_client_errors_are_not_retried(
    status: int, script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """Such a response is final: there is one attempt."""
    send = script(status)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_())).status == status
    assert len(send) == 1


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        ("0", []),
        ("3", [3.0]),
        ("1400000011", [11.0]),
        ("Tue, 13 May 2014 16:53:25 GMT", [5.0]),
        ("Tue, 13 May 2014 16:53:15 GMT", []),
    ],
)
async def test_retry_after_has_three_forms(
    *, header: str, slept: list[float], script: type[Script], clock: Clock, request_: MakeRequest, answer: MakeResponse
) -> None:
    """Seconds, an epoch second and a date are all honoured; what is past is now."""
    send = script(answer(503, headers={"Retry-After": header}), 200)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_("POST"))).status == 200
    assert clock.slept == slept


_REJECTED = Response(503, {"Retry-After": "0"}, b"")
"""The platform did no work."""
_DATE = {"Date": "Tue, 13 May 2014 10:00:00 GMT"}
"""Hours before the moment that the local clock of these tests shows."""


@pytest.mark.parametrize(
    ("headers", "slept"),
    [
        ({**_DATE, "Retry-After": "Tue, 13 May 2014 10:00:07 GMT"}, [7.0]),
        ({**_DATE, "Retry-After": "Tue, 13 May 2014 10:00:07 -0000"}, [7.0]),
        ({**_DATE, "Retry-After": "Tue, 13 May 2014 12:00:07 +0200"}, [7.0]),
        ({**_DATE, "Retry-After": "1399975207"}, [7.0]),
        ({**_DATE, "Retry-After": "7"}, [7.0]),
        ({**_DATE, "Retry-After": "Tue, 13 May 2014 09:00:00 GMT"}, []),
        ({"Date": "yesterday", "Retry-After": "1400000007"}, [7.0]),
        ({"Date": "", "Retry-After": "Tue, 13 May 2014 16:53:27 GMT"}, [7.0]),
    ],
)
async def test_retry_after_date_uses_response_date(
    *,
    headers: dict[str, str],
    slept: list[float],
    script: type[Script],
    clock: Clock,
    request_: MakeRequest,
    answer: MakeResponse,
) -> None:
    """The local clock may be wrong by hours: it counts only where the response has no Date that can be read."""
    send = script(answer(503, headers=headers), 200)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_("POST"))).status == 200
    assert clock.slept == slept


@pytest.mark.parametrize("kind", [errors.ConnectError, errors.AnswerTooLarge, errors.ConnectionLost])
async def test_permanent_failures_are_not_retried(
    kind: type[errors.ConnectionFailed], script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """A certificate that is not trusted or a response that is too large is the same the next time."""
    error = kind("x", "GET", "/apps")
    error.permanent = True
    send = script(error, 200)
    with raises(kind):
        await RetryMiddleware(send, Retry(), clock=clock)(request_())
    assert len(send) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_long_retry_after_is_not_awaited(
    status: int, script: type[Script], clock: Clock, request_: MakeRequest, answer: MakeResponse
) -> None:
    """An hour is too long to wait: the error is raised at once."""
    send = script(answer(status, headers={"Retry-After": "3600"}), 200)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_())).status == status
    assert (len(send), clock.slept) == (1, [])


async def test_malformed_retry_after_is_ignored(
    script: type[Script], clock: Clock, request_: MakeRequest, answer: MakeResponse
) -> None:
    """A POST is not retried after a 503 whose Retry-After cannot be read."""
    send = script(answer(503, headers={"Retry-After": "soon"}), 200)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_("POST"))).status == 503


async def test_backoff_doubles_with_full_jitter(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """Full jitter: between nothing and base, 2 x base, 4 x base ... and never above the cap."""
    send = script(500)
    await RetryMiddleware(send, Retry(attempts=8, base=1, cap=10), clock=clock, jitter=lambda: 0.5)(request_())
    assert clock.slept == [0.5, 1, 2, 4, 5, 5, 5]


@pytest.mark.parametrize(
    ("max_wait", "deadline", "slept"), [(2.5, None, [1, 1]), (None, 1.5, [1]), (None, 2.0, [1]), (None, None, [1] * 4)]
)
async def test_no_backoff_outlasts_the_timeout(
    *,
    max_wait: float | None,
    deadline: float | None,
    slept: list[float],
    script: type[Script],
    clock: Clock,
    request_: MakeRequest,
) -> None:
    """`max_wait` bounds all waits together, the deadline the call: beyond them the last error is raised at once."""
    send, request = script(errors.ConnectionLost("cut")), request_(max_wait=max_wait)
    request.attempt.deadline = deadline
    with raises(errors.ConnectionLost):
        await RetryMiddleware(send, Retry(base=1, cap=1), clock=clock, jitter=lambda: 1.0)(request)
    assert clock.slept == slept


async def test_an_outage_is_not_made_worse(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """Of a thousand calls during an outage a tenth is retried, and ten more; a single call gets all its attempts."""
    send = script(503)
    call = RetryMiddleware(send, Retry(), clock=clock)
    await call(request_())
    assert len(send) == 5
    for _ in range(999):
        assert (await call(request_())).status == 503
    assert 1000 + 100 <= len(send) <= 1000 + 100 + 10


async def test_retry_budget_refills_on_success(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """After a thousand successful calls a hundred may be retried at once, and not more."""
    send = script(*[200] * 2000, 500)
    call = RetryMiddleware(send, Retry(attempts=2), clock=clock)
    for _ in range(2000):
        await call(request_())
    for _ in range(300):
        await call(request_())
    repeated = len(send) - 2300
    assert 100 <= repeated <= 100 + 300 * 0.1


async def test_the_last_retry_of_the_budget_is_used(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """A budget of one is one retry, no less and no more."""
    send = script(500)
    call = RetryMiddleware(send, Retry(floor=1, budget=0), clock=clock)
    await call(request_())
    assert len(send) == 2
    await call(request_())
    assert len(send) == 3


async def test_waiting_out_a_429_spends_no_budget(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """The token pool paces these retries already: the budget does not limit them too."""
    send = script(*[429, 200] * 100)
    call = RetryMiddleware(send, Retry(floor=0, budget=0), clock=clock)
    for _ in range(100):
        assert (await call(request_())).status == 200


@pytest.mark.parametrize(("headers", "slept"), [({}, [0.5, 1.0]), ({"Retry-After": "7"}, [7.0, 7.0])])
async def test_a_429_of_a_free_request_waits_by_itself(
    *,
    headers: dict[str, str],
    slept: list[float],
    script: type[Script],
    clock: Clock,
    request_: MakeRequest,
    answer: MakeResponse,
) -> None:
    """An unmetered call does not pass the pool: it waits as the header says, else as after any failure."""
    send = script(*[answer(429, headers=headers)] * 2, 200)
    free = msgspec.structs.replace(request_(), metered=False)
    assert (await RetryMiddleware(send, Retry(base=1), clock=clock, jitter=lambda: 0.5)(free)).status == 200
    assert clock.slept == slept


async def test_every_repetition_is_an_event(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """The attempt's number, the wait and the cause are reported."""
    events: list[Event] = []
    send = script(errors.ConnectionLost("cut"), 502, 429, 200)
    await RetryMiddleware(send, Retry(base=1), clock=clock, emit=events.append, jitter=lambda: 0.5)(request_())
    assert events == [
        Retried("GET", "/apps/{app}", None, 2, 0.5, "ConnectionLost"),
        Retried("GET", "/apps/{app}", None, 3, 1.0, "502"),
        Retried("GET", "/apps/{app}", None, 4, 0.0, "429"),
    ]


async def test_failure_after_uncertain_attempt_is_sent(
    script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """A PUT that was cut off and then refused may have been executed, and its error says so."""
    send = script(errors.ConnectionLost("cut"), errors.ConnectError("refused"))
    with raises(errors.ConnectError) as caught:
        await RetryMiddleware(send, Retry(), clock=clock)(request_("PUT"))
    assert caught.value.sent
    assert "may have been executed" in str(caught.value)


async def test_repeated_unsent_attempts_are_not_sent(clock: Clock, request_: MakeRequest) -> None:
    """However often a connection was refused, the next attempt and the error know that nothing was executed."""
    request = request_("POST")
    before: list[bool] = []

    async def send(_: Request) -> Response:
        before.append(request.attempt.sent)
        raise errors.ConnectError("refused")

    with raises(errors.ConnectError) as caught:
        await RetryMiddleware(send, Retry(attempts=3), clock=clock)(request)
    assert before == [False] * 3
    assert not caught.value.sent


async def test_exhausted_pool_raises_first_failure(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """`RateLimitWait` promises that nothing was sent; if an attempt was, its outcome is raised instead."""
    send = script(errors.ConnectionLost("cut"), errors.RateLimitWait(9))
    with raises(errors.ConnectionLost):
        await RetryMiddleware(send, Retry(), clock=clock)(request_("DELETE"))
    send = script(429, errors.RateLimitWait(9))
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_("POST"))).status == 429


@pytest.mark.parametrize(
    ("answers", "uncertain"),
    [
        ([errors.ConnectionLost("cut"), 404], 1),
        ([502, 500, 404], 2),
        ([429, 404], 0),
        ([404], 0),
        ([_REJECTED, 404], 0),
    ],
)
async def test_uncertain_attempts_are_counted(
    answers: list[Any], uncertain: int, script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """A DELETE that was cut off and then finds nothing may have deleted it: the count is there to say so."""
    request = request_("DELETE")
    assert (await RetryMiddleware(script(*answers), Retry(), clock=clock)(request)).status == 404
    assert request.attempt.uncertain == uncertain


@pytest.mark.parametrize("status", [408, 425])
async def test_another_status_can_be_made_retryable(
    status: int, monkeypatch: pytest.MonkeyPatch, script: type[Script], clock: Clock, request_: MakeRequest
) -> None:
    """The set of retryable statuses alone decides: one below 429 works too, for idempotent requests."""
    monkeypatch.setattr(retry, "_RETRYABLE", retry._RETRYABLE | {status})
    send = script(status, 200)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_("PUT"))).status == 200
    send = script(status, 200)
    assert (await RetryMiddleware(send, Retry(), clock=clock)(request_("POST"))).status == status


async def test_a_policy_without_retries_sends_once(script: type[Script], clock: Clock, request_: MakeRequest) -> None:
    """One attempt is one request, whatever the response."""
    counts: Counter[int] = Counter()
    for failure in (429, 503, 500):
        send = script(failure, 200)
        counts[(await RetryMiddleware(send, Retry(attempts=1), clock=clock)(request_())).status] += len(send)
    assert counts == {429: 1, 503: 1, 500: 1}


def _cut(request: web.Request) -> web.Response:
    """A connection that is closed before the response."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _page(_: web.Request) -> web.Response:
    """A success that is not JSON."""
    return web.Response(text="<html><title>Hello</title></html>")


@pytest.mark.parametrize("handler", [_cut, _page])
@pytest.mark.parametrize(
    "call",
    [
        lambda heroku: heroku.addons.resolve(addon="example-db"),
        lambda heroku: heroku.addon_attachments.resolve(addon_attachment="DATABASE"),
        lambda heroku: heroku.filters.apps({"in": {"id": []}}).all(),
        lambda heroku: heroku.request("POST", "/actions/addons/resolve", {"addon": "example-db"}),
    ],
)
async def test_no_post_that_reads_was_executed(call: Any, handler: Any, serve: Serve) -> None:
    """The error of a POST that changes nothing says the same as that of a GET."""
    server = await serve(handler)
    async with Heroku("token", base_url=server.url, retry=None) as heroku:
        with raises(errors.HerokuError) as failed:
            response = await call(heroku)
            response.json()
    assert "executed" not in str(failed.value)
