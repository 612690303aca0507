"""What the options of a declaration put on the wire."""

import enum
import logging
import traceback
from collections.abc import AsyncIterator
from typing import Annotated, Any, TypedDict
from uuid import UUID

import pytest
from aiohttp import web
from attrs import frozen

from aioheroku import UNSET, App, Heroku, MemoryCache, Pages, Pool, Range, Retry, Unset, errors
from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, PUT, Header, Ref, Resource
from aioheroku._codec import OneOf
from aioheroku._pagination import FULL
from aioheroku.events import Sent
from tests._support.fakes import Serve, Server
from tests._support.secrets import EventLog, raises

# mypy: disable-error-code=empty-body

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")
SECRET = "pa55-word-of-mine"


@frozen(kw_only=True)
class Item:
    """An item with an id."""

    id: UUID | None = None
    seq: int | None = None
    status: str | None = None


@frozen(kw_only=True)
class Permission:
    """An item with a name, without an id."""

    description: str
    name: str


@frozen(kw_only=True)
class Peering:
    """An item whose id has another name."""

    aws_vpc_id: str
    pcx_id: str


@frozen(kw_only=True)
class Archive:
    """An item without an identifying attribute."""

    month: int
    year: int


Wanted = TypedDict("Wanted", {"in": dict[str, list[str]]}, total=False)


class Things(Resource):
    """One declaration of each form."""

    @GET("/items")
    def list(self, /, *, range: Range = FULL) -> Pages[Item]: ...

    @GET("/permissions")
    def permissions(self, /, *, range: Range = FULL) -> Pages[Permission]: ...

    @GET("/peerings")
    def peerings(self, /, *, range: Range = FULL) -> Pages[Peering]: ...

    @GET("/archives")
    def archives(self, /, *, range: Range = FULL) -> Pages[Archive]: ...

    @GET("/deliveries", default_order="seq", accept="3.webhooks")
    def deliveries(self, /, *, range: Range = FULL) -> Pages[Item]: ...

    @GET("/events/{account}")
    def events(
        self, account: Ref, /, *, day: str | Unset = UNSET, all: bool | Unset = UNSET, range: Range = FULL
    ) -> Pages[Item]: ...

    @POST("/filters/items", order_fields=("id", "name"), reads=True)
    def filtered(self, filters: Wanted, /, *, range: Range = FULL) -> Pages[Item]: ...

    @POST("/actions/items/resolve", reads=True)
    async def resolve(self, *, item: str) -> Item: ...

    @PATCH("/items/{item}/acm", body={"refresh": True})
    async def refresh(self, item: Ref, /, *, force: bool | Unset = UNSET) -> Item: ...

    @DELETE("/items/{item}")
    async def delete(self, item: Ref, /, *, force: bool | Unset = UNSET) -> Item | None: ...

    @DELETE("/me")
    async def leave(self, *, password: Annotated[str, Header("Heroku-Password")]) -> Item | None: ...

    @PUT("/items/{item}/rotate")
    async def rotate(self, item: Ref, /, *, code: Annotated[str, Header("X-Code")] | Unset = UNSET) -> None: ...

    @POST("/items")
    async def create(self, *, kind: Annotated[str, OneOf("a", "b")]) -> Item | None: ...


Made = tuple[Things, Heroku, Server]


@pytest.fixture
async def made(serve: Serve) -> AsyncIterator[Made]:
    """The resource, its session and their server, which returns empty lists."""
    server = await serve(
        lambda request: web.json_response([] if request.method == "GET" or "filters" in request.path else {"seq": 1})
    )
    async with Heroku("t", base_url=server.url, pool=Pool(), retry=None) as heroku:
        yield Things(heroku._view), heroku, server


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("list", "id ..; max=1000"),
        ("permissions", "name ..; max=1000"),
        ("peerings", "pcx_id ..; max=1000"),
        ("archives", "month ..; max=1000"),
        ("deliveries", "seq ..; max=1000"),
    ],
)
async def test_a_list_without_orders_has_one(made: Made, name: str, sent: str) -> None:
    """The first Range sorts by id, by the declared order, or by the attribute that identifies an item."""
    things, _, server = made
    assert await getattr(things, name)() == []
    assert server.seen[0].headers["Range"] == sent


async def test_unstated_orders_are_those_of_items(made: Made) -> None:
    """`range=` accepts any attribute of an item, and `id`; anything else is refused before sending."""
    things, _, server = made
    for field in ("id", "seq", "status"):
        await things.list(range=Range(field, order="desc", max=5))
    await things.permissions(range=Range("id"))
    await things.deliveries(range=Range.parse("seq ]5..; max=2"))
    with raises(errors.InvalidRequest, match=r"^range\.field: .*'colour'.*'id' or 'seq' or 'status'"):
        things.list(range=Range("colour"))
    with raises(errors.InvalidRequest, match=r"^range\.field: .*'status'.*'id' or 'name'"):
        things.filtered({}, range=Range("status"))
    assert [request.headers["Range"].split()[0] for request in server.seen] == ["id", "seq", "status", "id", "seq"]


async def test_a_query_goes_along_with_every_page(serve: Serve) -> None:
    """Keywords of a list are its query, also on the second page; UNSET is not sent, True is `true`."""
    server = await serve(
        [
            web.json_response([{"seq": 1}], status=206, headers={"Next-Range": "id ]1..; max=1000"}),
            web.json_response([{"seq": 2}]),
        ]
    )
    async with Heroku("t", base_url=server.url) as heroku:
        events = Things(heroku._view).events("big co", day="2026-11-28", all=True)
        assert [item.seq for item in await events] == [1, 2]
    assert server.sent() == ["GET /events/big%20co?day=2026-11-28&all=true"] * 2


async def test_a_post_that_reads_pages(serve: Serve) -> None:
    """Each page is the same POST with the next Range; it is allowed in a read-only session, and retried."""
    server = await serve(
        [
            web.Response(status=503),
            web.json_response([{"seq": 1}], status=206, headers={"Next-Range": "id ]1..; max=1000"}),
            web.json_response([{"seq": 2}]),
            web.json_response({"seq": 3}),
        ]
    )
    retry, told = Retry(attempts=2, base=0), EventLog()
    async with Heroku("t", base_url=server.url, read_only=True, retry=retry, on_event=told) as heroku:
        things = Things(heroku._view)
        assert [item.seq for item in await things.filtered({"in": {"id": [str(ID)]}})] == [1, 2]
        assert (await things.resolve(item="x")).seq == 3
        with raises(errors.ReadOnlyError):
            await things.create(kind="a")
    assert server.sent() == ["POST /filters/items"] * 3 + ["POST /actions/items/resolve"]
    assert server.bodies == [{"in": {"id": [str(ID)]}}] * 3 + [{"item": "x"}]
    assert [request.headers.get("Range") for request in server.seen] == [
        "id ..; max=1000", "id ..; max=1000", "id ]1..; max=1000", None,
    ]  # fmt: skip
    assert [event.attempt for event in told if isinstance(event, Sent)] == [1, 2, 1, 1]


async def test_a_failed_read_may_be_repeated(serve: Serve) -> None:
    """The error of a POST that changes nothing does not warn that it may have been executed; that of a write does."""
    server = await serve(lambda _: web.Response(status=500))
    async with Heroku("t", base_url=server.url, retry=None) as heroku:
        things = Things(heroku._view)
        for call, warns in ((things.resolve(item="x"), False), (things.create(kind="a"), True)):
            with raises(errors.InternalServerError) as caught:
                await call
            assert ("executed" in str(caught.value)) == warns


async def test_a_post_that_reads_must_find_one(serve: Serve) -> None:
    """As with a GET, an empty response to a read is not a success."""
    server = await serve(lambda _: web.Response(status=200))
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.DecodeError):
            await Things(heroku._view).resolve(item="x")
        with raises(errors.DecodeError):
            await Things(heroku._view).filtered({})


async def test_a_reading_post_keeps_the_cache(serve: Serve, app: Any) -> None:
    """It invalidates nothing and is not cached; a write invalidates, and is not cached either."""
    server = await serve(
        lambda request: (
            web.Response(status=304) if "If-None-Match" in request.headers
            else web.json_response(app, headers={"ETag": '"e"'})
        )
    )  # fmt: skip

    class Mine(Resource):
        @GET("/mine/{id}")
        async def info(self, id: Ref, /) -> App: ...

        @POST("/mine/{id}", reads=True)
        async def look(self, id: Ref, /, *, at: str) -> App: ...

        @POST("/mine/{id}")
        async def change(self, id: Ref, /, *, at: str) -> App: ...

    cache = MemoryCache()
    async with Heroku("t", base_url=server.url, cache=cache) as heroku:
        mine = Mine(heroku._view)
        for call in (mine.info("x"), mine.look("x", at="y"), mine.look("x", at="y"), mine.info("x")):
            await call
        assert ["If-None-Match" in request.headers for request in server.seen] == [False, False, False, True]
        await mine.change("x", at="y")
        await mine.info("x")
        assert "If-None-Match" not in server.seen[-1].headers


async def test_a_fixed_body_goes_out_unasked(made: Made) -> None:
    """The caller's keywords are added to it."""
    things, _, server = made
    await things.refresh("x")
    await things.refresh("x", force=True)
    assert server.bodies == [{"refresh": True}, {"refresh": True, "force": True}]


async def test_a_delete_has_a_body_when_asked(made: Made) -> None:
    """Without keywords there is neither a body nor a Content-Type."""
    things, _, server = made
    await things.delete("x")
    await things.delete("x", force=UNSET)
    await things.delete("x", force=True)
    assert server.bodies == [None, None, {"force": True}]
    assert ["Content-Type" in request.headers for request in server.seen] == [False, False, True]


async def test_a_keyword_can_be_a_header(made: Made) -> None:
    """It is a header of that call alone, and not part of a body."""
    things, _, server = made
    await things.leave(password=SECRET)
    await things.rotate("x", code="12")
    await things.rotate("x")
    assert server.bodies == [None, None, None]
    assert [request.headers.get("Heroku-Password") for request in server.seen] == [SECRET, None, None]
    assert [request.headers.get("X-Code") for request in server.seen] == [None, "12", None]


@pytest.mark.parametrize("password", [SECRET + "\n", SECRET.encode(), "", None, f"{SECRET}\u00e4"])
async def test_a_header_that_cannot_be_is_refused(made: Made, password: Any) -> None:
    """The error has the keyword's name, comes before anything is sent, and no frame holds the value."""
    things, _, server = made
    with raises(errors.InvalidRequest, match=r"^password: ") as caught:
        await things.leave(password=password)
    assert server.seen == []
    if isinstance(password, str):
        assert_hidden(caught.value)


async def test_a_password_is_in_no_traceback(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a failed call nor a wrong one shows it in a frame, and no line of log has it."""
    caplog.set_level(logging.DEBUG)
    server = await serve(lambda _: web.json_response({"id": "unauthorized"}, status=401))
    async with Heroku("t", base_url=server.url) as heroku:
        things: Any = Things(heroku._view)
        with raises(errors.Unauthorized) as refused:
            await things.leave(password=SECRET)
        with raises(TypeError) as mistaken:
            await things.leave(password=SECRET, more=1)
    assert_hidden(refused.value)
    assert_hidden(mistaken.value)
    assert SECRET not in caplog.text


def assert_hidden(error: BaseException) -> None:
    stack = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown = [line for line in stack.format() if __file__ not in line]
    assert len(shown) > 2
    assert SECRET not in "".join(shown)


async def test_a_variant_is_sent_unless_asked_otherwise(made: Made) -> None:
    """The declaration's version of the API is sent by default; that of `using` takes precedence, even the usual one."""
    things, heroku, server = made
    await things.deliveries()
    await things.list()
    for view in (heroku.using(accept="3"), heroku.using(headers={"accept": "text/x"}).using(label="x")):
        await Things(view._view).deliveries()
    prefix = "application/vnd.heroku+json; version="
    assert [request.headers["Accept"] for request in server.seen] == [
        f"{prefix}3.webhooks", f"{prefix}3", f"{prefix}3", "text/x",
    ]  # fmt: skip


async def test_nothing_comes_back_where_nothing_may(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """202 with `{}` or nothing is `None`, without a warning if the type allows it."""
    server = await serve(lambda request: web.Response(status=202, text="{}" if "rotate" in request.path else ""))
    async with Heroku("t", base_url=server.url) as heroku:
        things: Any = Things(heroku._view)
        assert await things.rotate("x") is None
        assert await things.create(kind="other") is None
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert server.bodies == [None, {"kind": "other"}]


class Version(enum.IntEnum):
    FIRST = 1


class Named(enum.Enum):
    WEB = "web"


@pytest.mark.parametrize(
    ("given", "sent"),
    [(42, "42"), (0, "0"), (Version.FIRST, "1"), (Named.WEB, "web"), (Item(id=ID), str(ID)), (10**20, str(10**20))],
    ids=str,
)
async def test_numbers_and_objects_name_things(made: Made, given: Any, sent: str) -> None:
    """A version, an enum's value and the id of an object are path arguments."""
    things, _, server = made
    await things.delete(given)
    assert server.sent() == [f"DELETE /items/{sent}"]


async def test_a_model_stands_for_its_id(serve: Serve, app: Any) -> None:
    """The result of a call is an argument of the next one, as are the objects in it."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url) as heroku:
        found = await heroku.apps.info("example")
        await heroku.apps.info(found)
        await heroku.apps.info(found.owner)
        await heroku.dynos.restart(found, 42)
    assert server.sent()[1:] == [
        f"GET /apps/{found.id}", f"GET /apps/{found.owner.id}", f"DELETE /apps/{found.id}/dynos/42",
    ]  # fmt: skip


class Odd:
    id = ("x",)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (Item(), "this Item has no id: give a name or an id instead"),
        (Permission(description="d", name="n"), "got Permission"),
        (Odd(), "got Odd"),
        (Item, "got type"),
        (True, "got bool"),
        (-1, "must not be negative"),
        ({"id": "x"}, "got dict"),
    ],
)
async def test_what_names_nothing_is_refused(made: Made, given: Any, text: str) -> None:
    """The error names the argument and says what is accepted."""
    things, _, server = made
    with raises(errors.InvalidRequest, match=f"^item: .*{text}"):
        await things.delete(given)
    assert server.seen == []
