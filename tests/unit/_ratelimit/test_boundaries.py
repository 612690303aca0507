"""Where the rule changes its mind: the last number on each side, and what is forgotten."""

import asyncio
import gc
import inspect
import logging

import pytest

from aioheroku import Pool, RedisPool
from aioheroku._http import Request, Response
from aioheroku._ratelimit.account import BURST, SPARE, Account
from aioheroku._ratelimit.backend import LocalBackend
from aioheroku._ratelimit.estimates import eta
from aioheroku._ratelimit.rule import Pacer
from aioheroku._ratelimit.wait_queue import MAX_CONSECUTIVE, RANKS, WaitQueue
from tests._support.bucket_server import LabelledRequest
from tests._support.virtual_loop import Run


def settled(level: int, refill: float = 1.25) -> Pacer:
    """A process that has long been at work, beside others, and reads this many tokens at 1000 s."""
    pacer = Pacer(Account(4500, refill))
    for number in range(12):
        pacer.on_response(900.0 + number, pacer.leave(900.0 + number), 1000)
    pacer.learn(1000.0, pacer.account.sent, level)
    pacer.account._step = (0.0, 0.0)
    pacer.account.alone, pacer.account.others, pacer.account.refill = False, 0.0, refill
    return pacer


def test_a_429_ends_the_signal() -> None:
    """A newcomer that was refused sends no further request at once."""
    pacer = Pacer(Account(4500, 1.25))
    pacer.learn(0.0, 0, 6)
    refused, answered = pacer.leave(0.0), pacer.leave(0.0)
    pacer.on_rejected(0.2, refused, 0.0)
    pacer.on_response(0.4, answered, 6)
    assert pacer.delay(0.4, 1) > 0


def test_a_silence_makes_a_newcomer() -> None:
    """After four minutes without a response a process may find one that is alone, which must notice it."""
    for silent, signals in ((239, False), (241, True)):
        pacer = settled(6)
        pacer.on_response(1000.0 + silent, pacer.leave(1000.0 + silent), 6)
        assert (pacer.delay(1000.0 + silent, 1) == 0) is signals


@pytest.mark.parametrize(("silent", "probes"), [(30.0, False), (30.5, True)])
def test_silence_of_half_a_minute(silent: float, *, probes: bool) -> None:
    """No response for more than 30 seconds: requests leave one by one; before that none waits for another."""
    pacer = settled(1000)
    pacer.leave(1000.0)
    pacer.last_sent = 1000.0 + silent
    assert (pacer.delay(1000.0 + silent, 1) > 0) == probes


@pytest.mark.parametrize(("left", "alone"), [(SPARE, True), (SPARE - 1, False)])
def test_it_is_alone_above_192(left: int, *, alone: bool) -> None:
    """Where as many tokens are left that nobody pauses, a burst that only its own requests explain has no company."""
    account = Account(4500, 1.25)
    for number in range(BURST + 1):
        ticket = account.leave()
        account.in_flight -= 1
        if account.report(number / 100, ticket, left + BURST - number):
            account.learn(number / 100, ticket)
    assert account.alone == alone


def test_the_price_beside_others_that_take_all() -> None:
    """What comes back is shared with them: of nine tokens and a share of 1/102 a second, ten requests take 1,020 s."""
    pacer = settled(9)
    pacer.account.others = pacer.account.refill
    assert eta(pacer, 1000.0, 10) == pytest.approx(1020, rel=0.01)


def test_a_slow_refill_keeps_nothing_back() -> None:
    """Where a pause is never as short as the refill, every token may be spent: the second of one is due in 250 s."""
    assert eta(settled(1, refill=0.004), 1000.0, 2) == pytest.approx(250, rel=0.01)


def test_a_token_that_is_there_is_taken() -> None:
    """Without any wait, and so without the queue."""
    backend = LocalBackend(4500, 4500, 0)
    backend.rule.learn(0.0, 0, 4000)
    assert backend.take(1.0, 1) is not None


def test_a_bug_in_a_balance_query_is_not_logged(
    run: Run, request_: LabelledRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the query raises, the requests that wait for it go on, and asyncio has nothing to complain of."""

    async def send(request: Request) -> Response:
        if not request.metered:
            raise RuntimeError("a bug in a middleware")
        return Response(200, {"RateLimit-Remaining": "4000"}, b"", request.method, request.path)

    async def main() -> None:
        metered = Pool().metered(send, query=lambda _: request_(metered=False))
        responses = await asyncio.gather(*(metered(request_()) for _ in range(3)))
        assert [response.status for response in responses] == [200] * 3

    run(main())
    gc.collect()
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_pools_agree_on_what_is_usual() -> None:
    """What both pools take has the same default in both."""
    one, other = (inspect.signature(kind).parameters for kind in (Pool, RedisPool))
    shared = one.keys() & other.keys()
    assert {"capacity", "refill_per_hour", "reserve"} <= shared
    assert inspect.signature(Pool.eta).parameters["n"].default == 1
    assert {name: one[name].default for name in shared} == {name: other[name].default for name in shared}


async def test_the_head_is_fair_by_default() -> None:
    """After some admissions in a row above it, the lowest priority is next, unless the tokens left are reserved."""
    queue = WaitQueue()
    lowest = queue.join(len(RANKS) - 1, 0.0)
    for _ in range(MAX_CONSECUTIVE):
        waiter = queue.join(0, 0.0)
        queue.admit(waiter)
        queue.leave(waiter)
    first = queue.join(0, 0.0)
    assert queue.head() is lowest
    assert queue.head(interactive_only=True) is first
