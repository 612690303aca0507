"""A Redis for the tests of the pool for many machines."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aioheroku._ratelimit.redis import backend as module
from tests._support.redis_pool import Make, Timed
from tests._support.redis_server import RedisServer as Redis


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis for all tests that leave it in peace."""
    if not Redis.is_installed():
        pytest.skip("there is no redis-server: install the package of that name to run the tests of RedisPool")
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def frail(redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis of the test's own, not yet started, and pools that look for it again soon."""
    monkeypatch.setattr(module, "_RETRY_FIRST", 0.01)
    monkeypatch.setattr(module, "_RETRY_LONGEST", 0.01)
    server = Redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def make(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make pools of one account in virtual time, which do the same in each run."""
    random.seed(1)
    account = uuid4().hex
    with redis.client() as store:
        monkeypatch.setattr(Timed, "redis", store, raising=False)

        def make(*, capacity: int = 100, refill: float = 1.0, **options: Any) -> Timed:
            return Timed(redis.url, account=account, capacity=capacity, refill_per_hour=3600 * refill, **options)

        yield make
