"""The options of sessions and their parts: the error for a wrong value names the option, and does not quote it."""

from contextlib import nullcontext
from datetime import datetime, timedelta, tzinfo
from math import inf, nan
from typing import Any

import pytest

from aioheroku import DiskCache, Heroku, MemoryCache, Range, Retry, Timeout, errors
from aioheroku._options import _RESERVED
from aioheroku.errors import InvalidRequest
from tests._support.secrets import raises

SECRET = "s3cr3t"
NOT_NUMBERS: list[Any] = [-1, nan, inf, -inf, 10**400, "5", SECRET, True, [], {}]
NOT_INTEGERS: list[Any] = [*NOT_NUMBERS, 1.5, None, 10**13]


def pairs(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=lambda value: str(value)[:8])
@pytest.mark.parametrize("name", ["connect", "attempt", "total"])
def test_a_timeout_is_checked(name: str, value: Any) -> None:
    """No negative, infinite or textual time reaches the event loop's timers."""
    with raises(InvalidRequest) as caught:
        Timeout(**{name: value})
    assert caught.value.field == f"timeout.{name}"
    assert SECRET not in str(caught.value)


def test_what_a_timeout_takes() -> None:
    """Seconds, whole or not, and None for without end; 0 only in all, since to aiohttp it is without end."""
    assert Timeout(None, None, None) == Timeout(connect=None, attempt=None)
    assert Timeout(1, 0.5, 0).total == 0
    for name in ("connect", "attempt"):
        with raises(InvalidRequest, match="above 0"):
            Timeout(**{name: 0})


RETRY = {
    **dict.fromkeys(("attempts", "floor"), NOT_INTEGERS),
    **{name: [*NOT_NUMBERS, None] for name in ("base", "cap", "max_retry_after", "budget")},
}


@pytest.mark.parametrize(("name", "value"), pairs(RETRY), ids=lambda value: str(value)[:12])
def test_a_retry_is_checked(name: str, value: Any) -> None:
    """Each number of a Retry is finite and of its kind."""
    with raises(InvalidRequest) as caught:
        Retry(**{name: value})
    assert caught.value.field == name
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", [*NOT_INTEGERS, 0], ids=lambda value: str(value)[:8])
async def test_other_numbers_are_checked(value: Any, tmp_path: Any) -> None:
    """Sizes of caches and pages, calls at once."""
    for make in (MemoryCache, lambda max_entries: DiskCache(tmp_path / "kept", max_entries=max_entries)):
        with raises(InvalidRequest) as caught:
            make(max_entries=value)
        assert caught.value.field == "max_entries"
    with raises(InvalidRequest, match=r"range\.max"):
        Range(max=value)
    heroku = Heroku(None)
    with raises(InvalidRequest, match="concurrency"):
        heroku.each(heroku.apps.info, ["example"], concurrency=value)
    with raises(InvalidRequest, match="concurrency"):
        heroku.plan(heroku.apps.info, ["example"], concurrency=value)
    with raises(InvalidRequest, match="budget") if value is not None else nullcontext():
        heroku.each(heroku.apps.info, ["example"], budget=value)


VIEWS: dict[str, list[Any]] = {
    "timeout": NOT_NUMBERS,
    "max_wait": NOT_NUMBERS,
    "label": [[], {}, 5, b"x"],
    "priority": [[], {}, 5, None, SECRET, "high"],
    "accept": [[], 5, None, f"{SECRET}\n", "\u00e4"],
    "if_match": [[], 5, None, f"{SECRET}\r\nX: y"],
    "dry_run": [[], 5, "yes"],
    "headers": [[("a", "b")], None, 5, {5: "b"}, {f"{SECRET} x": "b"}, {"A": 5}],
}


@pytest.mark.parametrize(("name", "value"), pairs(VIEWS), ids=lambda value: str(value)[:12])
def test_the_options_of_a_view_are_checked(name: str, value: Any) -> None:
    """`using` refuses a wrong option at once, by its name, not at the next call."""
    with raises(InvalidRequest) as caught:
        Heroku(None).using(**{name: value})
    assert caught.value.field.startswith(name)
    assert SECRET not in str(caught.value)


SESSIONS: dict[str, list[Any]] = {
    "timeout": NOT_NUMBERS,
    "base_url": [
        *(5, "", SECRET, f"https://u:{SECRET}@h:99999", f"https://u:{SECRET}@h", f"https://h?x={SECRET}"),
        *(f"http://h/{SECRET}", f"ftp://{SECRET}", f"https://a {SECRET}", f"https://{SECRET}\x00"),
    ],
    "pool": [SECRET],
    "retry": [SECRET, 5],
    "cache": [SECRET, {}],
    "on_event": [SECRET],
    "two_factor": [SECRET, 123456],
    "read_only": ["no", 1],
    "method_override": ["yes"],
    "user_agent": [5, f"{SECRET}\n", "\u00e4"],
}


@pytest.mark.parametrize(("name", "value"), pairs(SESSIONS), ids=lambda value: str(value)[:12])
def test_the_arguments_of_a_session_are_checked(name: str, value: Any) -> None:
    """The constructor names what it cannot use, by type; addresses in a text are origins alone."""
    with raises(InvalidRequest) as caught:
        Heroku("token", **{name: value})
    assert caught.value.field.startswith(name)
    assert SECRET not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("value", [5, None, f"GET {SECRET}", "G\u00c4T", "", [SECRET]], ids=str)
async def test_a_method_of_http_is_checked(value: Any) -> None:
    """Anything but a word of letters is refused, and not quoted."""
    async with Heroku(None) as heroku:
        with raises(InvalidRequest, match="method: ") as caught:
            await heroku.request(value, "/apps")
    assert SECRET not in str(caught.value)


RANGES: list[dict[str, Any]] = [
    *({"start": f"{SECRET}{end}"} for end in (" x", ";", "..", "\n", ".")),
    *({"field": f"{SECRET} x"}, {"order": SECRET}, {"max": SECRET}, {"start": "a", "end": f".{SECRET}"}),
]


@pytest.mark.parametrize("options", RANGES, ids=str)
def test_a_range_is_not_quoted(options: dict[str, Any]) -> None:
    """Bounds are names and ids of the user: the error does not quote them."""
    with raises(InvalidRequest) as caught:
        Range(**options)
    assert caught.value.field.startswith("range.")
    assert SECRET not in str(caught.value)
    with raises(InvalidRequest) as caught:
        Range.parse(f"]{SECRET}..")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", sorted(_RESERVED))
def test_connection_headers_are_rejected(name: str) -> None:
    """In whatever case: what changes how a request is sent, or which method it is, is not for callers to set."""
    for written in (name, name.upper(), name.title()):
        with raises(InvalidRequest) as caught:
            Heroku(None).using(headers={written: "x"})
        assert caught.value.field == f"headers[{written!r}]"


def test_the_reserved_headers_are_all_there() -> None:
    """Those of HTTP that belong to one connection or frame a body."""
    hop_by_hop = {"connection", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"}
    assert hop_by_hop | {"content-length", "content-encoding", "expect", "host"} <= set(_RESERVED)


class Nowhere(tzinfo):
    """A time zone without an offset."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None

    def dst(self, _: datetime | None) -> timedelta | None:
        return None

    def tzname(self, _: datetime | None) -> str | None:
        return None


async def test_naive_datetime_is_rejected() -> None:
    """A time zone without an offset makes a naive time: the moment is ambiguous."""
    async with Heroku(None) as heroku:
        for moment in (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=Nowhere())):  # noqa: DTZ001
            with raises(errors.InvalidRequest, match="time zone"):
                await heroku.request("POST", "/apps", {"at": moment})
            with raises(errors.InvalidRequest, match="time zone"):
                await heroku.request("GET", "/apps", params={"at": moment})


@pytest.mark.parametrize("value", [*NOT_INTEGERS, 0], ids=lambda value: str(value)[:8])
async def test_ranges_at_a_time_are_checked(value: Any) -> None:
    """`all(parallel=...)` takes a whole number from 1 on."""
    with raises(InvalidRequest, match="parallel"):
        await Heroku(None).apps.list().all(parallel=value)
