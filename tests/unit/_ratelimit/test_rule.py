"""The rule by itself: a pause that follows from the tokens left, and what a newcomer does besides."""

from itertools import pairwise
from math import inf

import pytest

from aioheroku._ratelimit.account import Account
from aioheroku._ratelimit.estimates import _level_of, eta, wait
from aioheroku._ratelimit.rule import Pacer, pause


def _settled(level: int, *, alone: bool = False) -> Pacer:
    """One that has long been at work and reads this many tokens at 1000 s."""
    pacer = Pacer(Account(4500, 1.25))
    for number in range(12):
        pacer.on_response(900.0 + number, pacer.leave(900.0 + number), 1000)
    pacer.learn(1000.0, pacer.account.sent, level)
    pacer.account._step = (0.0, 0.0)
    pacer.account.alone, pacer.account.others = alone, 0.0
    return pacer


@pytest.mark.parametrize(
    ("level", "seconds", "alone"),
    [
        (-5, 204.8, 205),
        (0, 204.8, 205),
        (1, 189.6, 60.8),
        (4, 150.3, 1.58),
        (7, 119.2, 0.0412),
        (9, 102.1, 0.00362),
        (10, 94.4, 0),
        (18, 50.4, 0),
        (27, 23.9, 0),
        (36, 9.3, 0),
        (41, 3.56, 0),
        (44, 1.2, 0),
        (109, 1.2, 0),
        (110, 0, 0),
        (4500, 0, 0),
    ],
)
def test_pause(level: int, seconds: float, alone: float) -> None:
    """205 s, halved by each nine tokens and then less, or by each 0.57 for one alone; none where there are plenty."""
    assert pause(level) == pytest.approx(seconds, rel=0.01)
    assert pause(level, alone=True) == pytest.approx(alone, rel=0.01)


@pytest.mark.parametrize("level", [0, 9, 17, 40, 50])
def test_the_pause_needs_no_size(level: int) -> None:
    """Processes that read the same pause equally long, whatever they were told of the account."""
    other = _settled(level)
    other.account.refill, other.account.capacity = 1 / 3, 2400
    assert other.pause() == _settled(level).pause() == pause(level)


@pytest.mark.parametrize(
    ("level", "rank", "reserve", "seconds"),
    [
        (4, 0, 0, 0),
        (4, 1, 0, 150.4),
        (3, 0, 0, 10),
        (30, 1, 0, 18.1),
        (30, 2, 0, 18.1),
        (30, 1, 12, 50.4),
        (30, 1, 13, 54.7),
        (30, 0, 12, 0),
        (110, 1, 0, 0),
        (116, 1, 6, 0),
        (116, 1, 7, 1.2),
    ],
)
def test_delay(level: int, rank: int, reserve: int, seconds: float) -> None:
    """An interactive request leaves at once down to four tokens, and none waits above ten seconds for less."""
    pacer = _settled(level)
    pacer.reserve, pacer.last_sent, pacer._jitter = reserve, 1000.0, 1.0
    assert pacer.delay(1000.0, rank) == pytest.approx(seconds, rel=0.01)


@pytest.mark.parametrize(
    ("level", "alone", "most"), [(110, False, 2), (200, False, 4), (1000, False, 17), (64, True, 13)]
)
def test_in_flight(level: int, most: int, *, alone: bool) -> None:
    """With plenty of tokens one request is in flight for each 64 of them, so that 64 processes cannot overdraw them."""
    pacer, left = _settled(level, alone=alone), 0
    while left < 100 and pacer.delay(1001.0, 1) == 0:
        pacer.leave(1001.0)
        left += 1
    assert left == pytest.approx(most, abs=2)
    assert pacer.account.in_flight == left


@pytest.mark.parametrize(("held", "level", "seconds"), [(40, 50, 20), (70, 100, 10), (15, 17, 58.8), (5, 40, 10.6)])
def test_a_step_does_not_silence(held: float, level: int, seconds: float) -> None:
    """With n tokens there, even if they are not to be spent yet, nobody pauses for longer than 1000 s / n."""
    pacer = _settled(level)
    pacer.account._step = 1000.0, held
    assert pacer.pause() == pytest.approx(seconds, rel=0.02)


def test_the_ceiling_is_for_steps() -> None:
    """It shortens no pause where all that is there may be spent."""
    for level in range(110):
        assert _settled(level).pause() == pause(level)


@pytest.mark.parametrize("seconds", [1.3, 4.0, 20.0, 75.0, 150.0])
def test_the_level_of_a_pause(seconds: float) -> None:
    """Where processes meet: the level at which they pause so long."""
    assert pause(_level_of(seconds)) == pytest.approx(seconds)


def _gaps_of_a_newcomer(level: int, many: int) -> list[float]:
    """Seconds between its first request and the next ones, each of which finds this many tokens."""
    pacer = Pacer(Account(4500, 1.25))
    pacer.on_response(0.2, pacer.leave(0.0), level)
    left = [0.0]
    now = 0.2
    while len(left) <= many:
        now += pacer.delay(now, 1)
        left.append(now)
        pacer.on_response(now, pacer.leave(now), level)
    return [after - before for before, after in pairwise(left)]


def test_a_newcomer_pauses_as_all_do() -> None:
    """It may be one of a crowd, of which each would take what another one waits for."""
    gaps = _gaps_of_a_newcomer(9, 4)
    assert all(0.9 * pause(9) <= gap <= 1.1 * pause(9) for gap in gaps)


@pytest.mark.parametrize("left", [19, 18, 5])
def test_no_longer_alone(left: int) -> None:
    """Where another process shows, it pauses as that one does, however few tokens are left."""
    pacer = _settled(20, alone=True)
    pacer.on_response(1000.0, pacer.leave(1000.0), 20)
    assert pacer.pause() == 0
    pacer.on_response(1001.0, pacer.leave(1001.0), left)
    assert pacer.account.alone is (left == 19)
    assert pacer.pause() == (0 if left == 19 else pause(left))


def test_one_that_is_refused_is_not_alone() -> None:
    """It pauses as long as any, beside others that take all."""
    pacer = _settled(20, alone=True)
    refused = pacer.leave(1000.0)
    pacer.leave(1000.0)
    pacer.on_rejected(1000.0, refused, 0.0)
    pacer.account.lost()
    assert not pacer.account.alone
    pacer.on_response(1001.0, pacer.leave(1001.0), 0)
    assert pacer.pause() == pause(0)


def test_pauses_count_from_the_reserve() -> None:
    """With a reserve of 15, twenty tokens are five."""
    pacer = _settled(20)
    assert pacer.pause(15) == pause(5)


def test_the_reserve_is_filled_first() -> None:
    """A normal request waits until a token more than the reserve has come back."""
    pacer = _settled(3)
    pacer.reserve = 5
    assert pacer.delay(1000.0, 1) == pytest.approx(max(3 / 1.25, pacer.delay(1000.0, 1)))
    pacer.last_sent = -1000.0
    assert pacer.delay(1000.0, 1) == pytest.approx(3 / 1.25)


@pytest.mark.parametrize(
    ("level", "gaps"), [(1, [189.6, 189.6]), (2, [0, 175.6]), (4, [0, 150.4]), (6, [0, 128.9]), (7, [119.3, 119.3])]
)
def test_a_newcomer_signals(level: int, gaps: list[float]) -> None:
    """With as few tokens as a process leaves that is alone, it sends one at once, and then pauses as all do."""
    pacer = Pacer(Account(4500, 1.25))
    pacer.learn(0.0, 0, level)
    found, now = list[float](), 0.0
    for _ in range(3):
        found.append(pacer.delay(now, 1))
        now += found[-1]
        pacer.on_response(now, pacer.leave(now), level)
    assert found == pytest.approx([0, *gaps], rel=0.11)


def test_no_signal_from_the_reserve_nor_on_an_empty_account() -> None:
    """Of a reserve nothing is risked; and many begin on an empty account, of whom none can be alone."""
    pacer = Pacer(Account(4500, 1.25), reserve=5)
    pacer.on_response(0.2, pacer.leave(0.0), 6)
    assert pacer.delay(0.2, 1) > 100
    pacer = Pacer(Account(4500, 1.25))
    pacer.learn(0.0, 0, 0)
    pacer.begin(0.0)
    pacer.on_response(100.0, pacer.leave(100.0), 5)
    assert pacer.delay(100.0, 1) > 100


def test_refused() -> None:
    """After a 429 all wait and one probe goes; each further one waits longer, and a success closes the circuit."""
    pacer, now, waits = _settled(200), 1000.0, []
    for _ in range(8):
        pacer.on_rejected(now, pacer.leave(now), None)
        waits.append(pacer.delay(now, 0))
        now += waits[-1]
        pacer.leave(now)
        assert pacer.delay(now, 0) == inf
        pacer.account.in_flight -= 1
    longest = [min(300, 40 * 2**n) for n in range(8)]
    assert all(most / 2 <= wait <= most + 1e-6 for most, wait in zip(longest, waits, strict=True))
    pacer.on_response(now, pacer.leave(now), 200)
    assert pacer.refused == 0
    assert pacer.delay(now, 0) == 0


@pytest.mark.parametrize(("after", "seconds"), [(0.0, 0.0), (7.0, 7.0), (3600.0, 300.0)])
def test_retry_after(after: float, seconds: float) -> None:
    """The server's own word counts, five minutes at most."""
    pacer = _settled(100)
    pacer.on_rejected(1000.0, pacer.leave(1000.0), after)
    assert pacer.delay(1000.0, 1) == seconds


def test_grants_without_header() -> None:
    """After a 429 no header need come for the pace to rise again: each granted request is a sign of tokens."""
    pacer, now = _settled(200), 1000.0
    pacer.on_rejected(now, pacer.leave(now), 0.0)
    gaps = list[float]()
    while len(gaps) < 70:
        gaps.append(pacer.delay(now, 1))
        now += gaps[-1]
        pacer.on_response(now, pacer.leave(now), None)
    assert max(gaps) <= 1.1 * pause(9)
    assert 1 < gaps[-1] < 2
    assert pacer.account.level < 110


@pytest.mark.parametrize(("level", "alone", "change"), [(50, False, 1), (50, True, -1), (2000, False, -1)])
def test_no_header(level: int, change: int, *, alone: bool) -> None:
    """Where nothing pauses, each response without a header is one token less."""
    pacer = _settled(level)
    pacer.account.alone = alone
    pacer.on_response(1000.0, pacer.leave(1000.0), None)
    assert pacer.account.level == level + change


def test_refused_for_hours() -> None:
    """Trying harder would turn a busy account into an outage: at most 2 % of the refill is refused."""
    pacer, now, tries = Pacer(Account(2400, 1 / 3)), 0.0, 0
    pacer.learn(now, 0, 0)
    while now < 36_000:
        now += pacer.delay(now, 1)
        pacer.on_rejected(now, pacer.leave(now), None)
        tries += 1
    assert tries < 0.02 * 36_000 / 3


def test_begin() -> None:
    """On an empty account a normal request waits for the step of a minute, an interactive one for a single token."""
    for _ in range(20):
        pacer = Pacer(Account(4500, 1.25))
        pacer.learn(5.0, 0, 0)
        pacer.begin(5.0)
        assert 59.9 <= pacer.delay(5.0, 1) <= 205
        assert pacer.delay(5.0, 0) == pytest.approx(0.8)


def test_silence() -> None:
    """After thirty seconds without a response requests leave one a second; any response ends that."""
    pacer = _settled(1000)
    pacer.leave(1000.0)
    assert pacer.delay(1030.0, 1) == 0
    pacer.leave(1031.0)
    assert pacer.delay(1031.0, 1) == 1
    assert pacer.delay(1032.5, 1) == 0
    pacer.on_response(1033.0, pacer.account.sent, None)
    assert pacer.delay(1033.0, 1) == 0


def test_a_clock_set_back() -> None:
    """Nobody waits until a time that is long gone by comes again."""
    pacer = _settled(100)
    pacer.on_rejected(1e6, pacer.leave(1e6), 200.0)
    assert pacer.delay(50.0, 1) <= 300


@pytest.mark.parametrize(("level", "tokens", "alone", "least", "most"), [
    (1000, 900, False, 0, 0), (1000, 1000, False, 0, 0), (1000, 1225, False, 180, 250),
    (10, 10, True, 0, 0), (10, 135, True, 100, 100), (0, 125, False, 100, 160),
])  # fmt: skip
def test_eta(level: int, tokens: int, least: float, most: float, *, alone: bool) -> None:
    """What is there leaves at once, the rest as it comes back; what the rule leaves standing is not counted on."""
    pacer = _settled(level, alone=alone)
    assert least <= eta(pacer, 1000.0, tokens) <= most
    assert wait(pacer, 1000.0, 1, tokens - 1) >= eta(pacer, 1000.0, tokens)


def test_the_last_tokens_are_urgent() -> None:
    """Behind others that wait, an urgent request takes the last tokens at once; a normal one has to pause."""
    pacer = _settled(12)
    assert wait(pacer, 1000.0, 0, 3) == pacer.delay(1000.0, 0) == 0
    assert wait(pacer, 1000.0, 1, 3) > 20


def test_eta_of_few_tokens() -> None:
    """Each costs a pause: the refill does not come into it before the tokens there are used."""
    pacer = _settled(30)
    pacer.account.others = 1.0
    assert pacer.pause() < eta(pacer, 1000.0, 2) <= 2.2 * pacer.pause()


def test_eta_leaves_the_reserve() -> None:
    """Tokens of the reserve are not there for others than interactive calls."""
    pacer = _settled(1000)
    pacer.reserve = 500
    assert eta(pacer, 1000.0, 490) == 0
    assert eta(pacer, 1000.0, 700) == pytest.approx(200 / 1.25, rel=0.3)


def test_eta_beside_others_that_take_all() -> None:
    """The first tokens cost a pause each, at most until as many as others have are left."""
    pacer = _settled(40)
    pacer.account.others = 1.25
    assert eta(pacer, 1000.0, 5) == pytest.approx(5 * pacer.pause(), rel=0.1)


@pytest.mark.parametrize(
    ("balance", "in_flight", "free"),
    [(112, 1, True), (130, 2, False), (131, 2, True), (195, 3, False), (196, 3, True)],
)
def test_each_64_tokens_carry_a_request(balance: int, in_flight: int, *, free: bool) -> None:
    """One more leaves while more than 64 tokens are left for each that is in flight, and the first one always."""
    pacer = _settled(balance)
    pacer.account.in_flight = in_flight
    assert (pacer.delay(1001.0, 1) == 0) is free


@pytest.mark.parametrize(
    ("level", "reserve", "reserved"), [(0, 0, False), (4, 5, True), (5, 5, True), (6, 5, False), (6, 0, False)]
)
def test_the_reserve_is_what_is_left(level: int, reserve: int, *, reserved: bool) -> None:
    """Of a reserve of five tokens the last five; without one nothing is reserved, not even on an empty pool."""
    pacer = _settled(level)
    pacer.reserve = reserve
    assert pacer.reserved is reserved
