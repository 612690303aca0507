"""What is learned of a refill that comes in steps."""

from aioheroku.pacing.steps import Steps


def test_a_step_known_only_roughly_is_found_again() -> None:
    """After a long silence a step's moment is known to half a minute; the next one, seen exactly, confirms it."""
    steps = Steps()
    steps.learn(119.8, 157.0, 75, full=False)
    steps.learn(157.0, 164.0, 0, full=False)
    steps.learn(164.0, 239.4, 0, full=False)  # the step at 180 was not told from what others took
    steps.learn(239.4, 240.2, 75, full=False)
    assert steps.believed
    assert steps.doubts == 0
    assert 299 < steps.next() <= 301
