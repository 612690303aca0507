"""What a typed call puts on the wire, and what it refuses to."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID

import pytest
from aiohttp import web

from aioheroku import UNSET, App, Heroku, Range, errors
from aioheroku._api.endpoint import GET, Resource
from aioheroku.events import Failed
from tests._support.fakes import Serve
from tests._support.secrets import EventLog, raises

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")


async def test_a_call_sends_what_the_reference_asks_for(serve: Serve, app: Any) -> None:
    """Accept names version 3, the token is a Bearer, the agent is ours, and only lists send a Range."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("secret-token", base_url=server.url + "/", user_agent="tests/1") as heroku:
        await heroku.apps.info("example")
    headers = server.seen[0].headers
    assert server.sent() == ["GET /apps/example"]
    assert headers["Accept"] == "application/vnd.heroku+json; version=3"
    assert headers["Authorization"] == "Bearer secret-token"
    assert headers["User-Agent"].startswith("aioheroku/")
    assert headers["User-Agent"].endswith(" tests/1")
    assert "Range" not in headers
    assert "Content-Type" not in headers


async def test_no_credentials_no_authorization_header(serve: Serve) -> None:
    """`Heroku()` reads no credentials and sends no Authorization."""
    server = await serve(lambda _: web.json_response([]))
    async with Heroku(base_url=server.url) as heroku:
        assert await heroku.regions.list().all() == []
    assert "Authorization" not in server.seen[0].headers


async def test_response_is_a_frozen_typed_model(serve: Serve, app: Any) -> None:
    """Ids are UUIDs, times are aware, nested objects are objects, nothing can be changed."""
    server = await serve(lambda _: web.json_response({**app, "unknown": {"key": 1}}))
    async with Heroku("t", base_url=server.url) as heroku:
        found = await heroku.apps.info(ID)
    assert isinstance(found, App)
    assert found.id == ID
    assert found.created_at.utcoffset() is not None
    assert found.owner.email == "username@example.com"
    with raises(AttributeError):
        found.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("https://user:pass@drain.example/x?y=1", "https%3A%2F%2Fuser%3Apass%40drain.example%2Fx%3Fy%3D1"),
        ("a#b", "a%23b"),
        ("50%", "50%25"),
        ("%2F", "%252F"),
        ("blank here", "blank%20here"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        (str(ID), str(ID)),
        (ID, str(ID)),
        ("...", "..."),
        ("web.1", "web.1"),
    ],
)
async def test_a_path_argument_is_one_encoded_segment(serve: Serve, given: str | UUID, sent: str) -> None:
    """Whatever a path argument holds, it stays one segment of the path."""
    server = await serve(lambda _: web.json_response({"id": "not_found"}, status=404))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.NotFound):
            await heroku.domains.info("example", given)
    assert server.sent() == [f"GET /apps/example/domains/{sent}"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "../account", "a/", "/", "\ud800", None, -1, True, 1.5, b"x", ["x"]]
)
async def test_bad_app_name_fails_before_sending(serve: Serve, name: Any) -> None:
    """An app's name that cannot be one never reaches the wire, and the error names the argument."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.InvalidRequest, match=r"^app: ") as caught:
            await heroku.apps.info(name)
        with raises(ValueError, match=r"^app: "):
            await heroku.dynos.list(name).all()
    assert isinstance(caught.value, errors.NotSent)
    assert server.seen == []


async def test_a_body_holds_what_was_given(serve: Serve, app: Any) -> None:
    """What is UNSET is left out, None is null, UUIDs are strings, and the type is JSON."""
    server = await serve(lambda _: web.json_response(app, status=201))
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.apps.create(name="example", region=ID, stack=UNSET)
        await heroku.apps.create()
        await heroku.request("PATCH", "/account", {"name": None})
    assert server.bodies == [{"name": "example", "region": str(ID)}, {}, {"name": None}]
    assert server.seen[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda h: h.apps.update("example", maintenance="yes"), "maintenance"),
        (lambda h: h.apps.update("example", maintenance=1), "maintenance"),
        (lambda h: h.apps.update("example", name=None), "name"),
        (lambda h: h.formation.update("example", "web", quantity=True), "quantity"),
        (lambda h: h.formation.update("example", "web", quantity="2"), "quantity"),
        (lambda h: h.formation.batch_update("example", updates={"process": "web"}), "updates"),
        (
            lambda h: h.formation.batch_update("example", updates=[{"process": "web", "quantiti": 1}]),
            r"updates\[0\].quantiti",
        ),
        (lambda h: h.config_vars.update("example", {"FOO": 1}), "vars.FOO"),
        (lambda h: h.config_vars.update("example", ["FOO"]), "vars"),
        (lambda h: h.config_vars.update("example", {1: "x"}), "vars"),
        (lambda h: h.dynos.create("example", command=None), "command"),
        (lambda h: h.dynos.create("example", command="bash", env={"A": 1}), "env.A"),
        (lambda h: h.addons.create("example", plan=5), "plan"),
    ],
)
async def test_wrong_body_field_fails_before_sending(serve: Serve, call: Any, field: str) -> None:
    """A body field of the wrong type is refused with its name, and no token is spent."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.InvalidRequest, match=f"^{field}: "):
            await call(heroku)
    assert server.seen == []


async def test_argument_errors_hide_secrets(serve: Serve) -> None:
    """The error about a config value's type does not quote the value."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.InvalidRequest) as caught:
            await heroku.config_vars.update("example", {"KEY": b"s3cr3t"})  # type: ignore[dict-item]
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda h: h.apps.info(),
        lambda h: h.apps.info("a", "b"),
        lambda h: h.apps.info(app="a"),
        lambda h: h.domains.create("a"),
        lambda h: h.apps.update("a", nam="x"),
    ],
)
async def test_wrong_arguments_raise_type_error(serve: Serve, call: Any) -> None:
    """A call that does not fit the signature fails as any Python function does."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(TypeError):
            await call(heroku)
    assert server.seen == []


async def test_request_takes_paths_and_same_origin_urls(serve: Serve) -> None:
    """Anything undeclared can be called, with a query, and the raw answer comes back."""
    server = await serve(
        lambda _: web.json_response({"x": 1}, headers={"Request-Id": f"{ID}, {ID}", "ETag": '"e"'}),
    )
    async with Heroku("t", base_url=server.url) as heroku:
        response = await heroku.request("GET", "/apps/example/x?a=b%20c")
        await heroku.request("get", server.url + "/pipelines")
    assert server.sent() == ["GET /apps/example/x?a=b%20c", "GET /pipelines"]
    assert (response.status, response.json(), response.etag) == (200, {"x": 1}, '"e"')
    assert response.request_id == f"{ID}, {ID}"
    assert response.request_ids == [ID, ID]


@pytest.mark.parametrize(
    "path", ["https://evil.example/apps", "//evil.example/apps", "apps", "http://127.0.0.1:1/x", "/a b"]
)
async def test_the_token_never_goes_to_another_origin(serve: Serve, path: str) -> None:
    """A URL of another origin is refused before anything is sent; a double slash stays on ours."""
    server = await serve(lambda _: web.json_response({}))
    async with Heroku("t", base_url=server.url) as heroku:
        if path.startswith("//"):
            await heroku.request("GET", path)
            assert server.seen[0].host == server.url.removeprefix("http://")
        else:
            with raises(errors.InvalidRequest, match=r"^path: "):
                await heroku.request("GET", path)
            assert server.seen == []


async def test_read_only_refuses_every_write(serve: Serve, app: Any) -> None:
    """A read-only session reads, and refuses to write before anything is sent."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url, read_only=True) as heroku:
        await heroku.apps.info("example")
        with raises(errors.ReadOnlyError):
            await heroku.apps.delete("example")
        with raises(errors.ReadOnlyError):
            await heroku.request("POST", "/apps", {})
    assert server.sent() == ["GET /apps/example"]


async def test_view_changes_headers_only(serve: Serve, app: Any) -> None:
    """`using` sets If-Match, another version and more headers for its own calls only."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url) as heroku:
        view = heroku.using(if_match='"e"', accept="3.sdk", headers={"accept-expansion": "plan"})
        await view.apps.update("example", maintenance=True)
        await heroku.apps.info("example")
        assert view.pool is heroku.pool
    changed, plain = (request.headers for request in server.seen)
    assert changed["If-Match"] == '"e"'
    assert changed.getall("Accept") == ["application/vnd.heroku+json; version=3.sdk"]
    assert changed["Accept-Expansion"] == "plan"
    assert "If-Match" not in plain


@pytest.mark.parametrize(
    "options", [{"if_match": "a\r\nb"}, {"accept": "3\n"}, {"headers": {"X": "a\0"}}, {"headers": {"": "a"}}]
)
async def test_control_characters_in_headers_fail(options: Any) -> None:
    """Nothing can be smuggled into a header."""
    with raises(errors.InvalidRequest):
        Heroku("t").using(**options)


async def test_capture_collects_responses(serve: Serve, app: Any) -> None:
    """Inside the block every response of this session is collected, pages and errors included; outside none."""
    server = await serve(
        [
            web.json_response(app, headers={"ETag": '"e"'}),
            web.json_response([app], status=206, headers={"Next-Range": "id ]x..; max=1"}),
            web.json_response([{**app, "id": str(UUID(int=2**127))}]),
            web.json_response({"id": "not_found"}, status=404),
            web.json_response(app),
        ]
    )
    async with Heroku("t", base_url=server.url) as heroku:
        with heroku.capture() as replies:
            await heroku.apps.info("example")
            await heroku.apps.list(range=Range(max=1)).all()
            with raises(errors.NotFound):
                await heroku.apps.info("none")
        await heroku.apps.info("example")
    assert [reply.status for reply in replies] == [200, 206, 200, 404]
    assert replies[0].etag == '"e"'


EMPTY: list[dict[str, Any]] = [
    {"status": 204},
    {"status": 202},
    {"status": 200, "text": ""},
    {"status": 202, "text": " \r\n"},
    {"status": 200, "text": "{}"},
    {"status": 201, "text": "{ }\n"},
    {"status": 200, "text": "null"},
    {"status": 207, "text": "[]"},
]
WRITES: dict[str, Callable[[Heroku], Awaitable[Any]]] = {
    "delete": lambda heroku: heroku.collaborators.delete("example", "user@example.com"),
    "delete of an app": lambda heroku: heroku.apps.delete("example"),
    "restart": lambda heroku: heroku.dynos.restart_all("example"),
    "create": lambda heroku: heroku.apps.create(name="example"),
    "update": lambda heroku: heroku.apps.update("example", maintenance=True),
    "transfer": lambda heroku: heroku.app_transfers.update("example", state="accepted"),
}


@pytest.mark.parametrize("answer", EMPTY, ids=str)
@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES)
async def test_write_with_empty_response_succeeds(
    answer: dict[str, Any], call: Callable[[Heroku], Awaitable[Any]], serve: Serve
) -> None:
    """Any 2xx of a write without a body, or with an empty one, is a success: the result is `None`."""
    server = await serve(lambda _: web.Response(**answer))
    async with Heroku("t", base_url=server.url) as heroku:
        assert await call(heroku) is None
    assert len(server.seen) == 1


async def test_missing_created_object_is_logged(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """The type of a deletion allows an empty response; for other writes it is logged."""
    server = await serve(lambda _: web.Response(status=202))
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.apps.delete("example")
        await heroku.apps.update("example", maintenance=True)
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert lines == ["PATCH /apps/{app}: success without the expected object"]


async def test_what_is_deleted_comes_back(serve: Serve, app: Any) -> None:
    """A deletion whose response has the object returns it."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url) as heroku:
        assert isinstance(await heroku.apps.delete("example"), App)


async def test_config_vars_may_be_empty(serve: Serve) -> None:
    """`{}` is a mapping without items where a mapping is expected."""
    server = await serve(lambda _: web.json_response({}))
    async with Heroku("t", base_url=server.url) as heroku:
        assert await heroku.config_vars.update("example", {"A": None}) == {}
        assert await heroku.config_vars.info("example") == {}


@pytest.mark.parametrize("answer", EMPTY, ids=str)
async def test_a_read_of_nothing_is_an_error(answer: dict[str, Any], serve: Serve) -> None:
    """A read without an object in its response is an error."""
    server = await serve(lambda _: web.Response(**answer))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.DecodeError):
            await heroku.apps.info("example")


@pytest.mark.parametrize("body", ["<html>Log in to the wireless network</html>", "OK", "{", "\xff"])
@pytest.mark.parametrize(
    "call", [WRITES["restart"], WRITES["delete"], WRITES["create"]], ids=["restart", "delete", "create"]
)
async def test_page_of_other_content_fails(body: str, call: Callable[[Heroku], Awaitable[Any]], serve: Serve) -> None:
    """A captive portal responds to anything with 200: a restart, which expects no body, does not accept that."""
    server = await serve(lambda _: web.Response(text=body, content_type="text/html"))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.DecodeError):
            await call(heroku)


@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES)
async def test_a_304_to_a_write_is_an_error(call: Callable[[Heroku], Awaitable[Any]], serve: Serve) -> None:
    """Only a conditional read can have the response "not modified"."""
    server = await serve(lambda _: web.Response(status=304))
    async with Heroku("t", base_url=server.url, retry=None) as heroku:
        with raises(errors.NotModified) as caught:
            await call(heroku.using(headers={"If-None-Match": '"e"'}))
        assert "still valid" not in str(caught.value)


@pytest.mark.parametrize("header", ["If-None-Match", "if-none-match", "If-Modified-Since"])
@pytest.mark.parametrize(
    "call",
    [
        lambda heroku: heroku.apps.info("x"),
        lambda heroku: heroku.apps.list().all(),
        lambda heroku: heroku.account.info(),
    ],
)
async def test_a_conditional_read_is_not_modified(header: str, call: Any, serve: Serve) -> None:
    """For a 304 a typed read raises an error of its own class and emits an event; a raw one returns the response."""
    server = await serve(lambda _: web.Response(status=304, headers={"ETag": '"e"', "Request-Id": "r-1"}))
    told = EventLog()
    async with Heroku("t", base_url=server.url, on_event=told) as heroku:
        conditional = heroku.using(headers={header: '"e"'})
        with raises(errors.NotModified, match="still valid") as caught:
            await call(conditional)
        assert (caught.value.status, caught.value.request_id) == (304, "r-1")
        assert [event.error for event in told if isinstance(event, Failed)] == ["NotModified"]
        assert (await conditional.request("GET", "/apps/x")).etag == '"e"'
        with raises(errors.NotModified):
            await call(heroku)
    assert len(server.seen) == 3


async def _wrong_name(self: Any, application: str, /) -> None: ...
async def _too_few(self: Any, /) -> None: ...
async def _too_many(self: Any, app: str, body: dict[str, str], more: str, /) -> None: ...


@pytest.mark.parametrize("declare", [_wrong_name, _too_few, _too_many])
async def test_endpoint_must_fill_its_path(declare: Any) -> None:
    """A mistake in a declaration is named at its first call, before anything is sent."""
    call: Any = GET("/apps/{app}")(declare)
    with raises(TypeError, match=r"_\w+: its positional parameters do not fill /apps/\{app\}"):
        await call(Resource(cast("Any", None)), "x")
