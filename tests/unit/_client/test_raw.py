"""Raw requests: paths filled from arguments, queries, lists, and what is reported of them."""

import logging
import traceback
import warnings
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from aiohttp import web
from hypothesis import example, given, strategies as st
from yarl import URL

from aioheroku import App, Heroku, HerokuWarning, Pool, Range, Response, Retry, errors
from aioheroku._client import raw
from aioheroku._codec import structure
from aioheroku.events import Warned
from tests._support.fakes import Serve
from tests._support.secrets import EventLog, raises, watch

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ({"team": "acme", "member": "a@b.c"}, "/teams/acme/members/a@b.c"),
        ({"team": "big co", "member": "50%/x?y#z"}, "/teams/big%20co/members/50%25%2Fx%3Fy%23z"),
        ({"team": ID, "member": 7}, f"/teams/{ID}/members/7"),
        ({"team": "größe", "member": "{team}"}, "/teams/gr%C3%B6%C3%9Fe/members/%7Bteam%7D"),
    ],
)
async def test_arguments_fill_the_path(serve: Serve, arguments: Any, sent: str) -> None:
    """Each stays one segment, whatever it holds."""
    server = await serve(lambda _: web.json_response({}))
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.request("GET", "/teams/{team}/members/{member}", **arguments)
    assert server.sent() == [f"GET {sent}"]


async def test_an_object_fills_the_path_by_its_id(serve: Serve, app: Any) -> None:
    """As in the path of a typed call; a URL of our origin may be a template too."""
    server = await serve(lambda _: web.json_response({}))
    found = structure(app, App)
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.request("DELETE", "/apps/{app}/x", app=found)
        await heroku.request("GET", server.url + "/apps/{app}/y?z={z}", app=found.owner, z="a&b=c")
    assert server.sent() == [f"DELETE /apps/{found.id}/x", f"GET /apps/{found.owner.id}/y?z=a%26b%3Dc"]


@given(st.text())
@example("%2e%2e")
@example("..%2F")
@example("{x}")
def test_any_text_stays_a_segment(name: str) -> None:
    """No argument leads to another path or to another host."""
    try:
        path = raw._filled("https://api.example.com/a/{name}/b", {"name": name})
    except errors.InvalidRequest as refusal:
        watch.error(refusal)
        return
    url = URL(str(path))
    assert url.host == "api.example.com"
    head, a, segment, b = url.raw_path.split("/")
    assert (head, a, unquote(segment), b) == ("", "a", name, "b")
    assert not url.raw_query_string


@pytest.mark.parametrize(
    ("path", "arguments", "kind", "text"),
    [
        ("/teams/{team}", {}, errors.InvalidRequest, r"^path: .*\{team\}: give team="),
        ("/teams/{team}", {"team": ""}, errors.InvalidRequest, "^team: "),
        ("/teams/{team}", {"team": ".."}, errors.InvalidRequest, "^team: "),
        ("/teams/{team}", {"team": None}, errors.InvalidRequest, "^team: "),
        ("/apps/{app}", {"app": "a/b"}, errors.InvalidRequest, "^app: "),
        ("/teams/{team}", {"teem": "x"}, TypeError, "'teem'.*Did you mean 'team'"),
        ("/teams", {"prams": "x"}, TypeError, "'prams'.*Did you mean 'params'"),
        ("/teams", {"headers": {"X-Key": "x"}}, TypeError, r"'headers'.*heroku\.using\(headers=\.\.\.\)"),
        ("/teams", {"timeout": 5}, TypeError, r"heroku\.using\(timeout=\.\.\.\)"),
        ("/teams", {"query": {"a": 1}}, TypeError, "Did you mean 'params'"),
        ("/teams", {"data": {"a": 1}}, TypeError, "Did you mean 'json'"),
        ("/teams", {"params": 5}, errors.InvalidRequest, "^params: expected a mapping"),
        ("/teams", {"params": {"a": None}}, errors.InvalidRequest, r"^params\.a: .*leave"),
        ("/teams", {"params": {"a": {}}}, errors.InvalidRequest, r"^params\.a: expected"),
        ("/teams", {"params": {5: "a"}}, errors.InvalidRequest, "^params: key number 1"),
        ("/teams", {"params": {"a": "\ud800"}}, errors.InvalidRequest, "^params: "),
        ("/teams", {"json": {"a": b"x"}}, errors.InvalidRequest, "^body: "),
        ("/teams", {"json": {}, "body": {}}, errors.InvalidRequest, "^json: .*once"),
        ("https://{host}/x", {"host": "evil.example"}, errors.InvalidRequest, "^path: "),
    ],
)
async def test_a_mistake_is_named(serve: Serve, path: str, arguments: Any, kind: Any, text: str) -> None:
    """Before anything is sent, with the argument's name and the remedy."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(kind, match=text):
            await heroku.request("POST", path, **arguments)
    assert server.seen == []


async def test_params_make_the_query(serve: Serve) -> None:
    """After the path's own query: text is quoted, True is `true`, a list repeats its key, None is left out."""
    server = await serve(lambda _: web.json_response({}))
    async with Heroku("t", base_url=server.url) as heroku:
        params = {"eq[name]": "a b", "extended": True, "n": 2, "id": [ID, "x"]}
        await heroku.request("GET", "/pipelines?a=%20", params=params)
        await heroku.request("GET", "/pipelines", params=None)
        await heroku.request("GET", "/pipelines", params={})
    assert server.sent() == [
        f"GET /pipelines?a=%20&eq%5Bname%5D=a+b&extended=true&n=2&id={ID}&id=x", "GET /pipelines", "GET /pipelines",
    ]  # fmt: skip


async def test_the_body_is_json_or_third(serve: Serve) -> None:
    """Both are the same."""
    server = await serve(lambda _: web.json_response({}))
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.request("POST", "/teams", {"name": "a"})
        await heroku.request("POST", "/teams", json={"name": "a"})
        await heroku.request("POST", "/teams", body={"name": "a"})
        await heroku.request("POST", "/teams", json=None)
    assert server.bodies == [{"name": "a"}] * 3 + [None]
    assert server.seen[1].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "arguments", "told"),
    [
        ("/apps/{name}", {"name": "s3cr3t"}, "/apps/{app}"),
        ("/made-up/{thing}/pipelines/{it}", {"thing": "s3cr3t", "it": "s3cr3t"}, "/{}/{thing}/pipelines/{it}"),
        ("/s3cr3t/{thing}", {"thing": "s3cr3t"}, "/{}/{thing}"),
        ("/pipelines/a{thing}/b", {"thing": "s3cr3t"}, "/pipelines/{}/{}"),
        ("/pipelines/{thing}/x/y", {"thing": "a/s3cr3t"}, "/pipelines/{thing}/{}/{}"),
    ],
)
async def test_the_template_is_reported(
    path: str, arguments: Any, told: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """In events, log, errors and counts: the declared template, else words and placeholders, and no argument."""
    caplog.set_level(logging.DEBUG, "aioheroku")
    server = await serve(lambda _: web.Response(status=404))
    events, pool, paths = EventLog(), Pool(), set[str]()
    async with Heroku("t", base_url=server.url + "/prefix", pool=pool, on_event=events) as heroku:
        for url in (path, f"{server.url}/prefix{path}"):
            with raises(errors.NotFound) as caught:
                await heroku.request("GET", url, **arguments)
            paths.add(caught.value.path)
    assert {event.path for event in events} == paths == {told}
    assert dict(pool.snapshot().used_by_route) == {f"GET {told}": 2}
    assert "s3cr3t" not in "".join(record.getMessage() for record in caplog.records if record.name == "aioheroku")


def page(*numbers: int, more: str | None = None) -> web.Response:
    """A page of plain objects."""
    items = [{"id": str(UUID(int=number)), "number": number} for number in numbers]
    return web.json_response(items, status=206 if more else 200, headers={"Next-Range": more} if more else {})


async def test_a_truncated_list_is_reported(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """An unrequested 206: a warning at the call, a log line, an event; and the response is returned."""
    server = await serve(lambda _: page(1, 2, more="id ]2..; max=2"))
    events = EventLog()
    async with Heroku("t", base_url=server.url, on_event=events) as heroku:
        with pytest.warns(HerokuWarning, match=r"GET /apps: .*truncated.*request_pages") as warned:
            response = await heroku.request("GET", "/apps")
        assert warned[0].filename == __file__
        assert (response.status, len(response.json())) == (206, 2)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert (await heroku.request("GET", "/apps")).status == 206  # -W error does not lose it
            caplog.clear()
            ranged = heroku.using(headers={"range": "id ..; max=2"})
            assert isinstance(await ranged.request("GET", "/apps"), Response)  # who asks for a part gets it
    assert [event.path for event in events if isinstance(event, Warned)] == ["/apps", "/apps"]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_truncated_list_may_be_a_200(serve: Serve) -> None:
    """A response with a next range is not the whole list, whatever its status; the last page is not reported."""
    server = await serve([web.json_response([1], headers={"Next-Range": "id ]1.."}), page(3)])
    async with Heroku("t", base_url=server.url) as heroku:
        with pytest.warns(HerokuWarning, match="request_pages"):
            await heroku.request("GET", "/teams/{team}/members", team="acme")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert (await heroku.request("GET", "/apps")).status == 200


async def test_request_pages_reads_a_whole_list(serve: Serve) -> None:
    """Plain JSON without a model, page after page, with query and headers; nothing is sent before it is used."""
    server = await serve([page(1, 2, more="id ]2..; max=2"), page(3)])
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.request_pages("GET", "/made-up/{x}/y", x="a b", params={"z": 1}, range=Range(max=2))
        assert server.seen == []
        assert [item["number"] async for item in pages] == [1, 2, 3]
        assert pages.cursor is None
    assert server.sent() == ["GET /made-up/a%20b/y?z=1"] * 2
    assert [request.headers["Range"] for request in server.seen] == ["id ..; max=2", "id ]2..; max=2"]


async def test_request_pages_takes_a_model(serve: Serve, app: Any) -> None:
    """Objects of it; the default order is the declared one, if a resource declares the list."""
    server = await serve(lambda _: web.json_response([app]))
    async with Heroku("t", base_url=server.url) as heroku:
        assert isinstance((await heroku.request_pages("GET", "/made-up", model=App))[0], App)
        await heroku.request_pages("get", "/organizations/{o}/apps", o="x")
        with raises(errors.InvalidRequest, match="^model: "):
            heroku.request_pages("GET", "/apps", model="App")  # type: ignore[call-overload]
        with raises(errors.InvalidRequest, match="^range: "):
            heroku.request_pages("GET", "/apps", range="id ..")  # type: ignore[call-overload]
    assert [request.headers["Range"] for request in server.seen] == ["id ..; max=1000", "name ..; max=1000"]


async def test_request_pages_by_post(serve: Serve) -> None:
    """Each page's request has the body; an undeclared POST does not count as a read."""
    server = await serve([page(1, more="id ]1..; max=1"), page(2)])
    async with Heroku("t", base_url=server.url) as heroku:
        found = await heroku.request_pages("POST", "/filters/made-up", json={"in": {"id": []}})
        assert [item["number"] for item in found] == [1, 2]
        with raises(errors.ReadOnlyError):
            await Heroku("t", base_url=server.url, read_only=True).request_pages("POST", "/filters/made-up", json={})
    assert server.bodies == [{"in": {"id": []}}] * 2


async def test_a_list_by_post_says_so(serve: Serve) -> None:
    """Its repr and the errors of reading it name the method that is sent."""
    server = await serve(lambda _: web.json_response([], status=206))
    async with Heroku("t", base_url=server.url) as heroku:
        for pages in (heroku.filters.apps({}), heroku.request_pages("POST", "/filters/apps", json={})):
            assert repr(pages).startswith("<Pages of POST /filters/apps, ")
            with raises(errors.PagingError, match="^POST /filters/apps: ") as caught:
                await pages
            assert (caught.value.method, caught.value.path) == ("POST", "/filters/apps")


async def test_raw_pages_that_are_no_list(serve: Serve) -> None:
    """An object in place of a list, and a 304, are the errors of a typed list, with the shape of the path."""
    server = await serve([web.json_response({"id": "s3cr3t"}), web.Response(status=304)])
    async with Heroku("t", base_url=server.url, retry=None) as heroku:
        pages = heroku.request_pages("GET", "/s3cr3t/pipelines")
        with raises(errors.DecodeError) as caught:
            await pages
        assert (caught.value.status, caught.value.template) == (200, "/{}/pipelines")
        assert "s3cr3t" not in str(caught.value)
        with raises(errors.NotModified):
            await pages


async def test_raw_pages_in_parallel(serve: Serve) -> None:
    """Plain objects have ids too: a list is split by them as any other."""

    def answer(request: web.Request) -> web.Response:
        if "Range" not in request.headers:
            return web.json_response({"remaining": 2400})
        start, _, end = request.headers["Range"].removeprefix("id ").partition(";")[0].partition("..")
        low, high = UUID(start or str(UUID(int=0))).int, UUID(end or str(UUID(int=2**128 - 1))).int
        return page(*(number for number in (1, 2, 2**127 + 5) if low <= number <= high))

    server = await serve(answer)
    async with Heroku("t", base_url=server.url, pool=Pool()) as heroku:
        found = await heroku.request_pages("GET", "/made-up").all(parallel=2)
    assert [item["number"] for item in found] == [1, 2, 2**127 + 5]
    assert server.sent().count("GET /made-up") == 2


async def test_endless_raw_pages_end(serve: Serve) -> None:
    """A list that leads in a circle is found by the ids of plain objects."""
    server = await serve(lambda request: page(1, 2, more=f"id ]{len(request.headers['Range'])}..; max=2"))
    async with Heroku("t", base_url=server.url, retry=Retry(attempts=1)) as heroku:
        with raises(errors.PagingError):
            await heroku.request_pages("GET", "/made-up")


async def test_params_are_in_no_traceback(serve: Serve) -> None:
    """They may hold secrets: no frame of a failed call shows them."""
    server = await serve(lambda _: web.Response(status=404))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.InvalidRequest) as caught:
            heroku.using(extra_query={"token": "s3cr3t-1", "x": [None]})
        with raises(errors.NotFound) as missing:
            await heroku.using(extra_query={"token": "s3cr3t-1"}, extra_body={"k": ["s3cr3t-2"]}).request("PUT", "/x")
    for error in (caught.value, missing.value):
        stack = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown = "".join(line for line in stack.format() if __file__ not in line)
        assert "s3cr3t-1" not in shown
