"""What a pool is made with, and whom it serves."""

import asyncio
import subprocess
import sys
import threading
from functools import partial
from importlib.util import find_spec
from typing import Any

import pytest

from aioheroku._ratelimit import Pool
from aioheroku._ratelimit.redis import RedisPool
from aioheroku.errors import InvalidRequest
from tests._support.bucket_server import BucketServer, LabelledRequest
from tests._support.secrets import raises
from tests._support.virtual_loop import Run

NOT_NUMBERS: list[Any] = [-1, float("nan"), float("inf"), 10**400, "s3cr3t", True, [], None]


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=lambda value: str(value)[:6])
@pytest.mark.parametrize("name", ["capacity", "refill_per_hour", "reserve", "lease", "patience"])
def test_impossible_numbers_are_rejected(name: str, value: Any) -> None:
    """Of whatever type and size a wrong number is, it is an InvalidRequest that names the field and quotes nothing."""
    makers: list[Any] = [Pool] if name not in ("lease", "patience") else []
    if find_spec("redis") is not None:
        makers.append(partial(RedisPool, "redis://127.0.0.1:9", account="example"))
    for make in makers:
        with raises(InvalidRequest) as error:
            make(**{name: value})
        assert error.value.field == name
        assert "s3cr3t" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"capacity": 0}, "capacity"),
        ({"capacity": 1.5}, "capacity"),
        ({"refill_per_hour": 1e-320}, "refill_per_hour"),
        ({"capacity": float("inf")}, "capacity"),
        ({"refill_per_hour": 0}, "refill_per_hour"),
        ({"refill_per_hour": float("nan")}, "refill_per_hour"),
        ({"reserve": -1}, "reserve"),
        ({"capacity": 10, "reserve": 10}, "reserve"),
    ],
)
def test_impossible_settings_are_rejected(settings: dict[str, Any], field: str) -> None:
    """A wrong setting is an InvalidRequest that names the field."""
    with raises(InvalidRequest) as error:
        Pool(**settings)
    assert error.value.field == field


def test_a_pool_serves_one_loop_after_the_other(
    run: Run, server: type[BucketServer], request_: LabelledRequest
) -> None:
    """A loop that has ended is no hindrance: what was learnt stays."""
    pool, platform = Pool(), server(1000)
    for _ in range(2):
        run(pool.metered(platform.send)(request_()))
    assert platform.statuses == [200, 200]
    assert pool.snapshot().used == 2


_FORK = """
import asyncio, os, sys
from yarl import URL
from aioheroku import Pool
from aioheroku.errors import InvalidRequest
from aioheroku._http import Request, Response

async def send(request):
    return Response(200, {"RateLimit-Remaining": "1000"}, b"")

async def call():
    await pool.metered(send)(Request("GET", URL("http://127.0.0.1/apps"), "/apps", {}))

async def main():
    await call()
    child = os.fork()
    if not child:
        try:
            asyncio.run(call())
        except InvalidRequest as error:
            os._exit(7 if "make one for each" in str(error) else 8)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    await call()
    sys.exit(os.waitstatus_to_exitcode(status))

pool = Pool()
asyncio.run(main())
"""


def test_a_forked_process_needs_a_pool_of_its_own() -> None:
    """A pool that was handed in is refused in a child: its copy says that the parent's loop runs."""
    done = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (7, b"")


async def test_two_loops_at_once_are_a_clear_error(request_: LabelledRequest) -> None:
    """A pool in use by another running loop raises InvalidRequest before anything is sent."""
    sent: list[Any] = []
    held, free = threading.Event(), threading.Event()
    pool = Pool()

    async def hold(request: Any) -> Any:
        held.set()
        await asyncio.to_thread(free.wait)
        raise OSError

    async def count(request: Any) -> Any:
        sent.append(request)

    async def one() -> None:
        await pool.metered(hold)(request_())

    def elsewhere() -> None:
        with raises(OSError):
            asyncio.run(one())

    other = asyncio.create_task(asyncio.to_thread(elsewhere))
    await asyncio.to_thread(held.wait)
    with raises(InvalidRequest, match="make one for each"):
        await pool.metered(count)(request_())
    free.set()
    await other
    assert sent == []
