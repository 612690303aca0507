"""A session and the simulated platform on one event loop, in virtual time: hours of a log pass in a second."""

import asyncio
import io
import ssl
import tarfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from attrs import define

from aioheroku import Heroku, Pool, StreamTimes
from aioheroku.testing import Platform
from tests._support.secrets import EventLog
from tests._support.virtual_loop import run

T = TypeVar("T")
TIMES = StreamTimes(pauses=(0.1, 0.2))


@define
class Scene:
    """What a test needs."""

    platform: Platform
    heroku: Heroku
    events: EventLog

    @property
    def app(self) -> Any:
        """The app `example` as the platform knows it."""
        return self.platform.state.known("example")

    @property
    def one_off(self) -> list[str]:
        """The names of its one-off dynos that run."""
        return [row["name"] for row in self.app.parts.dynos if row["id"] in self.app.one_off]

    @property
    def is_left(self) -> bool:
        """Whether the session has no stream, no connection of one, and no task of one."""
        core = self.heroku._core
        named = [task for task in asyncio.all_tasks() if task.get_name().startswith("aioheroku ")]
        return not core.live and not core.streams._live and not named

    async def settled(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        for _ in range(10_000):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come about")


@asynccontextmanager
async def scene(**options: Any) -> AsyncGenerator[Scene]:
    """A platform with the app `example`, and a session."""
    loop, events, began = asyncio.get_running_loop(), EventLog(), time.time()
    options = {"capacity": 10**6, "refill_per_hour": 10**6, "clock": lambda: began + loop.time(), **options}
    async with Platform(**options) as platform:
        context = ssl.create_default_context(cafile=str(platform.authority))
        pool = Pool(10**6, 10**9)
        async with Heroku(platform.token, base_url=platform.url, pool=pool, ssl=context, on_event=events) as heroku:
            await heroku.apps.create(name="example")
            yield Scene(platform, heroku, events)


def play(test: Callable[[Scene], Awaitable[T]], **options: Any) -> T:
    """Run a test in a scene; at its end nothing of a stream is left."""

    async def played() -> T:
        async with scene(**options) as made:
            found = await test(made)
            await made.settled(lambda: made.is_left)
        return found

    return run(played(), patience=0.2)


def archive(text: bytes = b"1\n") -> bytes:
    """A `.tar.gz` with one file."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        entry = tarfile.TarInfo("app.py")
        entry.size = len(text)
        packed.addfile(entry, io.BytesIO(text))
    return file.getvalue()
