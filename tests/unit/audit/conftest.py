"""What the tests of the audit share: a platform with a few apps, and a session for its account."""

from collections.abc import AsyncIterator

import pytest

from aioheroku import Heroku, Pool
from aioheroku.testing import Platform


@pytest.fixture
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    """A platform with enough tokens and twelve apps; a module may name another number and the seed."""
    apps, seed = getattr(request.module, "APPS", 12), getattr(request.module, "SEED", None)
    async with Platform(apps=apps, capacity=50_000, **({} if seed is None else {"seed": seed})) as platform:
        yield platform


@pytest.fixture
async def heroku(platform: Platform) -> AsyncIterator[Heroku]:
    """A session that retries nothing."""
    async with Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku:
        yield heroku
