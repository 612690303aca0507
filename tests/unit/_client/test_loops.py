"""Sessions that outlive their event loop: notebooks, task queues, web apps, test suites, threads and forks."""

import asyncio
import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Any

import aiohttp
import pytest
import uvloop

from aioheroku import Credentials, Heroku, Pool, Range, Timeout, errors
from aioheroku.testing import Platform
from aioheroku.testing.faults import Answer, Latency
from tests._support.secrets import raises
from tests._support.thorough import some


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform in a thread of its own, so that it outlives the loops of a test."""
    with Platform(apps=3, seed=5).in_thread() as platform:
        yield platform


def eager() -> asyncio.AbstractEventLoop:
    """A loop whose tasks start eagerly, if Python supports that (3.12)."""
    loop = asyncio.new_event_loop()
    if factory := getattr(asyncio, "eager_task_factory", None):
        loop.set_task_factory(factory)
    return loop


def session(platform: Platform, **options: Any) -> Heroku:
    return Heroku(platform.token, base_url=platform.url, **options)


async def create(heroku: Heroku, name: str) -> str:
    return (await heroku.apps.create(name=name)).name


def test_a_session_of_a_module(platform: Platform) -> None:
    """One `asyncio.run` after the other: each opens new connections, and each write is executed once."""
    heroku = session(platform, retry=None)
    for number in range(3):
        assert asyncio.run(create(heroku, f"example-{number}")) == f"example-{number}"
    asyncio.run(heroku.close())
    assert sum(seen.method == "POST" for seen in platform.requests) == 3


@pytest.mark.parametrize("factory", [uvloop.new_event_loop, eager], ids=["uvloop", "eager tasks"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # uvloop's own, of a loop that closes with transports in it
def test_other_loops(factory: Callable[[], asyncio.AbstractEventLoop], platform: Platform) -> None:
    """Another kind of event loop makes no difference."""
    heroku = session(platform, retry=None)
    for number in range(2):
        with asyncio.Runner(loop_factory=factory) as runner:
            assert runner.run(create(heroku, f"example-{number}"))
            if number:
                runner.run(heroku.close())


def test_each_loop_closes_what_it_opened(platform: Platform) -> None:
    """`async with` inside each `asyncio.run`, as a task of Celery or a view of Flask does it."""

    async def task() -> str:
        async with session(platform) as heroku:
            return await create(heroku, f"example-{len(platform.requests)}")

    assert len({asyncio.run(task()) for _ in range(3)}) == 3


def test_nothing_of_the_old_loop_is_left(platform: Platform) -> None:
    """The connections of a former loop are closed silently: neither asyncio nor aiohttp warns."""
    heroku = session(platform)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(create(heroku, "app-one"))
        asyncio.run(create(heroku, "app-two"))
        asyncio.run(heroku.close())
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_two_loops_one_after_the_other(platform: Platform) -> None:
    """Loops that are stopped, not closed: as in a notebook or a test suite that keeps its own."""
    heroku = session(platform, retry=None)
    loops = [asyncio.new_event_loop(), asyncio.new_event_loop()]
    for number in range(4):
        assert loops[number % 2].run_until_complete(create(heroku, f"example-{number}"))
    loops[1].run_until_complete(heroku.close())
    for loop in loops:
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def _run_and_close(work: Coroutine[Any, Any, Any]) -> Any:
    """Like `asyncio.run`, but without cancelling what is left, as older programs do."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


@pytest.mark.parametrize(
    ("kind", "taken", "run"), some(product(["items", "pages"], [1, 2, 3, 5], [asyncio.run, _run_and_close]), 3)
)
@pytest.mark.filterwarnings("ignore")  # a loop that is closed with a prefetch in it
def test_a_list_goes_on_in_the_next_loop(kind: str, taken: int, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
    """An iterator that outlives its loop, wherever in a page, gives every item once: it does not end early."""
    _walk_in_loops(kind, taken, run)
    gc.collect()  # what a closed loop has left


def _walk_in_loops(kind: str, taken: int, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
    with Platform(apps=11, seed=5).in_thread() as platform:
        heroku = session(platform, retry=None)
        pages = heroku.apps.list(range=Range(max=4 if kind == "items" else 1))
        iterator: Any = aiter(pages) if kind == "items" else pages.pages()
        found: list[Any] = []

        async def take() -> bool:
            for _ in range(taken):
                try:
                    found.append(await anext(iterator))
                except StopAsyncIteration:
                    return False
            return True

        while run(take()):
            pass
        names = [app.name for page in found for app in ([page] if kind == "items" else page)]

        async def everything() -> list[str]:
            async with heroku:
                return [app.name for app in await heroku.apps.list()]

        assert names == asyncio.run(everything())
        assert len(names) == 11


def test_calls_that_a_stopped_loop_left_behind(platform: Platform) -> None:
    """The next loop does not wait for a read that will never finish, and closing works in spite of it."""
    heroku = session(platform, retry=None, timeout=Timeout(attempt=30))
    platform.fault(Latency(3600))
    old = asyncio.new_event_loop()
    call = old.create_task(heroku.apps.info("example"))  # the same read as below
    old.run_until_complete(asyncio.sleep(0.05))
    platform.clear_faults()

    async def work() -> None:
        with raises(errors.NotFound):
            await heroku.apps.info("example")
        await heroku.close()

    asyncio.run(work())
    assert not call.cancelling()
    call.cancel()
    with raises((asyncio.CancelledError, errors.HerokuError)):
        old.run_until_complete(call)
    old.close()


def test_the_timer_of_attempts_is_the_loops(platform: Platform) -> None:
    """A timer that never fired in a former loop does not keep the new loop from setting its own."""
    heroku = session(platform, retry=None, timeout=Timeout(attempt=0.2))
    asyncio.run(create(heroku, "app-one"))
    platform.fault(Latency(3600))

    async def slow() -> None:
        with raises(errors.ReadTimeout):
            await heroku.apps.info("example")
        await heroku.close()

    asyncio.run(slow())


def test_the_second_factors_prompt_is_the_loops(platform: Platform) -> None:
    """A lock over which calls of one loop queued serves those of the next."""
    asked = 0

    async def code() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return "123456"

    heroku = session(platform, two_factor=code, retry=None)
    for _ in range(2):
        platform.fault(Answer(403, {"id": "two_factor", "message": "A second factor is needed."}), times=2)

        async def both() -> list[Any]:
            return list(await asyncio.gather(heroku.account.info(), heroku.apps.list().all(), return_exceptions=True))

        assert not [one for one in asyncio.run(both()) if isinstance(one, RuntimeError)]
    assert asked >= 2
    asyncio.run(heroku.close())


def test_threads_with_a_session_each(platform: Platform) -> None:
    """The same token in eight threads: each loop has its own pool, and nobody is refused."""
    outcomes: list[str] = []
    meet = threading.Barrier(8)

    async def work(number: int) -> str:
        async with session(platform, retry=None) as heroku:
            await heroku.account.info()
            meet.wait(10)
            return await create(heroku, f"example-{number}")

    threads = [threading.Thread(target=lambda n=n: outcomes.append(asyncio.run(work(n)))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == [f"example-{number}" for number in range(8)]


async def test_one_session_in_two_loops_at_once(platform: Platform) -> None:
    """While the first loop runs, another thread's is refused before anything is sent; so is its `close`."""
    heroku = session(platform)
    await heroku.account.info()
    before = len(platform.requests)
    with raises(errors.InvalidRequest, match="another event loop, which still runs"):
        await asyncio.to_thread(asyncio.run, create(heroku, "example"))
    with raises(errors.InvalidRequest, match="another event loop, which still runs"):
        await asyncio.to_thread(asyncio.run, heroku.close())
    assert len(platform.requests) == before
    await heroku.account.info()
    await heroku.close()


async def test_a_pool_that_was_handed_in(platform: Platform) -> None:
    """It serves one running loop; the error in another one names it."""
    pool = Pool()
    async with session(platform, pool=pool) as heroku:
        await heroku.account.info()

        async def other() -> None:
            async with session(platform, pool=pool) as second:
                await second.account.info()

        with raises(errors.InvalidRequest, match=r"^pool: "):
            await asyncio.to_thread(lambda: asyncio.run(other()))


def test_an_aiohttp_session_that_was_handed_in(platform: Platform) -> None:
    """It belongs to its loop: in a second one it is refused with the remedy, and nothing is sent."""

    async def make() -> tuple[aiohttp.ClientSession, Heroku]:
        http = aiohttp.ClientSession()
        heroku = session(platform, session=http)
        await heroku.account.info()
        return http, heroku

    async def again(heroku: Heroku) -> None:
        with raises(errors.InvalidRequest, match=r"^session: it belongs to another event loop"):
            await heroku.account.info()
        await heroku.close()

    with asyncio.Runner() as first, asyncio.Runner() as second:
        http, heroku = first.run(make())
        before = len(platform.requests)
        second.run(again(heroku))
        first.run(http.close())
    assert len(platform.requests) == before


# --- pools ------------------------------------------------------------------------------------------------------


async def test_sessions_of_a_loop_share_a_pool() -> None:
    """By origin and account; other credentials and other origins have others."""
    one, two = Heroku("token"), Heroku(Credentials.basic("token"))
    assert one.pool is two.pool
    assert one.pool is not Heroku("other").pool
    assert one.pool is not Heroku("token", base_url="https://api.example.com").pool


def test_the_pool_of_a_module_is_taken_over(platform: Platform) -> None:
    """Sessions made before any loop ran share a pool, which is that of the first loop; the second has another."""
    one, two = session(platform), session(platform)
    first = one.pool
    assert two.pool is first

    async def work() -> tuple[Pool, Pool]:
        await one.account.info()
        await two.account.info()
        await one.close()
        await two.close()
        return one.pool, two.pool

    assert asyncio.run(work()) == (first, first)
    three = session(platform)
    assert three.pool is not first


# --- processes --------------------------------------------------------------------------------------------------


def in_child(url: str, token: str) -> str:
    async def work() -> str:
        async with Heroku(token, base_url=url, retry=None) as heroku:
            return (await heroku.account.info()).email

    return asyncio.run(work())


async def test_a_session_made_in_a_forked_child(platform: Platform) -> None:
    """`ProcessPoolExecutor` with fork, from inside a running loop."""
    async with session(platform) as heroku:
        email = (await heroku.account.info()).email
        with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
            loop = asyncio.get_running_loop()
            assert await loop.run_in_executor(pool, in_child, platform.url, platform.token) == email
        await heroku.account.info()


def test_a_session_that_a_child_has_inherited(platform: Platform) -> None:
    """It opens connections of its own; the parent's stay as they are, and both go on."""
    heroku = session(platform, retry=None)

    async def parent() -> str:
        await heroku.account.info()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = int(asyncio.run(create(heroku, "of-the-child")) != "of-the-child")
            finally:
                os._exit(code)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        assert status == 0
        name = await create(heroku, "of-the-parent")
        await heroku.close()
        return name

    assert asyncio.run(parent()) == "of-the-parent"
    assert sum(seen.method == "POST" for seen in platform.requests) == 2


# --- sessions that nobody closes --------------------------------------------------------------------------------

UNCLOSED = """
import asyncio
from aioheroku import Heroku

async def main():
    heroku = Heroku({token!r}, base_url={url!r})  # line 6
    await heroku.account.info()

asyncio.run(main())
"""


@pytest.mark.parametrize("debug", [False, True])
def test_unclosed_session_warns(debug: bool, platform: Platform) -> None:
    """The warning is ours, not aiohttp's, and in asyncio's debug mode it names the place where the session was made."""
    code = UNCLOSED.format(token=platform.token, url=platform.url)
    environment = {**os.environ, "PYTHONASYNCIODEBUG": "1" if debug else "", "PYTHONWARNINGS": "always"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=30
    )
    told = done.stderr
    assert "ResourceWarning: A Heroku session was not closed: use `async with Heroku(...)`" in told
    assert ("It was made at <string>:6." in told) == debug
    assert "Unclosed" not in told
    assert platform.token not in told


def test_unclosed_module_session_warns(platform: Platform) -> None:
    """At the end of the program there is a `ResourceWarning` too, for those who enable them."""
    code = f"""
import asyncio
from aioheroku import Heroku
heroku = Heroku({platform.token!r}, base_url={platform.url!r})
async def main():
    await heroku.account.info()
asyncio.run(main())
asyncio.run(main())
"""
    quiet = {**os.environ, "PYTHONWARNINGS": ""}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=quiet, timeout=30
    )
    assert done.stderr == ""
    loud = {**os.environ, "PYTHONWARNINGS": "always"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=loud, timeout=30
    )
    assert done.stderr.count("A Heroku session was not closed") == 1
    assert "unclosed" not in done.stderr.lower()
