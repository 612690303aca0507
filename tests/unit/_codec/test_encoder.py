"""Bodies: any JSON goes out unchanged, and what JSON has no form for does not go out."""

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from aioheroku import Heroku, errors
from aioheroku._api.arguments import encoded
from aioheroku.resources import ConfigVars
from tests._support.fakes import Caller
from tests._support.secrets import raises

TEXT = st.text(st.characters(codec="utf-8"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20
)


@given(JSON)
def test_any_json_goes_out_unchanged(body: Any) -> None:
    """What the platform reads is what was given, to the last digit and character."""
    assert json.loads(encoded(body).decode("utf-8")) == body


@given(st.dictionaries(TEXT, TEXT | st.none()))
def test_config_vars_arrive_as_they_are(caller: Caller, given_: dict[str, str | None]) -> None:
    """Names and values of any kind: line feeds, quotes, NUL, emoji; and `None` is null."""
    with raises(StopIteration) as done:  # the response is empty
        ConfigVars(caller).update("example", given_).send(None)
    assert done.value.value is None
    assert json.loads(caller.requests.pop().body or b"") == given_


class Strange:
    """Values that have no JSON form."""


RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)


@pytest.mark.parametrize(
    "body",
    [
        math.nan,
        {"a": [math.inf]},
        {"a": -math.inf},
        b"s3cr3t",
        {"a": bytearray(b"s3cr3t")},
        {"a": {1, 2}},
        {1: "a"},
        {"a": {None: 1}},
        Strange(),
        {"a": Strange},
        {"a": timedelta(1)},
        {"a": Decimal(1)},
        {"a": datetime(2014, 1, 1)},  # noqa: DTZ001 - that is the point
        {"a": "\ud800"},
        {"\udfff": 1},
        1j,
        iter([1]),
        RECURSIVE,
    ],
    ids=lambda body: type(body).__name__,
)
async def test_non_json_values_are_rejected(body: Any) -> None:
    """Nothing is converted silently: NaN to null, bytes to base64, numbers to names."""
    heroku = Heroku("token", base_url="http://127.0.0.1:9", retry=None)
    with raises(errors.InvalidRequest, match=r"^body: ") as caught:
        await heroku.request("PATCH", "/apps/example", body)
    assert "s3cr3t" not in str(caught.value)


def test_what_stands_for_json_is_taken(caller: Caller) -> None:
    """UUIDs, aware times, tuples, mappings of other kinds."""
    id_, when = UUID(int=7), datetime(2014, 5, 1, tzinfo=UTC)
    sent = encoded(MappingProxyType({"id": id_, "at": when, "pair": (1, 2), "in": [MappingProxyType({})]}))
    assert json.loads(sent or b"") == {"id": str(id_), "at": "2014-05-01T00:00:00Z", "pair": [1, 2], "in": [{}]}
