"""The example of several machines: two workers on one Redis, of which one is killed in the middle."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from aioheroku.testing import Platform
from tests._support.redis_server import RedisServer
from tests._support.thorough import KILLS, some

pytestmark = pytest.mark.skipif(find_spec("taskiq_redis") is None, reason="it is in the extra docs: taskiq-redis")

FOLDER = Path(__file__).parent.parent.parent / "docs" / "cookbook"
APPS = 24
MOMENTS = range(1, APPS, 2) if KILLS else some((9, 1, 20), 3)
"""The number of writes after which a worker is killed."""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    if not RedisServer.is_installed():
        pytest.skip("there is no redis-server: install the package of that name")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    return heroku_platform_factory(apps=APPS, seed=4, latency=(0.02, 0.06))


class Machines:
    """Processes of the example, each a group of its own as a machine would be."""

    def __init__(self, redis: RedisServer, platform: Platform) -> None:
        told = {"REDIS_URL": redis.url, "HEROKU_API_URL": platform.url, "HEROKU_API_KEY": platform.token, "LEASE": "1"}
        self.environment = {**os.environ, **told, "PYTHONPATH": str(FOLDER.parent.parent)}
        self.running: list[asyncio.subprocess.Process] = []

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=FOLDER,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    async def worker(self) -> asyncio.subprocess.Process:
        return await self.start("-m", "taskiq", "worker", "many_machines:broker", "--workers=1", "--max-async-tasks=4")

    async def kill(self, process: asyncio.subprocess.Process) -> None:
        """All of its processes at once, by SIGKILL."""
        self.running.remove(process)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


@pytest.fixture
async def machines(redis: RedisServer, platform: Platform) -> AsyncIterator[Machines]:
    machines = Machines(redis, platform)
    yield machines
    for process in [*machines.running]:
        await machines.kill(process)


def writes(platform: Platform) -> Counter[str]:
    """The times that each app was given its domain."""
    return Counter(
        record.path
        for record in [*platform.requests]
        if (record.method, record.path.rpartition("/")[2]) == ("POST", "domains") and 200 <= record.status < 300
    )


async def made(platform: Platform, count: int) -> None:
    """Return when this many writes were executed, which only the platform knows."""
    while writes(platform).total() < count:  # noqa: ASYNC110
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_killed_worker_loses_nothing(
    machines: Machines, platform: Platform, redis: RedisServer, moment: int
) -> None:
    """Each app gets its domain once, whichever writes were under way; nothing of it is left or unknown."""
    names = sorted(platform.state.names)
    victim, _ = await machines.worker(), await machines.worker()
    async with asyncio.timeout(60):
        main = await machines.start("many_machines.py", *names)
        await made(platform, moment)
        await machines.kill(victim)
        told, _ = await main.communicate()
    assert told.decode().splitlines() == ["Counter({'done': 24})"]
    assert main.returncode == 0
    assert writes(platform) == Counter(f"/apps/{name}/domains" for name in names)
    refused = [record for record in platform.requests if record.method == "POST" and record.status >= 400]
    assert not refused  # a domain that is there already was not asked for again
    with redis.client() as client:
        assert len(client.keys("aioheroku:pool:*")) == 1  # the workers of one account share its tokens
        assert platform.token.encode() not in b"".join(client.dump(key) or b"" for key in client.scan_iter())


@pytest.mark.slow
async def test_it_goes_on_where_it_was(machines: Machines, platform: Platform) -> None:
    """What is done is not done again by the next run, and more items are done."""
    names = sorted(platform.state.names)
    await machines.worker()
    async with asyncio.timeout(60):
        for some in (names[:3], names[:6]):
            main = await machines.start("many_machines.py", *some)
            told, _ = await main.communicate()
            assert told.decode().splitlines() == [f"Counter({{'done': {len(some)}}})"]
    assert writes(platform) == Counter(f"/apps/{name}/domains" for name in names[:6])


def test_the_guide_shows_the_example() -> None:
    """What is tested is what readers copy."""
    assert "cookbook/many_machines.py" in (FOLDER.parent / "guides" / "machines.md").read_text()
