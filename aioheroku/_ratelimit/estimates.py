"""How long requests will wait, estimated from the rule and from the header."""

from math import inf, log2

from aioheroku._ratelimit.rule import HALF, LONGEST, PLENTY, Pacer, pause


def eta(pacer: Pacer, now: float, tokens: int) -> float:
    """Estimated seconds until `tokens` more requests have left."""
    account = pacer.account
    closed = max(0.0, pacer.opens - now) if pacer.refused else 0.0
    free = max(0.0, account.remaining(now) - pacer.reserve)
    if tokens <= free and (account.alone or free >= PLENTY or not account.known):
        return closed
    left_over = account.refill - account.others
    if left_over <= account.refill / 20:
        # They take all of it while we ask for nothing. When we begin they pause as we do: all get the same part.
        left_over = account.refill / max(2, round(account.refill * pause(account.level)))
        kept = _kept(left_over)
        seconds = (tokens + kept - free) / left_over
        return max(closed, seconds if tokens > kept else min(tokens * (pacer.pause(now) or inf), seconds))
    if account.alone or not account.known:
        return max(closed, (tokens - free) / left_over)
    return max(closed, _paced(tokens, pacer.pause(now), free, left_over))


def _paced(tokens: int, pause: float, free: float, rate: float) -> float:
    """Seconds of a process that paces itself: from this pause on, towards the rate at which the level stays."""
    kept = _kept(rate)
    seconds = (tokens + kept - free) / rate
    above = free - kept  # is spent at this pause first
    return max(min(tokens, above) * pause, seconds) if above > 0 else min(tokens * pause or inf, seconds)


def _kept(rate: float) -> float:
    """The level at which our pace is this rate: it stays unspent."""
    return HALF * log2(max(1.0, LONGEST * rate))


def wait(pacer: Pacer, now: float, rank: int, ahead: int) -> float:
    """Estimated seconds that a request would wait behind `ahead` others."""
    first = pacer.delay(now, rank)
    return max(first if first < inf else 0.0, eta(pacer, now, ahead + 1))
