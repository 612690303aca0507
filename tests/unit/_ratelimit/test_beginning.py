"""Where several wait and nothing is known, the count of tokens is asked for first: that is free."""

import asyncio
import gc
import random
import sys
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool
from aioheroku._http import Request, Response
from aioheroku.errors import ConnectError, RateLimitWait
from aioheroku.testing import Platform
from tests._support.bucket_server import BucketServer, LabelledRequest, labelled_request
from tests._support.fakes import Serve
from tests._support.virtual_loop import Run


class Account:
    """A server that answers the free question with what is left, in its header or its body."""

    def __init__(self, platform: Any, answer: str = "header") -> None:
        self.platform = platform
        self.answer = answer
        self.asked: list[float] = []
        """When the question came."""
        self.waits = asyncio.Event()

    async def send(self, request: Request) -> Response:
        if request.metered:
            return await self.platform.send(request)  # type: ignore[no-any-return]
        self.asked.append(asyncio.get_running_loop().time())
        if self.answer == "nothing":
            raise ConnectError("no", "GET", "/account/rate-limits")
        if self.answer == "silence":
            await self.waits.wait()
        level = int(self.platform.now_left())
        if self.answer == "header":
            return Response(200, {"RateLimit-Remaining": str(level)}, b"")
        return Response(200, {}, b'{"remaining": %d}' % level if self.answer == "body" else self.answer.encode())


@pytest.mark.parametrize("answer", ["header", "body"])
def test_several_ask_first(run: Run, server: type[BucketServer], request_: LabelledRequest, answer: str) -> None:
    """Twenty calls at once, an empty pool, three processes: each asks some times, and not one call is refused."""

    async def main() -> None:
        platform = server(0, refill=1.0)
        platform.updated = 0.0
        accounts = [Account(platform, answer) for _ in range(3)]
        sends = [Pool(2400, 3600).metered(one.send, query=lambda _: request_(metered=False)) for one in accounts]
        await asyncio.gather(*(send(request_()) for send in sends for _ in range(20)))
        assert all(2 <= len(one.asked) <= 6 for one in accounts)
        assert platform.statuses == [200] * 60

    random.seed(3)
    run(main())


@pytest.mark.parametrize("processes", [1, 5])
@pytest.mark.parametrize(("step", "seconds"), [(0, 60), (60, 120)])
def test_an_empty_account_is_asked_again(
    run: Run, server: type[BucketServer], *, processes: int, step: float, seconds: float
) -> None:
    """Tokens that come back are seen by the free question, with backoff: nobody waits for its longest pause to end."""

    async def main() -> None:
        platform = server(0, capacity=4500, refill=1.25, step=step)
        platform.updated = 0.0
        accounts = [Account(platform) for _ in range(processes)]
        sends = [Pool().metered(one.send, query=lambda _: labelled_request(metered=False)) for one in accounts]
        await asyncio.gather(*(send(labelled_request()) for send in sends for _ in range(4)))
        assert asyncio.get_running_loop().time() < seconds
        assert platform.statuses == [200] * 4 * processes
        for one in accounts:
            gaps = [later - at for at, later in pairwise(one.asked)]
            assert gaps[0] == pytest.approx(5, rel=0.2)
            assert gaps == sorted(gaps)

    random.seed(1)
    run(main())


def test_empty_for_long_is_a_few_questions(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Where no token comes back it asks six times at most, then sends, and asks no more: the 429 says enough."""

    async def main() -> None:
        account = Account(server(0, refill=0))
        send = Pool().metered(account.send, query=lambda _: request_(metered=False))
        calls = [asyncio.ensure_future(send(request_())) for _ in range(4)]
        await asyncio.sleep(3600)
        assert 4 <= len(account.asked) <= 6
        assert 60 < account.platform.arrived[0][0] < 161
        assert max(account.asked) < account.platform.arrived[0][0]
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    random.seed(1)
    run(main())


def test_nobody_waits_and_nobody_asks(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """When the calls that wait on an empty account give up, no further question is asked."""

    async def main() -> None:
        account = Account(server(0, refill=0))
        send = Pool().metered(account.send, query=lambda _: request_(metered=False))
        calls = [asyncio.ensure_future(send(request_())) for _ in range(4)]
        await asyncio.sleep(7)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        assert len(account.asked) == 2

    random.seed(1)
    run(main())


def test_an_interactive_call_begins(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """On an empty pool the first interactive call leaves as soon as a token may be there, and is not refused."""

    async def main() -> None:
        platform = server(0, refill=0.5)
        platform.updated = 0.0
        send = Pool(2400, 1800).metered(Account(platform).send, query=lambda _: request_(metered=False))
        calls = [send(request_("batch", priority="batch")) for _ in range(3)]
        await asyncio.gather(*calls, send(request_("person", priority="interactive")))
        assert platform.left[0] == (2.0, "person")
        assert platform.statuses[0] == 200

    random.seed(1)
    run(main())


def test_a_crowd_begins_on_an_empty_pool(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Twenty-five processes with four tasks each that want all they can get: hardly a 429, and equal parts."""

    async def main() -> tuple[float, float]:
        platform = server(0, capacity=4500, refill=1.25, latency=0.175, seed=1)
        platform.updated = 0.0

        async def load(send: Any, label: str) -> None:
            while True:
                await send(request_(label))

        tasks: list[asyncio.Task[None]] = []
        for number in range(25):
            send = Pool().metered(Account(platform).send, query=lambda _: request_(metered=False))
            tasks += [asyncio.ensure_future(load(send, str(number))) for _ in range(4)]
        await asyncio.sleep(1800)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        labels = [label for _, label in platform.arrived]
        parts = [labels.count(str(number)) for number in range(25)]
        return platform.refused / len(labels), sum(parts) ** 2 / (25 * sum(part * part for part in parts))

    random.seed(1)
    refused, jain = run(main())
    assert refused <= 0.005
    assert jain >= 0.99


def test_a_single_call_goes_and_finds_out(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """One call alone is itself the question, and calls one after the other never need another."""

    async def main() -> None:
        account = Account(server(100))
        send = Pool().metered(account.send, query=lambda _: request_(metered=False))
        for _ in range(3):
            await send(request_())
        await asyncio.gather(*(send(request_()) for _ in range(10)))
        assert account.asked == []

    run(main())


@pytest.mark.parametrize(
    "answer",
    [
        "nothing",
        "silence",
        "<html>",
        "[]",
        '{"remaining": -5}',
        '{"remaining": "5"}',
        '{"remaining": true}',
        f'{{"remaining": {10**400}}}',
        "[" * 100_000,
    ],
)
def test_failed_balance_request(run: Run, server: type[BucketServer], request_: LabelledRequest, answer: str) -> None:
    """Where the question comes to nothing, within five seconds, the first call goes alone and the others follow."""

    async def main() -> None:
        account = Account(server(100), answer)
        send = Pool().metered(account.send, query=lambda _: request_(metered=False))
        await asyncio.gather(*(send(request_(str(number))) for number in range(5)))
        assert [label for _, label in account.platform.left] == ["0", "1", "2", "3", "4"]
        assert account.platform.left[0][0] == (5.0 if answer == "silence" else 0.0)
        assert account.platform.left[1][0] > account.platform.left[0][0]

    run(main())


def test_a_balance_request_that_breaks(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """A middleware that fails at the question, with whatever error, fails no call, and asyncio logs nothing of it."""

    async def main() -> None:
        logged: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))
        platform = server(20, refill=1.0)

        async def send(request: Request) -> Response:
            if not request.metered:
                raise ZeroDivisionError
            return await platform.send(request)

        pool = Pool()
        calls = pool.metered(send, query=lambda _: request_(metered=False))
        await asyncio.gather(*(calls(request_()) for _ in range(20)))
        assert platform.statuses == [200] * 20
        gc.collect()
        assert logged == []

    random.seed(1)
    run(main())


def test_all_waiters_leave_during_balance_request(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """When all that wait are cancelled, the question is too, and the next call finds the way open."""

    async def main() -> None:
        account = Account(server(100), "silence")
        pool = Pool()
        send = pool.metered(account.send, query=lambda _: request_(metered=False))
        calls = [asyncio.ensure_future(send(request_())) for _ in range(3)]
        await asyncio.sleep(1)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        assert (await send(request_())).status == 200
        assert asyncio.get_running_loop().time() == pytest.approx(1.1)
        assert pool.snapshot().waiting == 0

    run(main())


@pytest.mark.parametrize("max_wait", [0, 0.01, 1])
def test_balance_counts_for_max_wait(
    run: Run, server: type[BucketServer], request_: LabelledRequest, max_wait: float
) -> None:
    """An empty pool that is found so: a call that may not wait so long is told, and nothing was sent."""

    async def main() -> None:
        account = Account(server(0))
        send = Pool().metered(account.send, query=lambda _: request_(metered=False))
        calls = [send(request_(max_wait=max_wait)) for _ in range(2)]
        assert [type(one) for one in await asyncio.gather(*calls, return_exceptions=True)] == [RateLimitWait] * 2
        assert account.platform.arrived == []

    run(main())


def test_balance_latency_is_not_token_wait(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """Calls that may not wait at all are not given up because of the question, which lasts as long as it lasts."""

    async def main() -> None:
        account = Account(server(1000))
        told: list[Any] = []
        send = Pool().metered(account.send, told.append, lambda _: request_(metered=False))
        answers = await asyncio.gather(*(send(request_(max_wait=0)) for _ in range(5)))
        assert [answer.status for answer in answers] == [200] * 5
        assert told == []

    run(main())


@pytest.mark.parametrize(
    ("answer", "level", "reason"),
    [
        ("silence", 1000, "the platform was asked how many tokens there are"),
        ("header", 0, "the account's tokens are short"),
    ],
)
def test_a_wait_says_what_it_was_for(
    run: Run, server: type[BucketServer], request_: LabelledRequest, *, answer: str, level: int, reason: str
) -> None:
    """Where the response is long in coming, the event says so; where there are no tokens, it says that."""

    async def main() -> None:
        told: list[Any] = []
        account = Account(server(level), answer)
        account.platform.updated = 0.0
        send = Pool().metered(account.send, told.append, lambda _: request_(metered=False))
        await asyncio.gather(*(send(request_()) for _ in range(2)))
        assert [wait.reason for wait in told] == [reason] * 2

    random.seed(1)
    run(main())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks that begin at once came with Python 3.12")
def test_tasks_that_begin_at_once(run: Run, server: type[BucketServer], request_: LabelledRequest) -> None:
    """A loop that takes the first step of a task as it is made changes nothing: one question, all calls."""

    async def main() -> None:
        asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
        account = Account(server(1000))
        send = Pool().metered(account.send, query=lambda _: request_(metered=False))
        answers = await asyncio.gather(*(asyncio.ensure_future(send(request_())) for _ in range(5)))
        assert [answer.status for answer in answers] == [200] * 5
        assert len(account.asked) == 1

    run(main())


async def test_balance_response_without_a_count(serve: Serve) -> None:
    """A rate limit that is no JSON, asked for by the caller, is a response like any other."""
    server = await serve([web.Response(text="<html>"), web.Response(text="[" * 100_000)])
    async with Heroku("token", base_url=server.url) as heroku:
        for _ in range(2):
            assert (await heroku.request("GET", "/account/rate-limits")).status == 200


async def test_a_session_asks_with_its_own_credentials() -> None:
    """`Heroku` asks the account's rate limit with the caller's token, and that takes none from the pool."""
    async with Platform(apps=3, seed=1) as platform, Heroku(platform.token, base_url=platform.url) as heroku:
        before = platform.remaining
        await asyncio.gather(*(heroku.apps.list().all(), heroku.account.info(), heroku.regions.list().all()))
        asked = [f"{one.method} {one.path}" for one in platform.requests]
        assert asked[0] == "GET /account/rate-limits"
        assert platform.requests[0].status == 200
        assert len(asked) == 4
        assert before - platform.remaining == 3
        assert heroku.pool.snapshot().used == 3


async def test_no_balance_request_without_credentials() -> None:
    """Endpoints that need no login have no account whose tokens could be counted."""
    async with Platform(apps=1, seed=1) as platform, Heroku(None, base_url=platform.url) as heroku:
        await asyncio.gather(heroku.request("GET", "/schema"), heroku.request("GET", "/schema?again"))
        assert {one.path.partition("?")[0] for one in platform.requests} == {"/schema"}
