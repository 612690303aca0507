"""What RedisPool learns of a refill that comes in steps: a table of (event, state) for each promise."""

import pytest

from aioheroku._ratelimit.redis.steps import Steps


def _stepping(start: float = 60.0, *, size: float = 75) -> Steps:
    """One step at `start`, seen within a second, and nothing after it for ten seconds."""
    steps = Steps()
    steps.learn(start - 0.5, start + 0.5, size, full=False)
    steps.learn(start + 0.5, start + 10, 0, full=False)
    return steps


def test_one_step_with_silence_is_believed() -> None:
    """A rise and then nothing for some seconds is a step; the next is expected a minute after its latest moment."""
    steps = _stepping()
    assert steps.believed
    assert steps.next_step_at() == 120.5
    assert steps.size == 75


@pytest.mark.parametrize(("gain", "seconds"), [(7, 0.5), (40, 60), (75, 61)], ids=["small", "slow", "long ago"])
def test_other_rises_are_not_steps(gain: float, seconds: float) -> None:
    """A small rise, a slow one and one over more than a minute may all be a continuous refill."""
    steps = Steps()
    steps.learn(0, seconds, gain, full=False)
    assert steps.seen == 0


def test_a_continuous_refill_refutes_it() -> None:
    """Tokens that trickle in after a step are a continuous refill, and the next step has to be seen twice."""
    steps = _stepping()
    steps.learn(70, 80, 10, full=False)
    assert not steps.believed
    assert steps.doubts == 1
    steps.learn(179.5, 180.5, 75, full=False)
    steps.learn(180.5, 190, 0, full=False)
    assert not steps.believed
    steps.learn(239.5, 240.5, 75, full=False)
    assert not steps.believed or steps.seen == 2
    steps.learn(240.5, 250, 0, full=False)
    assert steps.believed


def test_each_step_narrows_the_moment() -> None:
    """A step known to 30 seconds is known to one after the next, and time without one narrows it from below."""
    steps = Steps()
    steps.learn(50, 80, 75, full=False)
    assert (steps.low, steps.high) == (50, 80)
    steps.learn(80, 115, 0, full=False)
    assert (steps.low, steps.high) == (55, 80)
    steps.learn(119.5, 120.5, 75, full=False)
    assert (steps.low, steps.high) == (119.5, 120.5)
    assert steps.seen == 2


def test_a_step_at_an_odd_time_begins_anew() -> None:
    """Half a minute off is another phase: it counts as the first one."""
    steps = _stepping()
    steps.learn(89.5, 90.5, 75, full=False)
    assert steps.seen == 1
    assert steps.doubts == 1
    assert steps.next_step_at() == 150.5
    assert not steps.proven


def test_two_missed_steps_end_the_belief() -> None:
    """One that does not come is excused, two are not; near a full pool none is missed, since none would show."""
    steps = _stepping()
    steps.learn(110, 123, 0, full=True)
    assert steps.missed == 0
    steps.learn(123, 124, 0, full=False)
    assert steps.believed
    assert steps.missed == 1
    steps.learn(180, 184, 0, full=False)
    assert not steps.believed


def test_the_size_follows_slowly_down() -> None:
    """Others may have taken a part of a step: one that looks smaller counts as four fifths of the last at least."""
    steps = _stepping()
    steps.learn(119.5, 120.5, 30, full=False)
    assert steps.size == pytest.approx(60)
    steps.learn(179.5, 180.5, 90, full=False)
    assert steps.size == 90


def test_a_step_known_roughly_is_found_again() -> None:
    """After a long silence a step's moment is known to half a minute; the next one, seen exactly, confirms it."""
    steps = Steps()
    steps.learn(119.8, 157.0, 75, full=False)
    steps.learn(157.0, 164.0, 0, full=False)
    steps.learn(164.0, 239.4, 0, full=False)  # the step at 180 was not told from what others took
    steps.learn(239.4, 240.2, 75, full=False)
    assert steps.believed
    assert steps.doubts == 0
    assert 299 < steps.next_step_at() <= 301
