"""Validation of the arguments of `Platform`; each error begins with the name of the argument."""

from math import isfinite

_MOST = 10**15


def check(
    *,
    apps: int,
    token: str | None,
    capacity: float,
    refill_per_hour: float,
    remaining: float | None,
    refill: str,
    port: int,
    latency: float | tuple[float, float],
    retry_after: str | None,
) -> None:
    """ValueError for the first argument that is not usable."""
    most, least = latency if isinstance(latency, tuple) else (latency, latency)
    if remaining is not None:
        _expect_number("remaining", remaining)
    for name, value in (
        *(("apps", apps), ("capacity", capacity), ("refill_per_hour", refill_per_hour)),
        *(("port", port), ("latency", most), ("latency", least)),
    ):
        _expect_number(name, value)
    _expect(apps >= 0, "apps", apps, "at least 0")
    _expect(isfinite(capacity) and capacity >= 1, "capacity", capacity, "at least 1")
    _expect(isfinite(refill_per_hour) and refill_per_hour >= 0, "refill_per_hour", refill_per_hour, "at least 0")
    _expect(remaining is None or 0 <= remaining <= capacity, "remaining", remaining, f"between 0 and {capacity}")
    _expect(refill in {"continuous", "step"}, "refill", refill, "'continuous' or 'step'")
    _expect(0 <= port <= 65535, "port", port, "between 0 and 65535")
    _expect(_is_latency(latency), "latency", latency, "seconds, or a range of them that begins with the smaller one")
    _expect(
        retry_after in {None, "seconds", "date", "epoch"}, "retry_after", retry_after, "'seconds', 'date' or 'epoch'"
    )
    if token is not None and not _is_token(token):
        raise ValueError("token must be printable ASCII without blanks")


def _expect(holds: bool, name: str, value: object, wanted: str) -> None:
    if not holds:
        raise ValueError(f"{name} must be {wanted}, not {value!r}")


def _is_latency(latency: float | tuple[float, float]) -> bool:
    least, most = latency if isinstance(latency, tuple) else (latency, latency)
    return 0 <= least <= most and isfinite(most)


def _expect_number(name: str, value: object) -> None:
    _expect(isinstance(value, int | float) and not isinstance(value, bool), name, value, "a number")
    _expect(not isinstance(value, int) or abs(value) < _MOST, name, "more", f"below {_MOST:g}")


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and text != "" and " " not in text
