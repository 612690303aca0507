"""What the declarations of teams send: bodies under the API's own names, and a POST that only reads."""

import json
from typing import Any

from aiohttp import web

from aioheroku import Heroku, Pool, Range, errors
from tests._support.fakes import Serve
from tests._support.secrets import raises

ID = "01234567-89ab-cdef-0123-456789abcdef"
APP: dict[str, Any] = {
    "build_stack": {"id": ID, "name": "heroku-24"},
    "created_at": "2026-01-01T12:00:00Z",
    "git_url": "https://git.heroku.com/example.git",
    "id": ID,
    "joined": False,
    "locked": False,
    "maintenance": False,
    "name": "example",
    "region": {"id": ID, "name": "us"},
    "stack": {"id": ID, "name": "heroku-24"},
    "updated_at": "2026-01-01T12:00:00Z",
}


async def test_filters_read_page_by_page(serve: Serve) -> None:
    """The body is sent with each page, also by a read-only session."""
    next_range = {"Next-Range": "name ]example..; max=1"}
    server = await serve([web.json_response([APP], status=206, headers=next_range), web.json_response([APP])])
    async with Heroku("token", base_url=server.url, pool=Pool(), read_only=True) as heroku:
        found = await heroku.filters.apps({"in": {"id": [ID]}}, range=Range("name", max=1)).all()
    assert [app.name for app in found] == ["example", "example"]
    assert (found[0].team, found[0].space, found[0].web_url) == (None, None, None)
    assert server.sent() == ["POST /filters/apps", "POST /filters/apps"]
    assert server.bodies == [{"in": {"id": [ID]}}] * 2
    assert [request.headers["Range"] for request in server.seen] == ["name ..; max=1", "name ]example..; max=1"]


async def test_filters_are_repeated_like_a_get(serve: Serve) -> None:
    """A 500 is retried, although it is a POST."""
    server = await serve([web.Response(status=500, headers={"Retry-After": "0"}), web.json_response([])])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        assert await heroku.filters.apps({}).all() == []
    assert len(server.seen) == 2


async def test_filters_check_their_body(serve: Serve) -> None:
    """An unknown key is refused before anything is sent, with the path to it."""
    server = await serve([])
    wrong: Any = {"in": {"ids": [ID]}}
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        with raises(errors.InvalidRequest, match="in"):
            await heroku.filters.apps(wrong).all()
    assert server.seen == []


async def test_preferences_have_the_wires_keys(serve: Serve) -> None:
    """The body is sent as given, null included; the attributes have Python names."""
    server = await serve([web.json_response({"addons-controls": None, "default-permission": "member"})])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        found = await heroku.team_preferences.update("acme", {"addons-controls": True})
    assert server.bodies == [{"addons-controls": True}]
    assert (found.addons_controls, found.default_permission) == (None, "member")


async def test_a_member_may_be_told_in_part(serve: Serve) -> None:
    """An attribute that the schema allows to be absent is `None`."""
    member = {
        "created_at": "2026-01-01T12:00:00Z",
        "email": "someone@example.org",
        "federated": False,
        "updated_at": "2026-01-01T12:00:00Z",
    }
    server = await serve([web.Response(body=json.dumps([member]).encode(), content_type="application/json")])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        (found,) = await heroku.team_members.list("acme").all()
    assert (found.id, found.role, found.user, found.two_factor_authentication) == (None, None, None, None)
    assert server.seen[0].headers["Range"] == "email ..; max=1000"


async def test_services_are_allowed_in_a_list(serve: Serve) -> None:
    """One call may allow several services, and returns a plain list; the account that allowed them may be unknown."""
    row = {
        "added_at": "2026-01-01T12:00:00Z",
        "added_by": {"email": None, "id": None},
        "addon_service": {"human_name": "Papertrail", "id": ID, "name": "papertrail"},
        "id": ID,
    }
    server = await serve([web.json_response([row], status=201)])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        (found,) = await heroku.allowed_addon_services.create("acme", addon_service="papertrail")
    assert (found.addon_service.human_name, found.added_by.email) == ("Papertrail", None)
