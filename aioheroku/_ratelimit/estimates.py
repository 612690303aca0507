"""How long requests will wait, estimated from the rule and from the header."""

from math import inf, log2

from aioheroku._ratelimit.rule import HALF, LONGEST, PLENTY, Pacer


def eta(pacer: Pacer, now: float, tokens: int) -> float:
    """Estimated seconds until `tokens` more requests have left."""
    account = pacer.account
    closed = max(0.0, pacer.opens - now) if pacer.refused else 0.0
    free = max(0.0, account.remaining(now) - pacer.reserve)
    if tokens <= free and (account.alone or free >= PLENTY or not account.known):
        return closed
    share = max(account.refill - account.others, account.refill / 20)
    if account.alone or not account.known:
        return max(closed, (tokens - free) / share)
    left = HALF * log2(max(1.0, LONGEST * share))  # the level at which our pace is that share: this stays unspent
    return max(closed, min(tokens * (pacer.pause(now) or inf), (tokens + left - free) / share))


def wait(pacer: Pacer, now: float, rank: int, ahead: int) -> float:
    """Estimated seconds that a request would wait behind `ahead` others."""
    first = pacer.delay(now, rank)
    return max(first if first < inf else 0.0, eta(pacer, now, ahead + 1))
