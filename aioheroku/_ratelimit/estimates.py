"""How long requests will wait, estimated from the rule and from the header."""

from math import inf, log2, sqrt

from aioheroku._ratelimit.rule import BEND, HALF, LAST, LONGEST, PLENTY, Pacer, pause


def eta(pacer: Pacer, now: float, tokens: int, rank: int = 1) -> float:
    """Estimated seconds until `tokens` more requests have left."""
    account, first = pacer.account, _first(pacer, now, rank)
    free = max(0.0, account.remaining(now) - pacer.reserve)
    if tokens <= free and (account.alone or free >= PLENTY or not account.known):
        return first
    left_over = account.refill - account.others
    if left_over <= account.refill / 20:
        return max(first, _shared(tokens, pacer, free))
    if account.alone or not account.known:
        return max(first, (tokens - free) / left_over)
    return max(first, _paced(tokens, pacer.pause(), free, left_over))


def _shared(tokens: int, pacer: Pacer, free: float) -> float:
    """Seconds beside others that take all while this process asks for nothing: then they pause as it does."""
    refill = pacer.account.refill
    rate = refill / max(2, round(refill * pause(free)))  # all get the same part
    kept = _level_of(1 / rate)
    seconds = (tokens + kept - free) / rate
    return seconds if tokens > kept else min(tokens * (pacer.pause() or inf), seconds)


def _paced(tokens: int, pause: float, free: float, rate: float) -> float:
    """Seconds of a process that paces itself: from this pause on, towards the rate at which the level stays."""
    kept = _level_of(1 / rate)
    seconds = (tokens + kept - free) / rate
    above = free - kept  # is spent at this pause first
    return max(min(tokens, above) * pause, seconds) if above > 0 else min(tokens * pause or inf, seconds)


def _level_of(seconds: float) -> float:
    """The level at which processes pause so long: it stays unspent."""
    unbent = (seconds + sqrt(seconds * seconds + 4 * BEND)) / 2  # of which BEND / unbent was taken off
    return max(0.0, HALF * log2(LONGEST / unbent))


def _first(pacer: Pacer, now: float, rank: int) -> float:
    """Seconds until the next request may leave, as far as that is known."""
    seconds = pacer.delay(now, rank)
    return seconds if seconds < inf else 0.0


def wait(pacer: Pacer, now: float, rank: int, ahead: int) -> float:
    """Estimated seconds that a request would wait behind `ahead` others."""
    if not rank and ahead <= pacer.account.level - LAST:  # the last tokens are theirs
        return _first(pacer, now, rank)
    return eta(pacer, now, ahead + 1, rank)
