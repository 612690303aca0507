"""What a process keeps for its next report to Redis."""

import pytest

from aioheroku._ratelimit.redis.leases import Leases


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        ((6, 95), (6, 95)),
        ((5, 92), (5, 92)),
        ((4, 95), (5, 90)),
        ((4, 90), (5, 90)),
        ((4, 80), (4, 80)),
        ((6, 10**30), (6, 10**7)),
    ],
)
def test_the_newest_balance_is_reported(later: tuple[int, int], kept: tuple[int, int]) -> None:
    """Of two responses that to the newer request counts, or the lower balance; more than any account has is cut."""
    leases = Leases()
    leases.observe(1.0, 5, 90)
    leases.observe(2.0, *later)
    assert leases.balance is not None
    assert leases.balance[:2] == kept
    assert leases.balance[2] == (1.0 if kept == (5, 90) else 2.0)


def test_the_last_reading_is_reported() -> None:
    """Redis learns up to when this process knows the readings, so that it sends the later ones."""
    leases = Leases()
    assert leases.report(0.0, 0, -1.0, 0)["seen"] == 0
    leases.learn_steps(((5.0, 90, 3), (7.0, 80, 13)), 100)
    assert leases.report(8.0, 0, -1.0, 0)["seen"] == 7.0
