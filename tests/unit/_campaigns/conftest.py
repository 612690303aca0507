"""What the tests of campaigns share: a platform, a session for its account, the apps that it sees, a journal's file."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Heroku
from aioheroku.testing import Platform


@pytest.fixture
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    """A platform with enough tokens and eight apps, or as many as a module names."""
    async with Platform(apps=getattr(request.module, "APPS", 8), seed=7, capacity=10_000) as platform:
        yield platform


@pytest.fixture
async def heroku(request: pytest.FixtureRequest, platform: Platform) -> AsyncIterator[Heroku]:
    """A session, with the options that a module names."""
    options: dict[str, Any] = getattr(request.module, "OPTIONS", {})
    async with Heroku(platform.token, base_url=platform.url, **options) as heroku:
        yield heroku


@pytest.fixture
async def apps(heroku: Heroku) -> list[str]:
    """The names of its apps."""
    return [app.name async for app in heroku.apps.list()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal goes."""
    return tmp_path / "campaign.jsonl"
