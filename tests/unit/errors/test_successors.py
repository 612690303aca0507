"""A 404 or 410 from an endpoint that is out of today's schema says what to call today."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku, errors
from aioheroku.errors._successors import SUCCESSORS
from tests._support.fakes import Serve
from tests._support.secrets import raises

DATA = Path(__file__).parent.parent.parent / "data"
REFERENCE: list[dict[str, Any]] = [
    row for resource in json.loads((DATA / "reference.json").read_text()) for row in resource["endpoints"]
]
TODAY: list[dict[str, Any]] = json.loads((DATA / "today.json").read_text())["endpoints"]
NAMES = {f"{row['attribute']}.{row['method']}" for row in TODAY}
STILL_THERE = {"keys.create", "keys.delete"}
"""Not in the schema, but used by the CLI: they work."""


def place(row: dict[str, Any]) -> tuple[str, str]:
    return row["verb"], re.sub(r"\{.*?\}", "{}", row["path"])


def test_the_table_is_what_today_lacks() -> None:
    """Its 22 rows are the methods whose paths today's table does not have; each successor is a method of today."""
    today = {place(row) for row in TODAY}
    gone = {f"{row['attribute']}.{row['method']}" for row in REFERENCE if place(row) not in today} - STILL_THERE
    assert set(SUCCESSORS) == gone
    assert len(SUCCESSORS) == 22
    assert set(SUCCESSORS.values()) <= NAMES


async def called(heroku: Heroku, operation: str) -> Any:
    """Call the method with an argument for each parameter, and read its list."""
    resource, _, method = operation.partition(".")
    function = getattr(getattr(heroku, resource), method)
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
    given: Any = {"locked": True, "rollback": True}
    keywords = {
        one.name: given.get(one.name, "admin")
        for one in parameters
        if one.kind is one.KEYWORD_ONLY and one.default is one.empty
    }
    call = function(*("x" for one in parameters if one.kind is one.POSITIONAL_ONLY), **keywords)
    return await call


@pytest.mark.parametrize("operation", sorted(SUCCESSORS))
async def test_a_gone_endpoint_names_its_successor(serve: Serve, operation: str) -> None:
    """At the end of the text, and in the advice; not in the error of an object that is not found."""
    lost = {"id": "not_found", "message": "The requested API endpoint was not found.", "resource": None}
    server = await serve(
        [
            web.json_response(lost, status=404),
            web.Response(status=410),
            web.json_response({**lost, "resource": "app"}, status=404),
        ]
    )
    end = f"today: heroku.{SUCCESSORS[operation]}()"
    async with Heroku("t", base_url=server.url, retry=None) as heroku:
        for kind in (errors.NotFound, errors.Gone):
            with raises(kind) as caught:
                await called(heroku, operation)
            assert str(caught.value).endswith(end)
            assert caught.value.advice.endswith(end)
            assert caught.value.operation == operation
        with raises(errors.NotFound) as missing:
            await called(heroku, operation)
        assert "today" not in str(missing.value)


async def test_a_raw_path_names_it_too(serve: Serve) -> None:
    """What a resource declares has its properties, the successor among them; today's endpoints have none."""
    server = await serve(lambda _: web.Response(status=404))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.NotFound, match=r"today: heroku\.teams\.list\(\)$"):
            await heroku.request("GET", "/organizations")
        with raises(errors.NotFound) as caught:
            await heroku.apps.info("x")
        assert "today" not in str(caught.value)
        with raises(errors.NotFound, match="endpoint itself does not exist"):
            await heroku.request("GET", "/made-up")
