"""How each error of streams comes about, where all that opens something is a secret."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aioheroku import StreamTimes, errors
from aioheroku.errors import HerokuError
from aioheroku.events import Event, _streams
from aioheroku.testing.faults import Answer, Reset
from aioheroku.testing.stream_faults import Cut, Rendezvous, StoreError, WrongBytes
from tests._support.stream_scene import TIMES, Scene, archive

SOURCE: Any = {"url": "https://user:s3cr3t@example.com/x.tgz?token=s3cr3t", "version": "v1"}
SOON = StreamTimes(pauses=(0.01, 0.01), failures=2, connect=1.0, start=30.0)
Bring = Callable[[Scene, Path], Awaitable[object]]


async def _all(lines: AsyncIterator[object]) -> list[object]:
    return [line async for line in lines]


async def _refused(scene: Scene, _: Path) -> None:
    scene.platform.fault(Answer(403, "No: https://h/stream?token=s3cr3t"), path="/stream*")
    await _all(aiter(scene.heroku.logs("example", times=SOON)))


async def _lost(scene: Scene, _: Path) -> None:
    scene.platform.fault(Reset(), path="/stream*", times=None)
    await _all(aiter(scene.heroku.logs("example", tail=True, times=SOON)))


async def _changed(scene: Scene, _: Path) -> None:
    build = await scene.heroku.builds.create("example", source_blob=SOURCE)
    outputs = scene.platform.state.streams.outputs
    scene.platform.fault(Cut(at=9, how="reset"), path="/streams/*")
    async for _piece in scene.heroku.build_output("example", build.id, times=TIMES).pieces():
        outputs[str(build.id)].data[:] = b"another"


async def _blocked(scene: Scene, _: Path) -> None:
    port, scene.platform.state.streams.port = scene.platform.state.streams.port, 9
    try:
        await scene.heroku.check_output("example", "echo", env={"PASSWORD": "s3cr3t"}, times=SOON)
    finally:
        scene.platform.state.streams.port = port


def _attached(*faults: Any, command: str = "exit 0", **options: Any) -> Bring:
    async def bring(scene: Scene, _: Path) -> None:
        if faults:
            scene.platform.fault(*faults)
        options.setdefault("times", SOON)
        await scene.heroku.check_output("example", command, env={"PASSWORD": "s3cr3t"}, input="s3cr3t", **options)

    return bring


async def _unsupported(scene: Scene, _: Path) -> None:
    scene.app.row["generation"] = {**scene.app.row["generation"], "name": "fir"}
    await scene.heroku.check_output("example", "echo", env={"PASSWORD": "s3cr3t"})


async def _transfer(scene: Scene, _: Path) -> None:
    scene.platform.fault(StoreError("AccessDenied"), path="/blobs/*")
    await scene.heroku.deploy("example", io.BytesIO(archive()))


async def _source_changed(scene: Scene, path: Path) -> None:
    file = path / "source.tgz"
    file.write_bytes(archive())

    def progress(_: object) -> None:
        file.write_bytes(archive(b"2\n"))

    await scene.heroku.deploy("example", file, progress=progress)


async def _mismatch(scene: Scene, path: Path) -> None:
    slug = await scene.heroku.push_slug("example", io.BytesIO(archive()), {"web": "x --password s3cr3t"})
    scene.platform.fault(WrongBytes(), path="/blobs/*")
    await scene.heroku.pull_slug("example", slug.id, path / "slug.tgz")


async def _build(scene: Scene, _: Path) -> None:
    scene.platform.behavior().build_fails = True
    await scene.heroku.deploy("example", SOURCE["url"])


async def _release(scene: Scene, _: Path) -> None:
    behavior = scene.platform.behavior()
    behavior.release_fails, behavior.release_seconds = True, 2.0
    await scene.heroku.deploy("example", SOURCE["url"])


async def _wait_failed(scene: Scene, _: Path) -> None:
    build = await scene.heroku.builds.create("example", source_blob=SOURCE)
    never: Any = lambda _: False  # noqa: E731
    await scene.heroku.wait(scene.heroku.builds.info, "example", build.id, until=never, failed=lambda _: True)


async def _wait_timeout(scene: Scene, _: Path) -> None:
    build = await scene.heroku.builds.create("example", source_blob=SOURCE)
    await scene.heroku.wait.build("example", build.id, timeout=3)


CASES: dict[type[HerokuError], Bring] = {
    errors.StreamRefused: _refused,
    errors.StreamLost: _lost,
    errors.OutputChanged: _changed,
    errors.ConnectBlocked: _blocked,
    errors.StartTimeout: _attached(Rendezvous("slow", 90)),
    errors.RunUnsupported: _unsupported,
    errors.ExitUnknown: _attached(Rendezvous("no status")),
    errors.ProcessFailed: _attached(command="exit 3"),
    errors.TransferFailed: _transfer,
    errors.SourceChanged: _source_changed,
    errors.ChecksumMismatch: _mismatch,
    errors.BuildFailed: _build,
    errors.ReleaseFailed: _release,
    errors.WaitFailed: _wait_failed,
    errors.WaitTimeout: _wait_timeout,
}

KINDS = {kind for kind in vars(_streams).values() if isinstance(kind, type) and kind is not Event}
"""The events of streams."""
