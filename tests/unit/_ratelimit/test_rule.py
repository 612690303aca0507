"""The rule by itself: a pause that follows from the tokens left, and what a process needs to know besides."""

from math import inf

import pytest

from aioheroku._ratelimit.rule import Pacer


def _heard(level: int, *, alone: bool = False) -> Pacer:
    """One that has long been at work and reads so many tokens at 1000 s."""
    pacer = Pacer(4500, 1.25)
    for number in range(12):
        pacer.answer(900.0 + number, pacer.leave(900.0 + number), 1000)
    pacer.learn(1000.0, pacer.sent, level)
    pacer._step, pacer._soon, pacer._greets = (0.0, 0.0), inf, -1  # the beginning is over
    pacer.alone = alone
    return pacer


@pytest.mark.parametrize("level", [0, 9, 18, 40, 50])
def test_nine_tokens_halve_the_pause(level: int) -> None:
    """Whoever reads nine tokens more pauses half as long, whatever it was told of the account."""
    assert _heard(level + 9).pause(1100.0) == pytest.approx(_heard(level).pause(1100.0) / 2)
    other = _heard(level)
    other.refill, other.capacity = 1 / 3, 2400
    assert other.pause(1100.0) == _heard(level).pause(1100.0)


def test_plenty_leaves_at_once() -> None:
    """From 64 tokens on nobody pauses, and one is in flight for each 64 of them."""
    pacer = _heard(200)
    for _ in range(4):
        assert pacer.delay(1001.0, 1) == 0
        pacer.leave(1001.0)
    assert pacer.delay(1001.0, 1) == inf


@pytest.mark.parametrize("level", [4, 10, 30, 63])
def test_the_last_tokens_are_for_people(level: int) -> None:
    """An interactive request leaves at once where a normal one pauses."""
    pacer = _heard(level)
    pacer.answer(1001.2, pacer.leave(1001.0), level)
    assert pacer.delay(1001.3, 0) == 0
    assert pacer.delay(1001.3, 1) > 0.5


def test_alone_each_token_counts_as_nine() -> None:
    """Nobody else needs the last tokens."""
    assert _heard(4, alone=True).pause(1100.0) == pytest.approx(_heard(36).pause(1100.0))


def test_alone_until_the_header_shows_another() -> None:
    """A token that is not ours ends it at once."""
    pacer = _heard(10, alone=True)
    for at, left in ((1101.0, 10), (1102.0, 10), (1103.0, 7)):
        assert pacer.alone
        pacer.answer(at, pacer.leave(at - 0.2), left)
    assert not pacer.alone


@pytest.mark.parametrize("taken", [0, 1])
def test_a_burst_shows_who_is_there(taken: int) -> None:
    """Alone is who sees the header fall by its own count; not who sees as many tokens go to others."""
    pacer, left = Pacer(4500, 1.25), 2000
    for number in range(80):
        at = number / 20
        left -= 1 + taken
        pacer.answer(at + 0.04, pacer.leave(at), left)
    left = 1000
    for number in range(80):
        at = 5 + number / 20
        left -= 1 + taken
        pacer.answer(at + 0.04, pacer.leave(at), left)
    assert pacer.alone is (taken == 0)


def test_a_step_counts_little_by_little() -> None:
    """Tokens that came at once are spent over a minute."""
    pacer = _heard(20)
    pacer.answer(1010.2, pacer.leave(1010.0), 70)
    pauses = [pacer.pause(1010.2 + seconds) for seconds in (0, 20, 40, 59)]
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[0] > 10 > pauses[-1]


def test_a_newcomer_near_an_empty_pool_greets() -> None:
    """It sends three at once, so that one that is alone sees it, and pays them back."""
    pacer = Pacer(4500, 1.25)
    pacer.answer(0.2, pacer.leave(0.0), 12)
    left: list[float] = []
    now = 0.2
    while len(left) < 5:
        now += pacer.delay(now, 1)
        left.append(now)
        pacer.answer(now, pacer.leave(now), 12)
    assert left[2] - left[0] < 1
    assert left[3] - left[2] > 9


def test_repeated_429s_back_off_for_minutes() -> None:
    """Trying harder would turn a busy account into an outage: at most 2 % of the refill is refused."""
    pacer, now = Pacer(2400, 1 / 3), 0.0
    pacer.learn(now, 0, 0)
    tries = 0
    while now < 36_000:
        now += pacer.delay(now, 1)
        pacer.refuse(now, pacer.leave(now), None)
        tries += 1
    assert tries < 0.02 * 36_000 / 3


def test_a_pool_that_stands_full_shows_its_size() -> None:
    """A smaller account than was said shows within two minutes, and what it cannot hold is not taken by others."""
    pacer = Pacer(4500, 1.25)
    for number in range(20):
        pacer.answer(number * 10.0, pacer.leave(number * 10.0), 2399)
    assert pacer.capacity == 2400
    assert pacer.others == 0


def test_a_lower_refill_shows_when_alone() -> None:
    """A process that is alone learns within a minute what comes back, up and down."""
    pacer = _heard(300, alone=True)
    for number in range(130):
        at = 1100.0 + number * 3
        pacer.answer(at, pacer.leave(at - 0.2), 300)
    assert pacer.refill == pytest.approx(1 / 3, rel=0.05)


def test_responses_without_header_count() -> None:
    """A server that says nothing of tokens is not a silent one: requests need not go one by one."""
    pacer = Pacer(4500, 1.25)
    pacer.answer(0.1, pacer.leave(0.0), None)
    for _ in range(20):
        assert pacer.delay(0.1, 1) == 0
        pacer.leave(0.1)
