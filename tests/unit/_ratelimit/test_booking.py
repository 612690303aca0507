"""Tokens are booked for what left this machine, and use is counted by name within bounds."""

import asyncio
import gc
from typing import Any

import pytest
from yarl import URL

from aioheroku import Heroku, Pool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.balance import balance_request
from aioheroku._ratelimit.snapshot import Usage
from aioheroku.errors import ConnectError, ConnectionLost, ConnectTimeout, ReadTimeout, SessionClosed
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.secrets import raises
from tests._support.virtual_loop import Run


def test_the_balance_request_is_free() -> None:
    """It only reads, takes no token, and has the credentials of the request that waits but nothing else of it."""
    url = URL("https://api.heroku.com/apps")
    waiting = Request("POST", url, "/apps", {"Authorization": "Bearer x", "If-Match": '"1"'}, b"{}")
    made = balance_request("https://api.heroku.com")(waiting)
    assert (made.method, made.path, made.body) == ("GET", "/account/rate-limits", None)
    assert (made.metered, made.idempotent) == (False, True)
    assert made.headers == {"Authorization": "Bearer x"}


def _failing(error: BaseException, *, sent: bool) -> Any:
    async def send(request: Request) -> Response:
        if sent:
            request.attempt.sent = True
        raise error

    return send


@pytest.mark.parametrize(
    ("error", "used"),
    [
        (ConnectError("no", "GET", "/x"), 0),
        (ConnectTimeout("no", "GET", "/x"), 0),
        (ConnectionLost("no", "GET", "/x", sent=False), 0),
        (SessionClosed(sent=False), 0),
        (ConnectionLost("no", "GET", "/x"), 1),
        (ReadTimeout("no", "GET", "/x"), 1),
        (SessionClosed(sent=True), 1),
        (OSError(), 1),
    ],
    ids=repr,
)
def test_what_never_left_takes_no_token(run: Run, request_: LabelledRequest, error: BaseException, used: int) -> None:
    """A failure before a byte left gives its token back and counts for nobody; any other one is spent."""

    async def main() -> None:
        pool = Pool(100, 1)
        with raises(type(error)):
            await pool.metered(_failing(error, sent=bool(used)))(request_("web"))
        shot = pool.snapshot()
        assert (shot.used, shot.in_flight, shot.remaining) == (used, 0, 100 - used)
        assert shot.used_by_label == ({"web": 1} if used else {})
        assert shot.used_by_route == ({"GET /apps/{app}": 1} if used else {})

    run(main())


@pytest.mark.parametrize("sent", [False, True])
def test_a_cancelled_call_is_booked_if_it_left(run: Run, request_: LabelledRequest, sent: bool) -> None:
    """Cancelled while it waits for a connection, a call takes no token; cancelled after it left, it does."""

    async def main() -> None:
        async def hang(request: Request) -> Response:
            if sent:
                request.attempt.sent = True
            await asyncio.sleep(1000)
            raise AssertionError

        pool = Pool(100, 1)
        call = asyncio.ensure_future(pool.metered(hang)(request_()))
        await asyncio.sleep(1)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        shot = pool.snapshot()
        assert (shot.used, shot.in_flight, shot.remaining) == (int(sent), 0, 100 - sent)

    run(main())


def test_given_back_tokens_teach_nothing(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Calls that never left between others change neither what remains nor what others seem to take."""

    async def main() -> None:
        platform = server(1000, capacity=4500, refill=1.25)
        pool = Pool()
        send = pool.metered(platform.send)
        fail = pool.metered(_failing(ConnectError("no", "GET", "/x"), sent=False))
        for _ in range(100):
            await send(request_())
            for _ in range(5):
                with raises(ConnectError):
                    await fail(request_())
            await asyncio.sleep(1)
        shot = pool.snapshot()
        assert shot.remaining == pytest.approx(platform.level, abs=3)
        assert shot.others < 300
        assert shot.used == 100

    run(main())


async def test_unreachable_server_costs_no_token() -> None:
    """Refused connections of `Heroku` take no token, retries included."""
    pool = Pool()
    async with Heroku("token", base_url="http://127.0.0.1:9", pool=pool, retry=None) as heroku:
        for _ in range(3):
            with raises(ConnectError):
                await heroku.account.info()
    assert (pool.snapshot().used, pool.snapshot().in_flight) == (0, 0)


# --- by name ------------------------------------------------------------------------------------------------


def test_use_by_name_is_bounded(run: Run, request_: LabelledRequest) -> None:
    """Ten thousand labels and routes are a thousand entries and `others`; the sums and the largest stay exact."""

    async def main() -> None:
        async def send(request: Request) -> Response:
            return Response(200, {"RateLimit-Remaining": "100000"}, b"")

        pool = Pool(100_000)
        metered = pool.metered(send)
        for number in range(10_000):
            request = request_(f"job {number}")
            await metered(Request("GET", request.url, f"/raw/{number}", {}, options=request.options))
            if number % 10 == 0:
                await metered(request_("web"))
        shot = pool.snapshot()
        for used in (shot.used_by_label, shot.used_by_route):
            assert len(used) <= 1001
            assert sum(used.values()) == 11_000
            assert used["others"] > 8000
        assert shot.used == 11_000
        assert shot.used_by_label["web"] == 1000
        assert shot.used_by_label["job 9999"] == 1

    run(main())


def test_a_label_of_that_name_is_counted_in() -> None:
    """A table that was never full has no entry for the rest; one that was keeps the most used half."""
    usage = Usage[str]()
    for number in range(1000):
        usage[str(number)] += number + 1
    assert (len(usage), usage.rest) == (1000, 0)
    usage["new"] += 1
    assert len(usage) == 501
    assert usage.rest == sum(range(1, 501))
    assert usage["999"] == 1000


# --- event loops --------------------------------------------------------------------------------------------


def test_new_loop_starts_with_none_in_flight(request_: LabelledRequest) -> None:
    """Calls that a closed loop left unanswered are forgotten, also when they are collected only later."""
    pool = Pool()
    left: list[Any] = []

    async def hang(request: Request) -> Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def answer(request: Request) -> Response:
        return Response(200, {"RateLimit-Remaining": "1000"}, b"")

    async def interrupted() -> None:
        for _ in range(3):
            call = pool.metered(hang)(request_())
            left.append(call)
            call.send(None)  # as a task does, which nobody ends
        pool._limiter.backend.take = lambda now, rank: None  # type: ignore[method-assign]
        pool._limiter.backend.delay = lambda now, rank: 100.0  # type: ignore[method-assign]
        for _ in range(2):
            call = pool.metered(hang)(request_())
            left.append(call)
            call.send(None)
        del pool._limiter.backend.delay, pool._limiter.backend.take

    loop = asyncio.new_event_loop()
    loop.run_until_complete(pool.metered(answer)(request_()))
    loop.run_until_complete(interrupted())
    assert pool.snapshot().in_flight == 3
    assert pool.snapshot().waiting == 2
    loop.close()

    async def next_loop() -> None:
        await pool.metered(answer)(request_())
        assert (pool.snapshot().in_flight, pool.snapshot().waiting) == (0, 0)
        left.clear()
        gc.collect()
        assert (pool.snapshot().in_flight, pool.snapshot().waiting) == (0, 0)

    asyncio.run(next_loop())
    assert pool.snapshot().used == 2
