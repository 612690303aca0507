"""What opens a stream never shows: every error and event of streams, brought about with secrets in all that is sent."""

import io
import logging
import pickle
import traceback
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Heroku, StreamTimes, errors, events
from aioheroku.errors import HerokuError
from aioheroku.testing.stream_faults import Cut
from tests._support.stream_errors import CASES, KINDS, SOURCE
from tests._support.stream_scene import Scene, archive, play

pytest.importorskip("cryptography")


def secrets(scene: Scene) -> list[str]:
    """All that opens something at the platform: addresses and their parts, what dynos are attached with, the token."""
    streams = scene.platform.state.streams
    parts = [part for path in streams.addresses for part in (path, path.partition("?")[2])]
    return ["s3cr3t", scene.platform.token, *streams.attached, *filter(None, parts)]


def test_every_class_is_among_the_cases() -> None:
    """A test over the set: the next class cannot be forgotten."""
    kinds = {getattr(errors, name) for name in errors.__all__}
    streams = {kind for kind in kinds if issubclass(kind, errors.StreamError) and kind is not errors.StreamError}
    own = {errors.BuildFailed, errors.ReleaseFailed, errors.WaitFailed, errors.WaitTimeout}
    assert set(CASES) == streams | own


@pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.__name__)
def test_no_error_of_streams_gives_away(
    kind: type[HerokuError], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Text, repr, fields, pickle, notes and causes of each class, its traceback, every event and every record."""
    caplog.set_level(logging.DEBUG)

    async def test(scene: Scene) -> None:
        caught: HerokuError | None = None
        try:
            await CASES[kind](scene, tmp_path)
        except HerokuError as error:
            caught = error
        assert caught is not None
        assert type(caught) is kind
        lines = traceback.TracebackException.from_exception(caught, capture_locals=True).format()
        frames = "".join(line for line in lines if "/tests/" not in line)
        texts = {
            "text": f"{caught} {caught.summary} {caught.advice}",
            "repr": f"{caught!r} {caught.args!r} {vars(caught)!r}",
            "plain": "".join(line for line in traceback.format_exception(caught) if "/tests/" not in line),
            "events": repr(list(scene.events)),
            "records": " ".join(record.getMessage() for record in caplog.records if record.name.startswith("aioh")),
        }
        pickled = pickle.loads(pickle.dumps(caught))  # noqa: S301
        assert (type(pickled), str(pickled), repr(pickled)) == (kind, str(caught), repr(caught))
        texts["pickle"] = repr(pickle.dumps(caught))
        for name, text in texts.items():
            assert [secret for secret in secrets(scene) if secret in text] == [], name
        opening = (scene.platform.token, *scene.platform.state.streams.attached)
        assert [secret for secret in opening if secret in frames] == []

    play(test)


def test_every_event_of_streams_is_silent(tmp_path: Path) -> None:
    """A test over the set: each kind is told by something, with the endpoint's path and without an address."""

    async def test(scene: Scene) -> set[type[events.Event]]:
        heroku: Heroku = scene.heroku.using(label="nightly")
        scene.platform.fault(Cut(at=150, how="reset"))
        times = StreamTimes(pauses=(5.0, 5.0))
        async with heroku.logs("example", tail=True, times=times) as logs:
            lines = aiter(logs)
            await anext(lines)
            for number in range(1600):
                scene.platform.logs("example").write(f"{number}")
            await anext(lines)
        slug = await heroku.push_slug("example", io.BytesIO(archive()), {"web": "x"})
        await heroku.pull_slug("example", slug.id, tmp_path / "slug.tgz")
        await heroku.check_output("example", "echo s3cr3t", env={"PASSWORD": "s3cr3t"})
        await heroku.wait.app("example")
        own = [event for event in scene.events if type(event) in KINDS]
        assert {event.label for event in own} == {"nightly"}
        assert all("{" in event.path for event in own)
        assert [secret for secret in secrets(scene) if secret in repr(own)] == []
        return {type(event) for event in own}

    assert play(test) == KINDS


def test_no_repr_of_streams_gives_away(tmp_path: Path) -> None:
    """What the operations return shows no address, whether it is under way or not."""

    async def test(scene: Scene) -> None:
        heroku = scene.heroku
        log, detached = (
            heroku.logs("example", tail=True),
            heroku.run_detached("example", "sleep 9", env={"A": "s3cr3t"}),
        )
        deploy = heroku.deploy("example", SOURCE["url"])
        build = await heroku.builds.create("example", source_blob=SOURCE)
        output = heroku.build_output("example", build.id)
        run = heroku.run("example", "cat", env={"A": "s3cr3t"})
        things: list[Any] = [log, detached, deploy, output, run, heroku.wait, heroku._streams, build]
        async with log, output, run as process:
            await anext(aiter(log))
            things += [process, process.dyno, process.stdout, await detached, *heroku._core.live, *log._sessions]
            shown = " ".join(map(repr, things)) + " ".join(map(str, things))
        assert [secret for secret in secrets(scene) if secret in shown] == []

    play(test)
