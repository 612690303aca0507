"""What responses show of the account: a table of events and the state that is expected after them."""

from math import inf

import pytest

from aioheroku._ratelimit.account import Account, Reading, gain
from aioheroku._ratelimit.estimates import eta
from aioheroku._ratelimit.rule import Pacer


def learn(account: Account, now: float, ticket: int, remaining: int) -> None:
    """A response reported the balance."""
    if account.report(now, ticket, remaining):
        account.learn(now, ticket)


def _run(account: Account, events: str) -> Account:
    """`s`: one is sent; `5=90`: the fifth reports 90; `5=`: it reports nothing. Each event takes a second."""
    for at, event in enumerate(events.split()):
        if event == "s":
            account.leave()
            continue
        ticket, _, balance = event.partition("=")
        account.in_flight -= 1
        if balance:
            learn(account, float(at), int(ticket), int(balance))
        else:
            account.end(float(at), int(ticket), -1)
    return account


@pytest.mark.parametrize(
    ("events", "level", "balance", "known"),
    [
        ("", 4500, 4500, False),
        ("s", 4499, 4500, False),
        ("s 1=99", 99, 99, True),
        ("s s 1=99", 98, 99, True),
        ("s s 2=98 1=99", 98, 98, True),
        ("s s 2=98 1=97", 97, 97, True),
        ("s 1=", 4499, 4499, False),
        ("s 1=99 s 2=", 98, 98, True),
        ("s s 2=98 1=", 98, 98, True),
    ],
)
def test_level(events: str, *, level: float, balance: float, known: bool) -> None:
    """The newest report decides, whatever order responses come in; one without a report changes what it is told."""
    account = _run(Account(4500, 1.25), events)
    assert (account.level, account.balance, account.known) == (level, balance, known)


def test_gain() -> None:
    """What came back less what others took: our own requests are no loss."""
    assert gain(Reading(0, 100, 5), Reading(9, 100, 9)) == 4
    assert gain(Reading(0, 100, 5), Reading(9, 90, 9)) == -6


def test_remaining() -> None:
    """It grows by the refill since the last report, up to the capacity."""
    account = _run(Account(100, 0.5), "s 1=40")
    assert account.remaining(1.0) == 40
    assert account.remaining(21.0) == 50
    assert account.remaining(1e6) == 100
    assert Account(100, 0.5).remaining(5.0) == 100
    account.balance, account.in_flight = 3, 5
    assert account.remaining(1.0) == 0


def _ask(account: Account, at: float, level: float) -> None:
    """A request with nothing else in flight, whose response reports this balance."""
    ticket = account.leave()
    account.in_flight -= 1
    learn(account, at, ticket, int(level))


def _work(account: Account, seconds: int, level: float, *, net: float, own: float, at: float = 1000.0) -> float:
    """A request of ours each `1 / own` seconds, while `net` tokens a second come back less what others take."""
    for _ in range(round(seconds * own)):
        at += 1 / own
        level += net / own - 1
        _ask(account, at, level)
    return level


@pytest.mark.parametrize(("gained", "held"), [(8, 0), (9, 9), (20, 20), (75, 75), (400, 400)])
def test_a_step_is_spent_over_its_minute(gained: int, held: int) -> None:
    """Nine tokens or more at once may be a step, of any size: all that came is held back, and less from then on."""
    account = Account(4500, 1.25)
    _ask(account, 1000.0, 30)
    _ask(account, 1000.1, 29 + gained)
    assert account.level - account.settled == pytest.approx(held, rel=0.001)
    for second, part in ((15, 0.75), (30, 0.5), (57, 0.05), (61, 0), (200, 0)):
        _ask(account, 1000.1 + second, 100)
        account._step = 1000.1, held  # what came meanwhile is another matter
        assert account.level - account.settled == pytest.approx(part * held, abs=0.05)


@pytest.mark.parametrize("gap", [1.0, 10.0, 40.0])
def test_a_step_came_before_it_was_seen(gap: float) -> None:
    """Readings at random show it somewhere between two of them, where most do rather late than early."""
    account = Account(4500, 1.25)
    _ask(account, 1000.0, 30)
    _ask(account, 1000.0 + gap, 104)
    assert account.level - account.settled == pytest.approx(75 * (1 - 0.12 * gap / 60))


def test_the_first_response_is_a_newcomers() -> None:
    """Whatever came since it asked for the balance first, it counts as one that comes just now."""
    account = Account(4500, 1.25)
    learn(account, 0.0, 0, 0)
    learn(account, 30.0, 0, 37)
    assert account.settled == 37
    _ask(account, 60.0, 73)
    assert account.settled == 43
    _ask(account, 61.0, 90)
    assert account.settled == pytest.approx(90 - 30 - 18, abs=1)


def test_two_steps() -> None:
    """Of a former one still so much is held back as was not to be spent yet."""
    account = Account(4500, 1.25)
    _ask(account, 1000.0, 30)
    for at in (1000.0, 1030.0):
        _ask(account, at, account.balance + 29)
    assert account.level - account.settled == pytest.approx(30 * (1 - 0.12 * 30 / 60) + 15, rel=0.15)


def test_no_more_is_held_than_came() -> None:
    """Not even where a clock was set back."""
    account = Account(4500, 1.25)
    account._step = 1000.0, 75.0
    assert [account._held(at) for at in (940.0, 1000.0, 1030.0, 1060.0, 1400.0)] == [75, 75, 37.5, 0, 0]


def test_a_newcomer_trusts_43_tokens() -> None:
    """More may have come in a step of which others have spent nothing yet: a minute's refill at most."""
    for reported, counted in ((30, 30), (43, 43), (80, 43), (1000, 925)):
        account = Account(4500, 1.25)
        learn(account, 0.0, 0, reported)
        assert account.settled == counted


@pytest.mark.parametrize(("net", "alone"), [(1.25, True), (0.0, True), (-20.0, False)])
def test_a_burst_shows_others(net: float, *, alone: bool) -> None:
    """Alone is a process that sees the balance fall by its own count; not one beside another that takes as much."""
    account = Account(4500, 1.25)
    _work(account, 10, 2000, net=net, own=20)
    assert account.alone is alone


def test_one_that_proves_alone_holds_nothing_back() -> None:
    """Nobody else could spend what a newcomer did not trust."""
    account = Account(4500, 1.25)
    learn(account, 0.0, 0, 300)
    assert account.level - account.settled == 75
    _work(account, 2, 300, net=1.25, own=20, at=0.0)
    assert account.alone
    assert account.settled == account.level


def test_no_burst_no_proof() -> None:
    """Slow requests, or few tokens, do not show that nobody else is there."""
    account = Account(4500, 1.25)
    _work(account, 100, 2000, net=1.25, own=1)
    assert not account.alone
    account = Account(4500, 1.25)
    _work(account, 5, 191, net=1.25, own=20)
    assert not account.alone


def test_alone_until_a_token_is_missing() -> None:
    """With nothing else in flight a single token less than counted ends it at once."""
    account = Account(4500, 1.25)
    learn(account, 0.0, 0, 10)
    account.alone = True
    for at, left, alone in ((1.0, 10, True), (2.0, 9, True), (3.0, 7, False)):
        ticket = account.leave()
        account.in_flight -= 1
        learn(account, at, ticket, left)
        assert account.alone is alone


def _trickle(account: Account, level: float, *, refill: float, missing: float, seconds: float = 100.0) -> list[bool]:
    """One alone spends a burst, then one token for each that comes back; after that long, `missing` others go at once.

    Whether it took itself to be alone before, and within ten requests behind it.
    """
    at = 1000.0
    for _ in range(40):
        at, level = at + 0.05, level + 0.05 * refill - 1
        _ask(account, at, level)
    found, end = [account.alone], at + seconds
    while at < end:
        at += 1 / refill
        _ask(account, at, level)
    found.append(account.alone)
    at, level = at + 2.6 / refill, level + 2.6 - missing  # fewer tokens, so the next pause is longer
    for _ in range(10):
        at += 1 / refill
        _ask(account, at, level)
    return [*found, account.alone]


@pytest.mark.parametrize("refill", [1 / 3, 1.25, 2.5])
@pytest.mark.parametrize(("seen", "missing", "alone"), [(40, 0, True), (40, 3, False), (11, 3, False), (1, 3, True)])
def test_alone_until_tokens_are_missing(refill: float, seen: int, missing: int, *, alone: bool) -> None:
    """Three tokens that did not come back are another's, though more came between two readings: if nine have come."""
    found = _trickle(Account(4500, 1.25), 500.4, refill=refill, missing=missing, seconds=seen / refill)
    assert found == [True, True, alone]


@pytest.mark.parametrize("seconds", [0.0, 1e-9, -5.0])
def test_many_tokens_of_one_moment(seconds: float) -> None:
    """Responses may come at one reading of the clock, or behind one that was set back: no rate follows from that."""
    account, at = Account(4500, 1.25), 1000.0
    level = _work(account, 2, 300, net=0.0, own=20, at=at)
    at = account.updated
    for _ in range(6):
        at, level = at + seconds, level + 5
        _ask(account, at, level)
    assert account.alone
    _work(account, 61, level, net=1.25, own=2, at=at)
    assert 0 < account.refill < 45


def test_alone_at_the_end_of_a_minute() -> None:
    """A burst on a full pool may show both at one response: the minute begins anew."""
    account = Account(4500, 1.25)
    learn(account, 0.0, 0, 500)
    for number in range(-35, 1):
        _ask(account, 60.0 + number / 50, 499)
    assert account.alone
    assert account.others == 0


def test_a_process_is_alone_for_hours() -> None:
    """No rounding of the header is taken for another's token, whatever the pause is."""
    for refill in (1 / 3, 1.25, 2.5):
        account, level, at = Account(4500, 1.25), 700.0, 0.0
        while at < 7200:
            pause = 0.05 if level > 10 else (0.3, 1.1, 3.4, 2.2)[account.sent % 4]
            at, level = at + pause, level + pause * refill
            if level < 1:
                continue
            level -= 1
            _ask(account, at, level)
            assert account.alone or at < 10


def test_what_was_missing_before_does_not_count() -> None:
    """A process that is alone again, behind others that have ended, begins to count anew."""
    account, level = Account(4500, 1.25), 900.0
    account._missing = 5.0
    for second in range(10):
        level = _work(account, 1, level, net=1.25, own=20, at=float(second))
        assert account.alone


def test_alone_until_less_comes_back() -> None:
    """Somebody who takes a third of the refill, in the shadow of our requests in flight, shows within two minutes."""
    account = Account(4500, 1.0)
    level = _work(account, 200, 3000, net=1.0, own=5)
    assert account.alone
    assert account.refill == pytest.approx(1.0, rel=0.05)
    account.in_flight = 1  # so that no single report counts exactly
    _work(account, 130, level, net=0.65, own=1, at=1200.0)
    assert not account.alone


def test_a_long_silence() -> None:
    """After four minutes without a report nothing that was seen counts."""
    account = Account(4500, 1.25)
    level = _work(account, 10, 2000, net=1.25, own=20)
    learn(account, 1010.0 + 239, account.sent, int(level) + 299)
    assert account.alone
    learn(account, 1010.0 + 239 + 241, account.sent, int(level) + 299 + 301)
    assert not account.alone
    learn(account, 2000.0, account.sent, 20)
    learn(account, 2241.0, account.sent, 80)
    assert account.settled == 43


def test_others_and_refill() -> None:
    """A higher refill shows within a minute; what does not come back others took."""
    account = Account(4500, 1.25)
    _work(account, 125, 600, net=2.5, own=1)
    assert account.refill == pytest.approx(2.5, rel=0.05)
    assert account.others == 0
    _work(account, 125, 700, net=1.5, own=1, at=1125.0)
    assert account.others == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("refill", [1 / 3, 0.8])
def test_a_lower_refill_of_one_alone(refill: float) -> None:
    """A process that is alone learns a lower refill within some minutes, one of less than a token a second too."""
    account = Account(4500, 1.25)
    _work(account, 180, 4400, net=refill, own=20)
    assert account.alone
    assert account.refill == pytest.approx(refill, abs=0.05)


def test_size() -> None:
    """A larger account shows at once, a smaller one where it stands full for a minute."""
    account = Account(4500, 1.25)
    learn(account, 0.0, 0, 8999)
    assert account.capacity == 8999
    for number in range(20):
        learn(account, 100.0 + 10 * number, account.leave(), 2399)
        account.in_flight -= 1
    assert account.capacity == 2400
    assert account.others == 0


@pytest.mark.parametrize("last", [2399, 2400])
def test_others_of_a_full_pool(last: int) -> None:
    """What comes back to a full pool is lost, and is not what others take: that is by how much its level falls."""
    account = Account(4500, 1.25)
    for second in range(60):
        learn(account, float(second), 0, 2399 if second % 4 == 1 else 2400)
    learn(account, 61.0, 0, last)
    assert account.capacity == 2401
    assert account.others * 61 == pytest.approx(15.5, abs=0.6)
    assert account.refill == 1.25


@pytest.mark.parametrize("level", [40, 50, 60])
def test_many_come_with_the_refill(level: int) -> None:
    """Few tokens come at the present pace; many at that of the refill, however fast the pace is at first."""
    pacer = Pacer(Account(150, 100 / 3600))
    learn(pacer.account, 0.0, 0, level)
    assert eta(pacer, 0.0, 1) == pytest.approx(pacer.pause(), rel=0.1)
    assert eta(pacer, 0.0, 1000) == pytest.approx((1000 - level) * 36, rel=0.1)


def test_uncharged() -> None:
    """A request that took no token does not make others appear."""
    account = Account(4500, 1.25)
    learn(account, 0.0, account.leave(), 100)
    learn(account, 1.0, account.leave(), 99)
    account.leave()
    account.unsent()
    learn(account, 2.0, account.leave(), 98)
    assert account._last == Reading(2.0, 98, 3)
    assert account.responded == account.updated == 2.0
    assert Account(1, 1.0).updated == -inf


def test_nothing_comes_back() -> None:
    """A minute without a refill is no refill of 0, by which estimates would be divided."""
    account = Account(4500, 1.25)
    _work(account, 70, 4000, net=0.0, own=20)
    assert account.alone
    assert account.refill == 1.25


def test_alone_where_tokens_come_in_steps() -> None:
    """A window of a minute and some seconds has one step or two: that is no other client."""
    account, level, at = Account(2400, 1 / 3), 1000.0, 0.0
    while at < 7200:
        before, at = at, at + (0.2 if level > 100 else 3.1)
        level += 20 * (at // 60 - before // 60) - 1
        ticket = account.leave()
        account.in_flight -= 1
        learn(account, at, ticket, max(0, int(level)))
        assert account.alone or at < 10


@pytest.mark.parametrize(
    ("step", "pause"), [(75, 0.9), (75, 3.1), (75, 7.3), (20, 3.1), (150, 0.4), (75, 65.0), (75, 95.0)]
)
def test_the_refill_of_steps(step: int, pause: float) -> None:
    """One alone learns how much a step brings: to a tenth where it looks so seldom that it cannot tell one from two."""
    account, level, at = Account(4500, 1.25), 400.0, 0.0
    while at < 3600:
        before, at = at, at + (0.1 if level > 190 else pause)
        level += step * (at // 60 - before // 60)
        if level < 1:
            continue
        level -= 1
        _ask(account, at, level)
        assert account.alone or at < 10
        assert account.refill == pytest.approx(step / 60, rel=0.01 if pause < 60 else 0.1) or at < 180


def test_a_process_that_is_alone_again_measures_anew() -> None:
    """What others took meanwhile is no lower refill."""
    account = Account(4500, 1.25)
    level = _work(account, 100, 4400, net=0.5, own=10)
    assert account.refill == pytest.approx(0.5, rel=0.05)
    level = _work(account, 10, level, net=-3, own=10, at=1100.0)
    assert not account.alone
    _work(account, 130, level, net=0.5, own=10, at=1110.0)
    assert account.alone
    assert account.refill == pytest.approx(0.5, rel=0.05)


def test_requests_in_flight_are_no_refill() -> None:
    """Those that have not been charged yet seem to have come back."""
    account = Account(4500, 1.25)
    learn(account, 0.0, account.leave(), 3000)
    for _ in range(200):
        account.leave()
    learn(account, 1.0, account.sent, 2990)
    assert account.refill == 1.25


def test_a_request_in_flight_is_no_token_missing() -> None:
    """It may have been charged already: only readings with nothing else in flight count."""
    account = Account(4500, 1.25)
    level = _work(account, 10, 300, net=1.25, own=20)
    tickets = [account.leave() for _ in range(4)]
    account.in_flight -= 1
    learn(account, 1010.0, tickets[0], int(level) - 4)
    assert account.alone

    account = Account(4500, 1.25)
    level = _work(account, 10, 300, net=1.25, own=20)
    newest = [account.leave() for _ in range(4)][-1]
    account.in_flight -= 1
    learn(account, 1010.0, newest, int(level) - 1)
    account.in_flight -= 3
    account.leave()
    account.in_flight -= 1
    learn(account, 1010.1, newest + 1, int(level) - 5)
    assert account.alone
