"""Which apps an audit reads."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku.audit import Audit
from aioheroku.errors import HerokuError, NotFound
from aioheroku.testing import Platform, faults
from tests._support.secrets import raises


async def names(heroku: Heroku, **choice: Any) -> set[str]:
    audit = Audit(heroku, include=["domains"], **choice)
    read = [record.name async for record in audit.records()]
    assert len(read) == len(set(read)) == await audit.count()
    return set(read)


async def test_apps_are_chosen_by_name_or_id(heroku: Heroku) -> None:
    """Apps that are named are read, by name or id, each once; no other is."""
    first, second, *_ = [app async for app in heroku.apps.list()]
    assert await names(heroku, apps=[first.name, str(second.id), first.id]) == {first.name, second.name}


async def test_apps_are_chosen_by_pattern(heroku: Heroku) -> None:
    """The pattern holds for the whole name, and together with the names given."""
    apps = [app.name async for app in heroku.apps.list()]
    assert await names(heroku, match=f"{apps[0][:-2]}*") == {name for name in apps if name.startswith(apps[0][:-2])}
    assert await names(heroku, match=apps[0][:-2]) == set()
    assert await names(heroku, apps=apps[:2], match=apps[0]) == {apps[0]}


async def test_apps_are_chosen_by_team(platform: Platform, heroku: Heroku) -> None:
    """The apps of a team are read, those of others are not."""
    await heroku.team_apps.create(name="of-the-team", team="acme")
    platform.advance(10)
    chosen = await names(heroku, team="acme")
    assert "of-the-team" in chosen
    owned = {app.name async for app in heroku.apps.list() if app.owner.email == "acme@herokumanager.com"}
    assert chosen == owned
    assert await names(heroku, team="nobody") == set()


async def test_an_app_that_is_missing_is_an_error(heroku: Heroku) -> None:
    """A mistyped app is reported by `count`, before any part is read."""
    with raises(NotFound):
        await Audit(heroku, apps=["no-such-app"]).count()


def asked(platform: Platform) -> Counter[str]:
    """The requests since they were cleared, by method and template."""
    return Counter(f"{one.method} {one.template}" for one in platform.requests)


async def a_member(platform: Platform, heroku: Heroku) -> tuple[Heroku, list[Any]]:
    """A read-only session of a member of `acme` who has joined none of its apps, and the ids of these."""
    await heroku.team_members.create_or_update("acme", email="late@example.com", role="member")
    ids = [app.id async for app in heroku.team_apps.list_by_team("acme")]
    token = platform.account("late@example.com")
    return Heroku(token, base_url=platform.url, pool=Pool(), retry=None, read_only=True), ids


@pytest.fixture
async def large() -> AsyncIterator[tuple[Platform, Heroku]]:
    """A platform with two pages of apps."""
    platform = Platform(apps=1500, capacity=50_000)
    with platform.in_thread():
        async with Heroku(platform.token, base_url=platform.url, pool=Pool(), read_only=True) as heroku:
            yield platform, heroku


async def test_ids_that_the_list_lacks() -> None:
    """Apps of a team that one has not joined take one call, not one each; a mistyped one is still an error."""
    async with (
        Platform(apps=200, capacity=5000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku,
    ):
        member, ids = await a_member(platform, heroku)
        assert len(ids) > 30
        platform.clear_requests()
        async with member:
            audit = Audit(member, include=["team"], apps=[*ids[:-1], str(ids[-1]).upper()])
            assert await audit.count() == len(ids)
            assert asked(platform) == {"GET /stacks": 1, "GET /apps": 1, "POST /filters/apps": 1}
            price = audit.price(len(ids))
            assert (price.saved["apps"], price.saved["team"]) == (len(ids) - 1, len(ids))
            records = [record async for record in audit.records()]
            assert {record.id for record in records} == set(ids)
            assert {record.parts["team"]["name"] for record in records} == {"acme"}
            assert audit.saved["apps"] == len(ids) - 1
            assert any(f"apps {len(ids) - 1}" in note for note in audit.notes())
            with raises(NotFound):
                await Audit(member, apps=[*ids, "01234567-89ab-cdef-0123-456789abcdef"]).count()


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize(
    "problem", [faults.Answer(401, {"id": "unauthorized", "message": "No."}), faults.ServerError(), faults.Reset()]
)
async def test_a_platform_without_filters(problem: faults.Fault, few: bool) -> None:
    """Each id is requested by itself there, as where there is only one; after another error nothing more is."""
    async with (
        Platform(apps=40, capacity=5000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku,
    ):
        await heroku.apps.create(name="mine")
        known = {str(app.id): app async for app in heroku.apps.list()}
        hidden = [id for id in known if known[id].name != "mine"][: 1 if few else 5]
        shown = [platform.state.apps[id].row for id in known if id not in hidden]
        platform.fault(faults.Answer(200, shown), times=None, path="/apps")
        platform.fault(faults.Answer(404, {"id": "not_found", "message": "Not found."}), times=None, path="/filters/*")
        platform.clear_requests()
        audit = Audit(heroku, include=["team"], apps=hidden)
        assert await audit.count() == len(hidden)
        assert asked(platform)["GET /apps/{app}"] == len(hidden)
        assert asked(platform)["POST /filters/apps"] == (0 if few else 1)
        assert "apps" not in audit.price(len(hidden)).saved
        platform.clear_faults()
        platform.fault(faults.Answer(200, shown), times=None, path="/apps")
        platform.clear_requests()
        platform.fault(problem, times=None, path="/filters/*")
        if not few:
            with raises(HerokuError):
                await audit.count()
            assert "GET /apps/{app}" not in asked(platform)


@pytest.mark.parametrize("filters", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_many_of_more_are_read_by_their_ids(large: tuple[Platform, Heroku], filters: bool) -> None:
    """More than a page of apps, but not all: their ids take fewer calls than the list, and no attribute is lost."""
    platform, heroku = large
    if not filters:
        platform.fault(faults.Answer(404, {"id": "not_found", "message": "Not found."}), times=None, path="/filters/*")
    every = {app.id: app async for app in heroku.apps.list()}
    chosen = {id for number, id in enumerate(every) if number % 1000 != 7}
    chosen = set(list(chosen)[:1400]) if filters else chosen
    async with Heroku(platform.token, base_url=platform.url, pool=Pool()) as other:
        for number in range(600):
            await other.apps.create(name=f"more-{number}")
    platform.clear_requests()
    audit = Audit(heroku, include=["team"], apps=chosen)
    assert await audit.count() == len(chosen)
    price = audit.price(len(chosen))
    records = {record.id: record async for record in audit.records()}
    assert asked(platform)["POST /filters/apps"] == (2 if filters else 1)
    assert asked(platform)["GET /apps"] == (3 if filters else 6)
    assert price.saved["apps"] == 1
    assert set(records) == chosen
    for id, record in records.items():
        app = every[id]
        assert (record.name, record.stack, record.owner) == (app.name, app.stack.name, app.owner.email)
        assert record.parts["team"] == ({"name": app.team.name, "id": app.team.id} if app.team else None)
