"""What `using` adds to calls: keys of the body and of the query, and headers that widen the response."""

from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from aioheroku import UNSET, Heroku, Range, errors
from tests._support.fakes import Serve
from tests._support.secrets import raises

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")


async def test_extra_keys_join_the_body(serve: Serve, app: Any) -> None:
    """Beside a call's own keywords, in a body that had none, and in a raw one; for calls of that view only."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url) as heroku:
        view = heroku.using(extra_body={"new": {"a": [1, None, ID]}, "left_out": UNSET})
        await view.apps.update("example", maintenance=True)
        await view.apps.delete("example")
        await view.using(extra_body={"more": True}, label="x").request("POST", "/x", {"own": 1})
        await heroku.apps.update("example", maintenance=True)
    new = {"a": [1, None, str(ID)]}
    assert server.bodies == [
        {"maintenance": True, "new": new}, {"new": new}, {"own": 1, "new": new, "more": True}, {"maintenance": True},
    ]  # fmt: skip
    assert server.seen[1].headers["Content-Type"] == "application/json"


async def test_extra_parameters_join_the_query(serve: Serve, app: Any) -> None:
    """Of a read and of each page of a list, after the query that is there."""
    server = await serve(lambda request: web.json_response([] if request.path == "/apps" else app))
    async with Heroku("t", base_url=server.url) as heroku:
        view = heroku.using(extra_query={"extended": True, "eq[name]": "a b"})
        await view.apps.info("example")
        await view.apps.list(range=Range(max=5))
        await view.request("GET", "/x?y=1#part", params={"z": 2})
    query = "extended=true&eq%5Bname%5D=a+b"
    assert server.sent() == [f"GET /apps/example?{query}", f"GET /apps?{query}", f"GET /x?y=1&z=2&{query}"]


@pytest.mark.parametrize(
    ("options", "call", "field"),
    [
        ({"extra_body": {"a": 1}}, lambda h: h.apps.info("x"), "extra_body: a GET has no body: use extra_query"),
        ({"extra_body": {"a": 1}}, lambda h: h.apps.list().all(), "extra_body: "),
        ({"extra_body": {"name": "y"}}, lambda h: h.apps.update("x", name="z"), r"extra_body\.name: .*already"),
        ({"extra_body": {"A": "y"}}, lambda h: h.config_vars.update("x", {"A": "z"}), r"extra_body\.A: "),
        ({"extra_body": {"a": 1}}, lambda h: h.request("POST", "/x", [1]), "extra_body: .*not an object"),
        ({"extra_query": {"a": 1}}, lambda h: h.request("GET", "/x?a=2"), r"extra_query\.a: .*already"),
    ],
)
async def test_extras_that_cannot_join_are_named(serve: Serve, options: Any, call: Any, field: str) -> None:
    """A call without a body, and a parameter that is there already: nothing is sent."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.InvalidRequest, match=f"^{field}"):
            await call(heroku.using(**options))
    assert server.seen == []


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"extra_body": ["a"]}, "extra_body: expected a mapping"),
        ({"extra_body": {1: "a"}}, "extra_body: key number 1"),
        ({"extra_body": {"": "a"}}, "extra_body: key number 1"),
        ({"extra_body": {"a": object()}}, "extra_body: "),
        ({"extra_query": "a=b"}, "extra_query: expected a mapping"),
        ({"extra_query": {"a": None}}, r"extra_query\.a: "),
        ({"accept_expansion": ""}, "accept_expansion: "),
        ({"accept_expansion": []}, "accept_expansion: "),
        ({"accept_expansion": 5}, "accept_expansion: "),
        ({"accept_inclusion": ["plan", "a b"]}, "accept_inclusion: "),
        ({"accept_inclusion": "plan\r\nX: y"}, "accept_inclusion: "),
    ],
)
def test_wrong_extras_are_refused_at_once(options: Any, field: str) -> None:
    """By `using` itself, with the option's name."""
    with raises(errors.InvalidRequest, match=f"^{field}"):
        Heroku("t").using(**options)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("plan", "plan"),
        (["addon_service", "plan"], "addon_service,plan"),
        ("addon:plan, config_vars", "addon:plan,config_vars"),
    ],
)
async def test_widening_headers_are_options(serve: Serve, app: Any, given: Any, sent: str) -> None:
    """One name, several, or the header's own form."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.using(accept_expansion=given, accept_inclusion=given).apps.info("example")
        await heroku.apps.info("example")
    assert [request.headers.get("Accept-Expansion") for request in server.seen] == [sent, None]
    assert [request.headers.get("Accept-Inclusion") for request in server.seen] == [sent, None]


async def test_a_dry_run_shows_extra_keys() -> None:
    """What would be sent is shown with what the view adds to it."""
    with raises(errors.DryRun) as caught:
        await Heroku("t", dry_run=True).using(extra_body={"new": 1}).apps.update("example", name="x")
    assert caught.value.body == {"name": "x", "new": 1}


def test_a_view_does_not_show_its_extras() -> None:
    """They may be secrets."""
    view = Heroku("t").using(extra_body={"password": "s3cr3t"}, extra_query={"token": "s3cr3t"})
    assert "s3cr3t" not in repr(view) + repr(view._view) + repr(view._view.extras)
