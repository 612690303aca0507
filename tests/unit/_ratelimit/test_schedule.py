"""When tokens come back: what a process learns of steps from its own readings, and how much of one it may spend."""

import random

import pytest

from aioheroku._ratelimit.schedule import MINUTE, Reading, RefillSchedule

REFILL = 1.25
STEP = MINUTE * REFILL


def _balance(at: float, left: float = 30.0, moment: float = 0.0) -> float:
    """Of an account beside whose processes a step of 75 comes each minute, and is spent evenly until the next."""
    return left + STEP * (1 - (at - moment) % MINUTE / MINUTE)


class _Process:
    """One of several processes that reads the balance with its own requests."""

    def __init__(self, at: float, balance: float) -> None:
        self.schedule, self.charged = RefillSchedule(), 1
        self.last = Reading(at, balance, 1)

    def read(self, at: float, balance: float, *, beginning: bool = False) -> RefillSchedule:
        self.charged += 1
        reading = Reading(at, round(balance), self.charged)
        self.schedule.learn(self.last, reading, REFILL, beginning=beginning)
        self.last = reading
        return self.schedule

    def follow(self, since: float, until: float, pause: float) -> RefillSchedule:
        at = since
        while at <= until:
            self.read(at, _balance(at))
            at += pause
        return self.schedule


@pytest.mark.parametrize("pause", [1.7, 7.3, 19.1, 26.0])
def test_steps_are_recognized(pause: float) -> None:
    """Within some minutes the moment is known well, however often a process reads the balance."""
    schedule = _Process(1.0, _balance(1.0)).follow(1.0 + pause, 601.0, pause)
    assert schedule.known
    assert schedule.low <= round(schedule.high / MINUTE) * MINUTE <= schedule.high
    assert schedule.high - schedule.low <= min(8.0, pause + 0.5)


def test_no_more_is_held_than_came() -> None:
    """Not even where a reading is earlier than the step seems to be."""
    schedule = RefillSchedule()
    schedule.assume(100.0, 75.0)
    assert [schedule.held(at) for at in (40.0, 100.0, 130.0, 160.0, 400.0)] == [75, 75, 37.5, 0, 0]


def test_all_count_the_same_tokens() -> None:
    """Those that know the moment agree on what may be spent, whenever they look and however much is there."""
    for at, pause in ((600.5, 1.3), (611.0, 2.9), (632.0, 5.3), (659.0, 1.7)):
        process = _Process(1.0, _balance(1.0))
        process.follow(1.0 + pause, at - 1.0, pause)
        assert _balance(at) - process.read(at, _balance(at)).held(at) == pytest.approx(30, abs=3)


@pytest.mark.parametrize("pause", [0.8, 4.0, 20.0, 40.0, 75.0])
def test_a_continuous_refill_has_no_steps(pause: float) -> None:
    """However unevenly others take it: more never comes back than the refill brings in that time."""
    chance = random.Random(7)
    for _ in range(20):
        at, level = 0.0, 40.0
        process = _Process(at, level)
        for _ in range(100):
            seconds = pause * chance.uniform(0.9, 1.1)
            at += seconds
            level = max(0.0, level + seconds * REFILL - 1 - chance.choice((0.0, 1.0, 2.0)) * (seconds * REFILL - 1))
            assert not process.read(at, level).known


@pytest.mark.parametrize(
    ("seconds", "balance", "known"), [(10, 70, True), (10, 55, False), (44, 87, True), (46, 105, False)]
)
def test_what_is_certainly_a_step(seconds: float, balance: float, *, known: bool) -> None:
    """More than the refill of that time, and so much as others leave of a step at least; after 45 s it may be two."""
    process = _Process(100.0, 30.0)
    assert process.read(100.0 + seconds, balance).known is known


def test_what_shows_no_step_may_be_one() -> None:
    """Nine tokens at once are not spent at once: others may have taken the rest of a step."""
    schedule = _Process(100.0, 30.0).read(110.0, 40.0)
    assert not schedule.known
    assert schedule.held(110.0) == 11
    assert schedule.held(140.0) == pytest.approx(5.5)
    assert schedule.held(170.0) == schedule.held(1e6) == 0


def test_a_missed_step_ends_it() -> None:
    """Where nothing comes at the expected moment the refill is not taken for stepwise any more."""
    process = _Process(50.0, 40.0)
    assert process.read(61.0, 105.0).known
    assert process.read(105.0, 50.0).known
    assert not process.read(122.0, 40.0).known
    assert process.schedule.held(122.0) == 0


def test_a_step_at_an_odd_time_ends_it() -> None:
    """A rise where none is expected is no step of this schedule."""
    process = _Process(58.0, 40.0)
    assert process.read(61.0, 110.0).known
    process.read(85.0, 70.0)
    assert not process.read(88.0, 140.0).known
    assert process.schedule.size == 71


@pytest.mark.parametrize(("at", "balance", "known"), [(119.9, 31, 0.4), (119.9, 104, 2.4), (120.2, 31, 0.4)])
def test_a_response_near_the_step(at: float, balance: float, known: float) -> None:
    """It may have been charged before the step or after it: the tokens tell, and neither ends the schedule."""
    process = _Process(57.9, 34.0)
    process.read(60.5, 104.0)
    process.read(110.0, 42.0)
    schedule = process.read(at, balance)
    assert schedule.known
    assert schedule.held(at) == pytest.approx(0 if balance < 50 else STEP, abs=3)
    assert process.read(130.0, 92.0).known


def test_the_gap_of_a_minute_tells_nothing() -> None:
    """After a longer silence the known moment holds: a step has come, whatever others left of it."""
    process = _Process(58.0, 40.0)
    process.read(61.0, 110.0)
    schedule = process.read(200.0, 35.0)
    assert schedule.known
    assert schedule.low % MINUTE > 57
    assert schedule.held(200.0) == pytest.approx(STEP * 40 / MINUTE, abs=3)


def test_a_beginning_narrows_nothing() -> None:
    """While all are silent nobody spends what comes: then only a rise tells when a step came."""
    process = _Process(39.0, 0.0)
    process.read(70.5, 75.0, beginning=True)
    width = process.schedule.high - process.schedule.low
    process.read(112.6, 67.0, beginning=True)
    assert process.schedule.high - process.schedule.low == pytest.approx(width)
