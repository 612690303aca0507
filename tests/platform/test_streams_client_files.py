"""Outputs, deploys and slugs by the client against the simulated platform: each fault of each."""

import io
import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from aioheroku import Release, errors
from aioheroku.events import StreamCut, TransferDone, TransferProgress
from aioheroku.testing.faults import Answer, Fault, Reset, Unavailable
from aioheroku.testing.stream_faults import (
    Cut,
    NotRegistered,
    Pieces,
    Resume,
    Silence,
    StoreError,
    WrongBytes,
)
from tests._support.secrets import raises
from tests._support.stream_scene import Scene, archive, play
from tests._support.thorough import some

pytest.importorskip("cryptography")
REMOTE: Any = {"url": "https://example.com/x.tgz", "version": "v1"}
CUTS = [Cut(at=at, how=how) for at in (0, 7, 60) for how in ("end", "broken", "reset")]


@pytest.mark.parametrize(
    "faults",
    some(
        [
            (),
            *[(cut,) for cut in CUTS],
            *[(cut, Resume(how)) for cut in CUTS[4:6] for how in ("ignored", "partial", "refused")],
            (Pieces(1),),
            (Silence(at=9),),
            (NotRegistered(),),
            (Answer(500, "x"),),
            (Answer(503),),
            (Answer(410),),
            (Reset(),),
        ],
        2,
    ),
    ids=repr,
)
def test_output_is_exact(faults: tuple[Fault, ...]) -> None:
    """Of a build and of a release command, every byte once, to the end that the platform confirms."""

    async def test(scene: Scene) -> None:
        streams, heroku = scene.platform.state.streams, scene.heroku
        build = await heroku.builds.create("example", source_blob=REMOTE)
        streams.write(str(build.id), "é 10%\r 20%\r\n" * 700)
        scene.platform.fault(*faults, path="/streams/*", times=3)
        output = heroku.build_output("example", build.id)
        found = await output.read()
        whole = bytes(streams.outputs[str(build.id)].data)
        assert found == whole
        assert output.received == len(whole)
        assert (await heroku.builds.info("example", build.id)).status == "succeeded"
        lines = [line async for line in heroku.build_output("example", build.id)]
        assert lines == whole.decode().replace("\r\n", "\n").removesuffix("\n").split("\n")

    play(test)


def test_output_that_ends_early() -> None:
    """Its end means nothing while the build is pending; a failed build is not an error of its output."""

    async def test(scene: Scene) -> None:
        behavior = scene.platform.behavior()
        behavior.output_ends_early, behavior.build_fails = 12.0, True
        build = await scene.heroku.builds.create("example", source_blob=REMOTE)
        await scene.heroku.build_output("example", build.id).read()
        assert (await scene.heroku.builds.info("example", build.id)).status == "failed"
        with raises(errors.BuildFailed) as caught:
            await scene.heroku.wait.build("example", build.id)
        assert caught.value.lines

    play(test)


def test_output_that_never_comes() -> None:
    """Thirty tries, a second apart; then the refusal says what the service says."""

    async def test(scene: Scene) -> None:
        scene.platform.fault(NotRegistered(), path="/streams/*", times=None)
        build = await scene.heroku.builds.create("example", source_blob=REMOTE)
        with raises(errors.StreamRefused) as caught:
            await scene.heroku.build_output("example", build.id).read()
        assert (caught.value.status, caught.value.reason) == (404, "Channel is not registered.")
        assert sum(record.path.startswith("/streams/") for record in scene.platform.requests) == 30

    play(test)


def folder(path: Path) -> Path:
    (path / "lib").mkdir()
    (path / "app.py").write_text("1\n")
    (path / "lib" / "x.pyc").write_text("no")
    (path / ".gitignore").write_text("*.pyc\n")
    return path


def sources(path: Path) -> list[Any]:
    """A folder, an archive, an open file, one that cannot seek, an address."""
    packed = path / "source.tar.gz"
    packed.write_bytes(archive())
    (path / "folder").mkdir()

    class Pipe(io.RawIOBase):
        rest = archive()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            size = min(len(buffer), len(self.rest), 7)
            buffer[:size], self.rest = self.rest[:size], self.rest[size:]
            return size

    return [
        folder(path / "folder"),
        packed,
        str(packed),
        io.BytesIO(archive()),
        io.BufferedReader(Pipe()),
        URL(REMOTE["url"]),
    ]


@pytest.mark.parametrize(("number", "end"), some(product(range(6), ["succeeded", "build fails", "release fails"]), 4))
def test_deploys_of_every_source(number: int, end: str, tmp_path: Path) -> None:
    """All lines, the build and the release as they ended; a failure is an error of its class, with the last lines."""

    async def test(scene: Scene) -> None:
        behavior = scene.platform.behavior()
        behavior.build_fails, behavior.release_fails = end == "build fails", end == "release fails"
        behavior.release_seconds = 3.0
        progress: list[TransferProgress] = []
        deploy = scene.heroku.deploy("example", sources(tmp_path)[number], version="v1", progress=progress.append)
        kind: Any = {"build fails": errors.BuildFailed, "release fails": errors.ReleaseFailed}.get(end)
        async with deploy:
            lines = list[str]()
            if kind is None:
                lines = [line async for line in deploy]
                build = await deploy
                assert (build.status, deploy.release and deploy.release.status) == ("succeeded", "succeeded")
                assert lines
            else:
                with raises(kind) as caught:
                    async for line in deploy:
                        lines.append(line)
                with raises(kind):
                    await deploy
                assert caught.value.lines == tuple(lines[-len(caught.value.lines) :])
        assert deploy.build is not None
        if number < 5:
            assert deploy.build.source_blob.checksum == deploy.source
            assert progress[-1].sent == progress[-1].total
            (put,) = [record for record in scene.platform.requests if record.method == "PUT"]
            assert not {"Authorization", "Content-Type", "User-Agent", "Transfer-Encoding"} & set(put.headers)
        else:
            assert progress == []

    play(test)


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        (StoreError("InternalError", 500), 2),
        (StoreError("SlowDown", 503), 2),
        (Cut(at=1000, how="reset"), 2),
        (Silence(at=0), 2),
        (Reset(), 2),
        (StoreError("RequestTimeTooSkewed"), 1),
        (StoreError("AccessDenied"), 1),
        (StoreError("EntityTooLarge", 400), 1),
    ],
    ids=repr,
)
def test_uploads_that_go_wrong(fault: Fault, sent: int) -> None:
    """Repeated from the beginning on 5xx, a reset and silence, never on 4xx; then the code is in the error."""

    async def test(scene: Scene) -> None:
        data = archive(bytes(range(256)) * 4000)
        for push in (False, True):
            scene.platform.clear_requests()
            scene.platform.fault(fault, path="/blobs/*")
            what: Any
            if push:
                what = scene.heroku.push_slug("example", io.BytesIO(data), {"web": "x"}, release=True)
            else:
                what = _deployed(scene, data)
            if sent == 1:
                with raises(errors.TransferFailed) as caught:
                    await what
                assert (caught.value.status, caught.value.code) == (fault.status, fault.code)  # type: ignore[attr-defined]
            else:
                await what
            puts = [record for record in scene.platform.requests if record.method == "PUT"]
            assert len(puts) == sent
            assert {record.headers["Content-Length"] for record in puts} == {str(len(data))}

    play(test)


async def _newest(scene: Scene) -> Release:
    return max(await scene.heroku.releases.list("example").all(), key=lambda release: release.version)


async def _deployed(scene: Scene, data: bytes) -> None:
    await scene.heroku.deploy("example", io.BytesIO(data))


def test_a_deploy_over_cuts() -> None:
    """The output of the build and of the release is cut, the API is unavailable: the deploy is what it was."""

    async def test(scene: Scene) -> None:
        scene.platform.behavior().release_seconds = 5.0
        for number, cut in enumerate(CUTS):
            scene.platform.fault(cut, path="/streams/*", after=number)
        scene.platform.fault(Unavailable(), method="GET", path="/apps/example/builds/*", times=3)
        deploy = scene.heroku.deploy("example", io.BytesIO(archive()))
        lines = [line async for line in deploy]
        build = await deploy
        whole = bytes(scene.platform.state.streams.outputs[str(build.id)].data).decode()
        assert lines[: whole.count("\n")] == whole.splitlines()
        assert [event for event in scene.events if isinstance(event, StreamCut)]

    play(test)


def test_output_that_is_lost_in_a_deploy() -> None:
    """A deploy whose output cannot be read at all ends as the platform says."""

    async def test(scene: Scene) -> None:
        scene.platform.fault(Answer(503), path="/streams/*", times=None)
        assert (await scene.heroku.deploy("example", io.BytesIO(archive()))).status == "succeeded"
        scene.platform.behavior().build_fails = True
        with raises(errors.BuildFailed) as caught:
            await scene.heroku.deploy("example", io.BytesIO(archive()))
        assert caught.value.lines == ()

    play(test)


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ((), None),
        ((Pieces(1000),), None),
        ((Cut(at=5000, how="reset"),), None),
        ((Cut(at=5000, how="broken"),), None),
        ((Cut(at=5000, how="reset"), Resume("ignored")), None),
        ((Silence(at=5000),), None),
        ((StoreError("InternalError", 500),), None),
        ((Reset(),), None),
        ((WrongBytes(),), errors.ChecksumMismatch),
        ((StoreError("AccessDenied"),), errors.TransferFailed),
        ((StoreError("NoSuchKey", 404),), errors.TransferFailed),
    ],
    ids=repr,
)
def test_slugs_come_whole(faults: tuple[Fault, ...], error: type[errors.StreamError] | None, tmp_path: Path) -> None:
    """Byte for byte over any cut, with progress; or an error, and the older file stays as it was."""

    async def test(scene: Scene) -> None:
        data = archive(bytes(range(256)) * 4000 + b"end")
        slug = await scene.heroku.push_slug("example", io.BytesIO(data), {"web": "x"}, release=True, commit="abc")
        released = (await _newest(scene)).slug
        assert released is not None
        assert released.id == slug.id
        to = tmp_path / "slug.tgz"
        to.write_bytes(b"old")
        scene.platform.fault(*faults, path="/blobs/*", method="GET", times=2)
        if error is None:
            done = await scene.heroku.pull_slug("example", slug.id, to)
            assert to.read_bytes() == data
            assert (done.what, done.bytes) == ("slug", len(data))
            assert f"SHA256:{done.sha256}" == slug.checksum
            assert len([event for event in scene.events if isinstance(event, TransferDone)]) == 2
        else:
            with raises(error) if error is not errors.ChecksumMismatch else pytest.raises(error):  # noqa: TID251
                await scene.heroku.pull_slug("example", slug.id, to)
            assert to.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["slug.tgz"]  # noqa: PTH208 - no pathlib in coroutines

    play(test)


def test_waits_of_every_form(tmp_path: Path) -> None:
    """Each ready form waits for what takes time on the platform, and says what will not come."""

    async def test(scene: Scene) -> None:
        wait, heroku, behavior = scene.heroku.wait, scene.heroku, scene.platform.behavior()
        behavior.release_seconds = 8.0
        build = await heroku.builds.create("example", source_blob=REMOTE)
        assert (await wait.build("example", build.id)).status == "succeeded"
        release = await _newest(scene)
        assert (await wait.release("example", release.id)).status == "succeeded"
        assert (await wait.app("example", released=True)).released_at is not None
        assert {dyno.state for dyno in await wait.dynos("example")} <= {"up"}
        dyno = await heroku.dynos.create("example", command="sleep 9999")
        assert (await wait.dyno("example", dyno.name)).state == "up"
        addon = await heroku.addons.create("example", plan="heroku-postgresql:mini")
        assert (await wait.addon("example", addon.id)).state == "provisioned"
        domain = await heroku.domains.create("example", hostname="www.example.com")
        assert (await wait.domain("example", domain.hostname)).status in {"succeeded", "none"}
        setup = await heroku.app_setups.create(source_blob={"url": REMOTE["url"]})
        assert (await wait.app_setup(setup.id)).status == "succeeded"
        behavior.build_fails = True
        build = await heroku.builds.create("example", source_blob=REMOTE)
        with raises(errors.BuildFailed):
            await wait.build("example", build.id)
        behavior.build_fails, behavior.release_fails = False, True
        await wait.build("example", (await heroku.builds.create("example", source_blob=REMOTE)).id)
        release = await _newest(scene)
        with raises(errors.ReleaseFailed):
            await wait.release("example", release.id)
        with raises(errors.WaitTimeout):
            await wait.app("nowhere", timeout=30)
        scene.platform.fault(Unavailable(), times=4, method="GET")
        assert (await wait.app("example")).name == "example"

    play(test)
