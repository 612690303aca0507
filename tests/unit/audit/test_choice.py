"""Which apps an audit reads."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku.audit import Audit
from aioheroku.errors import NotFound
from aioheroku.testing import Platform
from tests._support.secrets import raises


@pytest.fixture
async def heroku() -> AsyncIterator[Heroku]:
    """A session with a platform of twelve apps."""
    async with (
        Platform(apps=12, capacity=5000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku,
    ):
        yield heroku


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


async def test_apps_are_chosen_by_team(heroku: Heroku) -> None:
    """The apps of a team are read, those of others are not."""
    await heroku.team_apps.create(name="of-the-team", team="acme")
    chosen = await names(heroku, team="acme")
    assert "of-the-team" in chosen
    owned = {app.name async for app in heroku.apps.list() if app.owner.email == "acme@herokumanager.com"}
    assert chosen == owned
    assert await names(heroku, team="nobody") == set()


async def test_an_app_that_is_missing_is_an_error(heroku: Heroku) -> None:
    """A mistyped app is told by the count, before any part is read."""
    with raises(NotFound):
        await Audit(heroku, apps=["no-such-app"]).count()
