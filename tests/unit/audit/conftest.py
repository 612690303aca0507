"""What the tests of the audit share: a platform with a few apps, and a session for its account."""

from collections.abc import AsyncIterator

import pytest

from aioheroku import Heroku, Pool
from aioheroku.testing import Platform


@pytest.fixture
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    """A platform with tokens enough and twelve apps, or as many as a module says in `APPS`."""
    async with Platform(apps=getattr(request.module, "APPS", 12), capacity=50_000) as platform:
        yield platform


@pytest.fixture
async def heroku(platform: Platform) -> AsyncIterator[Heroku]:
    """A session that retries nothing."""
    async with Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku:
        yield heroku
