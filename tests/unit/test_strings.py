"""Masked strings and all their pieces, and what is sent of a subclass."""

import copy
import json
import pickle
from collections import UserString
from datetime import UTC, datetime, tzinfo
from enum import Enum, IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from rich.pretty import pretty_repr

from aioheroku import Heroku, Pool, TokenPair, errors, unstructure
from aioheroku._api.arguments import segment
from aioheroku._codec import Secrets, encode
from aioheroku._strings import Masked, mask
from tests._support.fakes import Serve
from tests._support.secrets import raises

SECRET = "s3cr3t-" * 20
CALLS: dict[str, tuple[Any, ...]] = {
    "__add__": ("x",), "__getitem__": (slice(3, 9),), "__mod__": ((),), "__mul__": (2,), "__rmul__": (2,),
    "center": (200,), "format_map": ({},), "join": (["a", "b"],), "ljust": (200,), "partition": ("-",),
    "removeprefix": ("s",), "removesuffix": ("-",), "replace": ("s", "S"), "rjust": (200,), "rpartition": ("-",),
    "translate": ({1: 2},), "zfill": (200,),
}  # fmt: skip
THE_VALUE = {
    "__class__", "__dir__", "__doc__", "__format__", "__getattribute__", "__getnewargs__", "__iter__", "__new__",
    "__reduce__", "__reduce_ex__", "__repr__", "__str__", "maketrans",
}  # fmt: skip


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes


def test_every_piece_of_a_secret_is_masked() -> None:
    """Each method of str whose result holds text gives masked text: the next Python's methods are found here too."""
    secret, found = Masked(SECRET), set[str]()
    for name in sorted(set(dir(str)) - THE_VALUE):
        try:
            result = getattr(secret, name)(*CALLS.get(name, ()))
        except TypeError:
            continue  # it takes an argument and gives no text: find, index, __contains__ ...
        if isinstance(result, str | list | tuple):
            found.add(name)
            assert result == getattr(SECRET, name)(*CALLS.get(name, ()))
            assert "s3cr" not in repr(result).lower(), name
            assert "s3cr" not in pretty_repr(result, max_string=5).lower(), name
    assert {"__getitem__", "split", "strip", "partition", "upper"} <= found


def test_masked_value_can_be_revealed() -> None:
    """A secret can be printed, formatted, encoded, written as JSON and pickled: it is masked in a repr alone."""
    secret = Masked(SECRET)
    assert f"{secret}" == str(secret) == SECRET == secret
    assert type(str(secret)) is str
    assert secret.encode() == SECRET.encode()
    assert json.loads(json.dumps({"a": secret})) == {"a": SECRET}
    assert again(secret) == SECRET
    assert "s3cr3t" not in repr(again(secret))
    assert mask(None) is None
    assert mask(secret) is secret


def test_copies_of_config_vars_are_masked() -> None:
    """Whatever a program makes of them shows names alone; they are plain text again as JSON."""
    values = Secrets({"A": SECRET, "B": SECRET})
    copies = [
        values, values.copy(), values | {}, {} | values, {**values}, dict(values), values.items(), values.values(),
        sorted(values.items()), [*values.values()], copy.copy(values), copy.deepcopy(values), values["A"],
        again(values), values.get("A"), values.pop("B"), {name: values[name] for name in values},
    ]  # fmt: skip
    for one in copies:
        assert "s3cr3t" not in repr(one)
        assert "s3cr3t" not in pretty_repr(one, max_string=20)
    assert values["A"] == SECRET
    plain = unstructure(values)
    assert plain == {"A": SECRET}
    assert type(plain["A"]) is str
    assert json.loads(json.dumps(values)) == {"A": SECRET}


# --- subclasses ---------------------------------------------------------------------------------------------------


class Markup(str):
    """A string that says something else of itself than it holds."""

    __slots__ = ()

    def __str__(self) -> str:
        return "../../account"

    def __add__(self, other: str) -> str:
        return "../../account"

    def __radd__(self, other: str) -> str:
        return "../../account"

    def encode(self, encoding: str = "", errors: str = "") -> bytes:
        return b"../../account"


class Count(int):
    """A number that says something else of itself."""

    def __str__(self) -> str:
        return "666"

    __repr__ = __index__ = __str__  # type: ignore[assignment]


class Ratio(float):
    """Likewise."""

    def __repr__(self) -> str:
        return "666"


class Id(UUID):
    """Likewise."""

    def __str__(self) -> str:
        return "../../account"


class Moment(datetime):
    """Likewise."""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return "666"


class Plain(Enum):
    """Members that are no strings."""

    TEXT = "example"
    NUMBER = 3
    NOTHING = None
    NESTED = ("a", Markup("b"))


class Text(StrEnum):
    """Members that are strings."""

    TEXT = "example"


class Number(IntEnum):
    """Members that are numbers."""

    NUMBER = 3


ID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Masked("example"), "example"),
        (TokenPair("example", "r").access_token, "example"),
        (Markup("example"), "example"),
        (Count(3), 3),
        (Ratio(0.5), 0.5),
        (Id(ID), ID),
        (Moment(2014, 1, 2, 3, 4, 5, tzinfo=UTC), "2014-01-02T03:04:05Z"),
        (Plain.TEXT, "example"),
        (Plain.NUMBER, 3),
        (Plain.NOTHING, None),
        (Plain.NESTED, ["a", "b"]),
        (Text.TEXT, "example"),
        (Number.NUMBER, 3),
        (True, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_body_holds_the_value_of_a_subclass(value: Any, sent: Any) -> None:
    """Strings of this library, of template engines, of enumerations: what they hold is sent, as a value and a name."""
    assert json.loads(encode({"a": [value]})) == {"a": [sent]}
    if isinstance(sent, str) and isinstance(value, str | Enum):
        assert json.loads(encode({value: 1})) == {sent: 1}


class Nowhere(tzinfo):
    """A time zone that does not know where it is."""

    def utcoffset(self, moment: datetime | None, /) -> None:
        return None

    tzname = dst = utcoffset


@pytest.mark.parametrize("value", [Ratio("nan"), datetime(2014, 1, 1, tzinfo=Nowhere()), UserString("a"), b"a"])
def test_non_json_subclasses_are_rejected(value: Any) -> None:
    """Not a number is none in a subclass either, and a time is aware by what its zone says."""
    with raises((TypeError, ValueError)):
        encode({"a": value})


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Masked("example"), "example"),
        (Markup("example"), "example"),
        (Markup("a b"), "a%20b"),
        (Plain.TEXT, "example"),
        (Text.TEXT, "example"),
        (Id(ID), ID),
        (Count(3), "3"),
        (Plain.NUMBER, "3"),
        (Number.NUMBER, "3"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_path_holds_the_value_of_a_subclass(value: Any, sent: str) -> None:
    """What is checked is what is sent: no `__str__` leads to another path."""
    assert segment(value, "app") == sent
    assert type(segment(value, "app")) is str


@pytest.mark.parametrize("value", [Markup(".."), Plain.NOTHING, Plain.NESTED, Count(-3), Ratio(3.0)])
def test_path_rejects_masked_like_plain_values(value: Any) -> None:
    """A subclass opens no way around the checks."""
    with raises(errors.InvalidRequest):
        segment(value, "app")


async def test_subclasses_go_through_a_session(serve: Serve) -> None:
    """In the body of a typed call, in its path, and in headers."""
    server = await serve(lambda _: web.json_response({"FOO": "example"}))
    async with Heroku("t", base_url=server.url, pool=Pool()) as heroku:
        view = heroku.using(headers={"X-Note": Markup("note"), "X-Kind": Plain.TEXT}, if_match=Markup('"e"'))  # type: ignore[dict-item]
        await view.config_vars.update(Markup("example"), {"FOO": Masked("example"), Markup("BAR"): Text.TEXT})
        with raises(errors.DecodeError):
            await view.apps.update("example", name=Plain.TEXT)  # type: ignore[arg-type]
    assert server.sent() == ["PATCH /apps/example/config-vars", "PATCH /apps/example"]
    assert server.bodies == [{"FOO": "example", "BAR": "example"}, {"name": "example"}]
    headers = server.seen[0].headers
    assert (headers["X-Note"], headers["X-Kind"], headers["If-Match"]) == ("note", "example", '"e"')
