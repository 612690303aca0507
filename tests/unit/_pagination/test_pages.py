"""Range and Pages: nothing is lost, nothing is requested twice."""

import itertools
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool, Range, errors
from aioheroku.testing import Platform
from tests._support.fakes import Serve
from tests._support.secrets import raises


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (Range(), "id ..; max=1000"),
        (Range("version", order="desc", max=1), "version ..; max=1, order=desc"),
        (Range(after="x", order="desc"), "id ]x..; max=1000, order=desc"),
        (Range("name", start="a", end="b", max=10), "name a..b; max=10"),
        (Range("version", start=5), "version 5..; max=1000"),
        (Range(after=UUID(int=1)), f"id ]{UUID(int=1)}..; max=1000"),
    ],
)
def test_a_range_renders_the_header(given: Range, text: str) -> None:
    """A range is sent in the grammar of Heroku's API."""
    assert str(given) == text


@pytest.mark.parametrize(
    "text",
    [
        "id ]1fd05fb4-97a2-49ca-aed4-68fd58ebe069..; max=1",
        "name ..; order=desc,max=10;",
        "id a..z[; max=5000",
        "version ..",
        "x",
    ],
)
def test_a_parsed_range_is_sent_unchanged(text: str) -> None:
    """The next range is sent back exactly as the platform named it."""
    assert str(Range.parse(text)) == text


@pytest.mark.parametrize(
    "make",
    [
        lambda: Range(max=1001),
        lambda: Range(max=0),
        lambda: Range(max=True),
        lambda: Range(max="5"),  # type: ignore[arg-type]
        lambda: Range(""),
        lambda: Range("id; max=5"),
        lambda: Range(order="up"),  # type: ignore[arg-type]
        lambda: Range(start="a", after="b"),
        lambda: Range(end="b"),
        lambda: Range(start="a\r\nX: y"),
        lambda: Range(after="a..b"),
        lambda: Range(start="a b"),
        lambda: Range(start="a."),
        lambda: Range(start="a", end=".b"),
        lambda: Range(start="a", end="b["),
        lambda: Range.parse("id ..\r\nX: y"),
        lambda: Range.parse(""),
        lambda: Range.parse(None),  # type: ignore[arg-type]
    ],
)
def test_bad_range_is_rejected(make: Any) -> None:
    """A range that the API would reject, or misunderstand, costs no token."""
    with raises(errors.InvalidRequest, match=r"^range"):
        make()


async def test_a_list_takes_only_its_orders(serve: Serve) -> None:
    """A field that the endpoint does not accept is refused; the error names those that it accepts."""
    server = await serve([])
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.InvalidRequest, match="'id' or 'name' or 'updated_at'"):
            heroku.apps.list(range=Range("email"))
        with raises(errors.InvalidRequest, match=r"Range\.parse"):
            heroku.apps.list(range="id ..")  # type: ignore[arg-type]
    assert server.seen == []


def numbered(app: dict[str, Any], number: int) -> dict[str, Any]:
    return {**app, "id": str(UUID(int=number)), "name": f"app-{number}"}


def paged(app: dict[str, Any], sizes: list[int], status: int = 206) -> list[web.Response]:
    """Pages of this many apps, each naming the next."""
    numbers = itertools.count()
    answers: list[web.Response] = []
    for index, size in enumerate(sizes):
        last = index == len(sizes) - 1
        headers = {} if last else {"Next-Range": f"id ]{index}..; max=2"}
        items = [numbered(app, next(numbers)) for _ in range(size)]
        answers.append(web.json_response(items, status=200 if last else status, headers=headers))
    return answers


@pytest.mark.parametrize("status", [206, 200])
async def test_pages_follow_next_range_only(serve: Serve, app: Any, status: int) -> None:
    """Next-Range is followed on 206 and 200 alike, verbatim, through empty pages, to the end."""
    server = await serve(paged(app, [2, 0, 2, 1], status))
    async with Heroku("t", base_url=server.url) as heroku:
        names = [item.name async for item in heroku.apps.list()]
    assert names == [f"app-{number}" for number in range(5)]
    ranges = [request.headers["Range"] for request in server.seen]
    assert ranges == ["id ..; max=1000", "id ]0..; max=2", "id ]1..; max=2", "id ]2..; max=2"]


async def test_pages_are_lazy_and_reusable(serve: Serve, app: Any) -> None:
    """Making a list sends nothing, and each walk begins at the start."""
    server = await serve(lambda _: web.json_response([app]))
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.apps.list()
        assert server.seen == []
        assert await pages.all() == await pages.all()
    assert len(server.seen) == 2


async def test_cursor_resumes_where_reading_stopped(serve: Serve, app: Any) -> None:
    """After a page that is done the cursor is its Next-Range; a list that begins there has the rest."""
    server = await serve(paged(app, [2, 2, 1]))
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.apps.list()
        async for page in pages.pages():
            assert [item.name for item in page] == ["app-0", "app-1"]
            assert pages.cursor == "id ..; max=1000"
            pages.done()
            break
        assert pages.cursor == "id ]0..; max=2"
        rest = heroku.apps.list(range=Range.parse(pages.cursor))
        assert [item.name for item in await rest.all()] == ["app-2", "app-3", "app-4"]
        assert rest.cursor is None
    assert server.seen[1].headers["Range"] == "id ]0..; max=2"


async def test_within_a_page_the_cursor_loses_no_item(serve: Serve, app: Any) -> None:
    """Until the consumer asks for more after the last item of a page, the cursor is that page."""
    server = await serve(
        lambda request: (
            paged(app, [2, 1])[0] if "]" not in request.headers["Range"] else web.json_response([numbered(app, 2)])
        )
    )
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.apps.list()
        iterator = pages.__aiter__()
        await iterator.__anext__()
        assert pages.cursor == "id ..; max=1000"
        await iterator.__anext__()
        assert pages.cursor == "id ..; max=1000"
        await iterator.__anext__()
        assert pages.cursor == "id ]0..; max=2"


@pytest.mark.parametrize("cycle", [["id ]a..; max=2"] * 2, ["id ]a..; max=2", "id ]b..; max=2", "id ]a..; max=2"]])
async def test_circular_range_is_an_error(serve: Serve, app: Any, cycle: list[str]) -> None:
    """A cycle of any length ends with PagingError, and no range is requested twice."""
    answers = [
        web.json_response([numbered(app, number)], status=206, headers={"Next-Range": text})
        for number, text in enumerate(cycle)
    ]
    server = await serve(answers)
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.apps.list()
        with raises(errors.PagingError) as caught:
            await pages.all()
    assert len(pages.gathered) == len(cycle)
    assert caught.value.cursor == cycle[-1]
    assert len({request.headers["Range"] for request in server.seen}) == len(server.seen) == len(cycle)


async def test_partial_page_without_next_range_fails(serve: Serve, app: Any) -> None:
    """A 206 without Next-Range hands out its items, and then says that the rest is unknown."""
    server = await serve([web.json_response([app], status=206)])
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.apps.list()
        seen: list[str] = []
        with raises(errors.PagingError, match="named no next range"):
            async for item in pages:
                seen.append(item.name)  # noqa: PERF401 - likewise
    assert seen == ["example"]
    assert pages.cursor == "id ..; max=1000"


async def test_items_moving_between_pages_come_once() -> None:
    """A list is read by id, which never changes: apps renamed, created or deleted meanwhile do not move the others."""
    async with (
        Platform(apps=12, seed=7) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        before = [app.id for app in await heroku.apps.list().all()]
        seen: list[UUID] = []
        async for page in heroku.apps.list(range=Range(max=3)).pages():
            seen += [app.id for app in page]
            number = len(seen)
            await heroku.apps.update(page[0].id, name=f"aaa-{number}")  # to the front, by name
            await heroku.apps.update(before[-1], name=f"zzz-{number}")
            await heroku.apps.create(name=f"mmm-{number}")
            await heroku.apps.delete(page[1].id)
        assert [id_ for id_ in seen if id_ in before] == before
        assert len(seen) == len(set(seen))


async def test_failed_page_keeps_earlier_items(serve: Serve, app: Any) -> None:
    """`all()` that fails half-way leaves what it has fetched, and a cursor to continue from."""
    answers = [*paged(app, [2, 2])[:1], web.json_response({"id": "forbidden"}, status=403)]
    server = await serve(answers)
    async with Heroku("t", base_url=server.url) as heroku:
        pages = heroku.apps.list()
        with raises(errors.Forbidden) as caught:
            await pages.all()
    assert [item.name for item in pages.gathered] == ["app-0", "app-1"]
    assert pages.cursor == "id ]0..; max=2"
    assert "pages.gathered" in caught.value.__notes__[0]


async def test_first_costs_one_request(serve: Serve, app: Any) -> None:
    """The first item is requested alone, in one request; an empty list has none."""
    server = await serve([*paged(app, [1, 1])[:1], web.json_response([])])
    async with Heroku("t", base_url=server.url) as heroku:
        first = await heroku.apps.list().first()
        assert first is not None
        assert first.name == "app-0"
        assert len(server.seen) == 1
        assert await heroku.apps.list(range=Range("name", max=5)).first() is None
    assert [request.headers["Range"] for request in server.seen] == ["id ..; max=1", "name ..; max=1"]
