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


@pytest.mark.parametrize(("gain", "seen"), [(18, 0), (19, 2)])
def test_a_quarter_of_a_step_is_one(gain: float, seen: int) -> None:
    """A rise of a quarter of the known step (75) is a further step; a smaller one is not, and refutes the steps."""
    steps = _stepping()
    steps.learn(119.5, 120.5, gain, full=False)
    assert steps.seen == seen


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


@pytest.mark.parametrize(
    ("size", "gains", "believed"),
    [
        (20, (3,), True),
        (20, (3.1,), False),
        (75, (7,), True),
        (75, (7.6,), False),
        (75, (5, 5), False),
    ],
)
def test_a_tenth_of_a_step_is_noise(size: float, gains: tuple[float, ...], *, believed: bool) -> None:
    """Of tokens that come between two steps, those of others that were given back: more refute it, and all count."""
    steps = _stepping(size=size)
    for number, gain in enumerate(gains):
        steps.learn(70 + number, 71 + number, gain, full=False)
    assert steps.believed is believed
    assert steps.proven is believed


def test_noise_is_counted_anew_after_each_step() -> None:
    """What came between the steps before is past, and so is a step that was missed."""
    steps = _stepping()
    steps.learn(70, 80, 5, full=False)
    steps.learn(110, 123, 0, full=False)
    assert steps.missed == 1
    steps.learn(179.5, 180.5, 75, full=False)
    steps.learn(190, 200, 5, full=False)
    steps.learn(230, 243, 0, full=False)
    assert steps.believed
    assert steps.missed == 1
    steps.learn(299.5, 300.5, 75, full=False)
    assert steps.drift == 0


@pytest.mark.parametrize(
    ("until", "gain", "proven"), [(66.5, 0, False), (66.6, 0, True), (70, 1.9, True), (70, 2, False)]
)
def test_a_step_is_proven_by_silence(until: float, gain: float, *, proven: bool) -> None:
    """Six seconds in which not two tokens come: a continuous refill of 1,200 an hour brings as many."""
    steps = Steps()
    steps.learn(59.5, 60.5, 75, full=False)
    steps.learn(60.5, until, gain, full=False)
    assert steps.proven is proven


@pytest.mark.parametrize(
    ("until", "gain", "low"), [(109, 0, 50), (115, 0, 55), (115, 1.9, 55), (115, 2, 50), (139, 0, 79), (140, 0, 50)]
)
def test_silence_narrows_the_moment(until: float, gain: float, low: float) -> None:
    """Where nothing came by a moment at which the step might have come, it is later; tokens may be a part of it."""
    steps = Steps()
    steps.learn(50, 80, 75, full=False)
    steps.learn(80, until, gain, full=False)
    assert (steps.low, steps.high) == (low, 80)


@pytest.mark.parametrize(("until", "missed"), [(120.6, 0), (121.5, 0), (121.6, 1)])
def test_a_step_is_missed_after_a_second(until: float, missed: int) -> None:
    """It was expected until 120.5 s, and a response may be a second late."""
    steps = _stepping()
    steps.learn(90, until, 0, full=False)
    assert steps.missed == missed


@pytest.mark.parametrize(
    ("low", "high", "seen", "interval"),
    [
        (61, 62, 1, (61, 62)),
        (100, 101, 1, (100, 101)),
        (115.5, 116.4, 1, (115.5, 116.4)),
        (115.5, 116.5, 2, (115.5, 116.5)),
        (116, 117, 2, (116, 117)),
        (119, 120, 2, (119.5, 120)),
        (120.5, 121, 2, (120.5, 120.5)),
        (123.5, 124.5, 2, (123.5, 124.5)),
        (123.6, 124.5, 1, (123.6, 124.5)),
    ],
)
def test_a_step_may_be_early_or_late(low: float, high: float, seen: int, interval: tuple[float, float]) -> None:
    """By three seconds; one outside of that is another phase. Where the intervals meet, both hold."""
    steps = _stepping()  # the next one is expected from 119.5 to 120.5
    steps.learn(low, high, 75, full=False)
    assert steps.seen == seen
    assert (steps.low, steps.high) == interval


def test_a_step_ends_the_count_of_noise() -> None:
    """Five tokens between two steps, and five after the second one, are each less than a tenth."""
    steps = _stepping()
    steps.learn(70, 80, 5, full=False)
    steps.learn(119.5, 120.5, 75, full=False)
    steps.learn(121, 122, 5, full=False)
    assert steps.believed
