"""Ranges and pages, as the wire has them."""

from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api, Open


async def walk(api: Api, path: str, range: str) -> tuple[list[Any], list[int]]:
    """Every item, and the status of each page, following Next-Range to its end."""
    items, statuses, following = list[Any](), list[int](), range
    while following:
        page = await api("GET", path, Range=following)
        items += page.body
        statuses.append(page.status)
        following = page.headers.get("Next-Range")
    return items, statuses


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("field", ["id", "name", "updated_at"])
async def test_paging_yields_every_app_in_order(serve: Open, field: str, order: str) -> None:
    """Whatever order and page size, following Next-Range shows every app exactly once and in that order."""
    async with serve(apps=23, seed=1) as (_, api):
        items, statuses = await walk(api, "/apps", f"{field} ..; max=5, order={order}")
        assert statuses == [206, 206, 206, 206, 200]
        assert [item[field] for item in items] == sorted((item[field] for item in items), reverse=order == "desc")
        assert len({item["id"] for item in items}) == 23


async def test_equal_rows_survive_page_boundaries(serve: Open) -> None:
    """Apps that were updated in the same second all come, each once, whichever way one walks."""
    async with serve() as (_, api):
        for number in range(7):
            await api("POST", "/apps", {"name": f"app-{number}"})
        for order in ("asc", "desc"):
            items, _ = await walk(api, "/apps", f"updated_at ..; max=2, order={order}")
            assert sorted(item["name"] for item in items) == [f"app-{number}" for number in range(7)]


async def test_next_range_has_the_form_seen_on_the_wire(serve: Open) -> None:
    """The cursor is `id ]<last>..; max=<n>` with the last item's id, and keeps a descending order."""
    async with serve(apps=5) as (_, api):
        page = await api("GET", "/apps", Range="id ..; max=2")
        first, last = page.body[0]["id"], page.body[-1]["id"]
        assert page.headers["Next-Range"] == f"id ]{last}..; max=2"
        assert page.headers["Content-Range"] == f"id {first}..{last}"
        assert page.headers["Accept-Ranges"] == "id, name, updated_at"
        page = await api("GET", "/apps", Range="name ..; order=desc, max=2;")
        assert page.headers["Next-Range"] == f"name ]{page.body[-1]['name']}..; max=2, order=desc"


async def test_page_has_200_items_and_1000_at_most(serve: Open) -> None:
    """Without a Range 200 items come in the list's default order; max=1000 is served, 1001 is refused."""
    async with serve(apps=1001) as (_, api):
        plain = await api("GET", "/apps")
        assert (plain.status, len(plain.body)) == (206, 200)
        assert plain.headers["Next-Range"].startswith("name ]")
        assert len((await api("GET", "/apps", Range="id ..; max=1000")).body) == 1000
        assert (await api("GET", "/apps", Range="id ..; max=1001")).status == 400


@pytest.mark.parametrize("pages", [3, pytest.param(10, marks=pytest.mark.slow)])
async def test_thousands_of_apps_take_a_page_each(serve: Open, pages: int) -> None:
    """10,000 apps are ten full pages, and the platform counts ten requests."""
    async with serve(apps=1000 * pages, seed=1) as (platform, api):
        items, statuses = await walk(api, "/apps", "id ..; max=1000")
        assert (len(items), len(statuses), platform.requests_total) == (1000 * pages, pages, pages)


@pytest.mark.parametrize(
    ("range", "names"),
    [
        ("name {b}..{d}", "bcd"),
        ("name [{b}..{d}]", "bcd"),
        ("name ]{b}..{d}", "cd"),
        ("name {b}..{d}[", "bc"),
        ("name ]{b}..{d}[", "c"),
        ("name {c}..", "cde"),
        ("name ]{c}..;", "de"),
        ("name ..", "abcde"),
        ("..", "abcde"),
        ("..; max=2", "ab"),
        ("name ..; max=2, order=desc", "ed"),
        ("name ..; order=desc,max=2;", "ed"),
        ("name ]{c}..; order=desc", "ba"),
        ("name {c}..; order=desc", "cba"),
        ("name {b}..{d}; order=desc", "dcb"),
        ("name {b}b..cz", "c"),
        ("name x..z", ""),
    ],
)
async def test_the_grammar(serve: Open, range: str, names: str) -> None:
    """Bounds, brackets, max and order mean what Heroku's grammar says, in either sequence of keys."""
    async with serve() as (_, api):
        for name in "abcde":
            await api("POST", "/apps", {"name": name * 4})
        names_of = {letter: letter * 4 for letter in "abcde"}
        page = await api("GET", "/apps", Range=range.format(**names_of))
        assert page.status in {200, 206}
        assert "".join(item["name"][0] for item in page.body) == names


@pytest.mark.parametrize(
    "range",
    [
        "id ..; max=10; order=desc",
        "id",
        "id ..; max=0",
        "id ..; max=-1",
        "id ..; max=ten",
        "id ..; order=up",
        "id ..; min=3",
        "id ..z",
        "id x.y",
        "",
        "id..",
    ],
)
async def test_malformed_range_is_rejected(api: Api, range: str) -> None:
    """Keys parted by `;`, an end without a start, unknown keys and nonsense are 400 with the text of the wire."""
    got = await api("GET", "/apps", Range=range)
    assert got.status == 400
    assert got.body["id"] == "bad_request"
    assert got.body["message"].startswith("Invalid `Range` header. Please use format like `id ..; max=10")


async def test_an_order_the_list_does_not_take_is_416(api: Api, deployed: str) -> None:
    """Each list takes its own orders and no others."""
    for path in ("/apps", f"{deployed}/releases"):
        got = await api("GET", path, Range="colour ..; max=10")
        assert (got.status, got.body["id"]) == (416, "requested_range_not_satisfiable")
    assert (await api("GET", f"{deployed}/releases", Range="name ..")).status == 416


@pytest.mark.parametrize(
    ("path", "default", "accepted"),
    [
        ("/apps", "name", "id, name, updated_at"),
        ("{}/addons", "name", "id, name"),
        ("{}/domains", "hostname", "hostname, id"),
        ("{}/releases", "version", "id, version"),
        ("{}/collaborators", "email", "email, id"),
        ("{}/features", "name", "id, name"),
        ("{}/log-drains", "url", "id, url"),
        ("{}/ssl-endpoints", "name", "id, name"),
        ("/regions", "name", "id, name"),
        ("/stacks", "name", "id, name"),
        ("/account/features", "name", "id, name"),
        ("/addon-services", "name", "id, name"),
        ("/addon-services/mongolab/plans", "name", "id, name"),
    ],
)
async def test_default_orders(api: Api, deployed: str, path: str, default: str, accepted: str) -> None:
    """Without a Range a list comes in the order seen on the wire, and says which orders it takes."""
    got = await api("GET", path.format(deployed))
    assert got.headers["Accept-Ranges"] == accepted
    if got.body:
        assert got.headers["Content-Range"].startswith(f"{default} ")
    else:
        assert "Content-Range" not in got.headers


async def test_releases_are_ordered_by_number(platform: Platform, api: Api) -> None:
    """Version 10 comes after version 9; the newest is one request away; a version that is no number is 400."""
    long = next(app for app in platform.state.apps.values() if len(app.parts.releases) > 10)
    path = f"/apps/{long.row['name']}/releases"
    items, _ = await walk(api, path, "version ..; max=4")
    assert [item["version"] for item in items] == list(range(1, len(items) + 1))
    newest = await api("GET", path, Range="version ..; order=desc, max=1")
    assert [item["version"] for item in newest.body] == [len(items)]
    assert (await api("GET", path, Range="version x..")).status == 400


@pytest.mark.parametrize("part", ["dynos", "formation"])
async def test_dynos_and_formation_are_not_paged(api: Api, deployed: str, part: str) -> None:
    """Both lists come whole, without any range header, and a Range changes nothing."""
    plain = await api("GET", f"{deployed}/{part}")
    ranged = await api("GET", f"{deployed}/{part}", Range="nonsense ..; max=1")
    assert plain.status == ranged.status == 200
    assert plain.body == ranged.body != []
    assert not {"Accept-Ranges", "Content-Range", "Next-Range"} & set(ranged.headers)


async def test_a_range_on_a_single_object_is_ignored(api: Api, deployed: str) -> None:
    """Only lists look at the header."""
    got = await api("GET", deployed, Range="nonsense")
    assert got.status == 200
    assert "Content-Range" not in got.headers
