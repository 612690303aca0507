"""Streams that are cancelled at any of their steps: no task, no connection, no file and no running dyno is left."""

import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from aioheroku import StreamTimes
from tests._support.stream_scene import Scene, archive, play
from tests._support.thorough import amount

pytest.importorskip("cryptography")
Operation = Callable[[Scene, Path], Awaitable[object]]
SMALL = StreamTimes(age=0.05, overlap=0.02)


async def _run(scene: Scene, _: Path) -> None:
    async with scene.heroku.run("example", "cat", tty=True) as process:
        await process.write(b"hello\n")
        await process.stdout.read()


async def _check(scene: Scene, _: Path) -> None:
    await scene.heroku.check_output("example", "sleep 9999", input="x" * 100_000)


async def _detached(scene: Scene, _: Path) -> None:
    await scene.heroku.run_detached("example", "echo 1").wait()


async def _logs(scene: Scene, _: Path) -> None:
    async for _line in scene.heroku.logs("example", tail=True, times=SMALL):
        pass


async def _output(scene: Scene, _: Path) -> None:
    source = {"url": "https://example.com/x.tgz", "version": "v1"}
    build = await scene.heroku.builds.create("example", source_blob=source)  # type: ignore[arg-type]
    async for _line in scene.heroku.build_output("example", build.id):
        pass


async def _deploy(scene: Scene, _: Path) -> None:
    async with scene.heroku.deploy("example", io.BytesIO(archive()), cancel_on_exit=True) as deploy:
        async for _line in deploy:
            pass


async def _awaited(scene: Scene, _: Path) -> None:
    await scene.heroku.deploy("example", io.BytesIO(archive()))


async def _slug(scene: Scene, path: Path) -> None:
    slug = await scene.heroku.push_slug("example", io.BytesIO(archive()), {"web": "x"})
    await scene.heroku.pull_slug("example", slug.id, path / "slug.tgz")


async def _wait(scene: Scene, _: Path) -> None:
    await scene.heroku.wait.build("example", "01234567-89ab-cdef-0123-456789abcdef", timeout=20)


OPERATIONS: list[Operation] = [_run, _check, _detached, _logs, _output, _deploy, _awaited, _slug, _wait]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda value: value.__name__.strip("_"))
def test_cancelled_at_every_step(operation: Operation, tmp_path: Path) -> None:
    """Wherever it is cancelled it ends at once, as cancelled or done, and leaves nothing."""

    async def test(scene: Scene) -> int:
        cancelled = 0
        for step in range(0, 160, amount(10, 5)):
            task = asyncio.ensure_future(operation(scene, tmp_path))
            for _ in range(step):
                await asyncio.sleep(0 if step < 80 else 0.001)
            task.cancel()
            done, _ = await asyncio.wait({task}, timeout=30)
            assert done
            cancelled += task.cancelled()
            await scene.settled(lambda: scene.is_left)
            if operation is not _detached:
                await scene.settled(lambda: not scene.one_off)
            assert set(os.listdir(tmp_path)) <= {"slug.tgz"}  # noqa: PTH208 - no pathlib in coroutines
        await scene.settled(lambda: scene.platform.in_flight == 0)
        return cancelled

    assert play(test) > 5
