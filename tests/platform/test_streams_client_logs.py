"""`heroku.logs` against the simulated platform: each of its faults, and every line once."""

import asyncio
from typing import Any

import pytest

from aioheroku import StreamTimes, errors
from aioheroku.events import LogGap, SessionOpened
from aioheroku.testing.faults import Answer, Fault, Reset, Unavailable
from aioheroku.testing.stream_faults import (
    Cut,
    ErrorEvent,
    LinesPerEvent,
    LostLines,
    Pieces,
    PlainLines,
    Silence,
)
from tests._support.secrets import raises
from tests._support.stream_scene import TIMES, Scene, play
from tests._support.thorough import some

pytest.importorskip("cryptography")
COUNT = 40
TEXTS = [f"line {number // 2}" for number in range(COUNT)]  # true duplicates


async def _followed(scene: Scene, seconds: float, times: StreamTimes = TIMES, **options: Any) -> list[str]:
    """The texts that a tail shows while lines are written, one each so many seconds."""
    found: list[str] = []

    async def write() -> None:
        await scene.settled(lambda: any(isinstance(event, SessionOpened) for event in scene.events))
        await asyncio.sleep(1)
        for text in TEXTS:
            scene.platform.logs("example").write(text)
            await asyncio.sleep(seconds)

    writing = asyncio.create_task(write())
    async with asyncio.timeout(7200), scene.heroku.logs("example", tail=True, times=times, **options) as logs:
        async for line in logs:
            if line.process == "web.1":
                found.append(line.text)
            if len(found) == COUNT:
                break
    await writing
    return found


@pytest.mark.parametrize(
    "faults",
    some(
        [
            (),
            (PlainLines(),),
            (Pieces(1),),
            (Pieces(7), PlainLines()),
            (LinesPerEvent(3),),
            (Cut(at=700, how="end"),),
            (Cut(at=700, how="broken"),),
            (Cut(at=701, how="reset"), PlainLines()),
            (Silence(at=900),),
            (Silence(at=900, heartbeats=True),),
            (Silence(at=900, heartbeats=True), PlainLines()),
            (ErrorEvent(404),),
            (ErrorEvent(503),),
        ],
        2,
    ),
    ids=repr,
)
def test_every_line_once(faults: tuple[Fault, ...]) -> None:
    """Whatever becomes of the first two sessions, every line comes once and in order, true duplicates too."""

    async def test(scene: Scene) -> list[str]:
        if faults:
            scene.platform.fault(*faults, times=2)
        return await _followed(scene, 7.0)

    assert play(test) == TEXTS


@pytest.mark.parametrize(
    ("fault", "options"),
    some(
        [
            (Answer(404, "Not found"), {"path": "/stream*"}),
            (Answer(410, "Gone"), {"path": "/stream*"}),
            (Answer(500, "timeout"), {"path": "/stream*"}),
            (Answer(503), {"path": "/stream*"}),
            (Reset(), {"path": "/stream*"}),
            (Unavailable(), {"method": "POST"}),
            (Reset(executed=True), {"method": "POST"}),
        ],
        2,
    ),
    ids=repr,
)
def test_sessions_that_are_refused(fault: Fault, options: dict[str, Any]) -> None:
    """A session that cannot be made or opened is tried again, at the beginning and at each renewal."""

    async def test(scene: Scene) -> list[str]:
        scene.platform.fault(fault, times=2, **options)
        scene.platform.fault(fault, times=2, after=1, **options)
        return await _followed(scene, 22.0)

    assert play(test) == TEXTS


def test_hours_over_many_sessions() -> None:
    """Sessions fall silent after a quarter of an hour: each is renewed before, and costs one token."""

    async def test(scene: Scene) -> tuple[list[str], int]:
        found = await _followed(scene, 50.0)
        return found, sum(
            record.method == "POST" and "log-sessions" in record.path for record in scene.platform.requests
        )

    found, sessions = play(test)
    assert found == TEXTS
    assert sessions == 3


def test_a_small_age_renews_too() -> None:
    """No other time than those of `StreamTimes` decides: fractions of a second work as minutes do."""

    async def test(scene: Scene) -> tuple[list[str], int]:
        times = StreamTimes(age=0.5, overlap=0.2, pauses=(0.01, 0.02))
        found = await _followed(scene, 0.3, times)
        return found, sum(isinstance(event, SessionOpened) for event in scene.events)

    found, sessions = play(test)
    assert found == TEXTS
    assert sessions > 10


def test_lines_that_a_session_loses_come_late() -> None:
    """What is lost behind the history is in the next one's history: it is marked, and each line comes once."""

    async def test(scene: Scene) -> list[tuple[str, bool]]:
        scene.platform.fault(LostLines(2))
        found: list[tuple[str, bool]] = []
        times = StreamTimes(age=5.0, overlap=1.0)
        async with scene.heroku.logs("example", tail=True, lines=0, times=times) as logs:
            reader = asyncio.ensure_future(anext(aiter(logs)))
            await scene.settled(lambda: any(isinstance(event, SessionOpened) for event in scene.events))
            await asyncio.sleep(1)
            for text in ("a", "b", "c"):
                scene.platform.logs("example").write(text)
            first = await reader
            found.append((first.text, first.late))
            async for line in logs:
                found.append((line.text, line.late))
                if len(found) == 3:
                    break
        return found

    assert play(test) == [("c", False), ("a", True), ("b", True)]


def test_newest_lines_of_the_platform() -> None:
    """One line more comes than asked for, and a filter looks at what was cut: exactly the newest are shown."""

    async def test(scene: Scene) -> list[list[str]]:
        for number in range(200):
            process = "worker.1" if number % 50 == 0 else "web.1"
            scene.platform.logs("example").write(f"{number}", process=process)
        shown: list[list[str]] = []
        every: list[dict[str, Any]] = [
            {"lines": 3}, {"lines": 3, "dyno": "worker"}, {"lines": 2, "process": "worker"}, {"lines": 0},
        ]  # fmt: skip
        for options in every:
            logs = scene.heroku.logs("example", **options)
            shown.append([line.text async for line in logs])
        async with scene.heroku.logs("example", tail=True, lines=2) as logs:
            tail = aiter(logs)
            shown.append([(await anext(tail)).text for _ in range(2)])
            scene.platform.logs("example").write("new")
            shown[-1].append((await anext(tail)).text)
        async with scene.heroku.logs("example", tail=True, lines=0) as logs:
            reader = asyncio.ensure_future(anext(aiter(logs)))
            await asyncio.sleep(2)
            scene.platform.logs("example").write("newer")
            shown.append([(await reader).text])
        return shown

    newest, filtered, process, none, tail, later = play(test)
    assert newest == ["197", "198", "199"]
    assert filtered == ["50", "100", "150"]
    assert process == ["100", "150"]
    assert none == []
    assert tail == ["198", "199", "new"]
    assert later == ["newer"]


def test_fir_has_no_history() -> None:
    """What is written from then on, over sessions that end by themselves; without a tail one session."""

    async def test(scene: Scene) -> tuple[list[str], list[str]]:
        scene.app.row["generation"] = {**scene.app.row["generation"], "name": "fir"}
        scene.platform.logs("example").write("before")
        found = await _followed(scene, 30.0)

        async def read() -> list[str]:
            return [line.text async for line in scene.heroku.logs("example")]

        reading = asyncio.create_task(read())
        await asyncio.sleep(5)
        scene.platform.logs("example").write("one")
        async with asyncio.timeout(1000):
            return found, await reading

    found, once = play(test)
    assert found == TEXTS
    assert once == ["one"]


def test_a_gap_is_told() -> None:
    """More lines than are kept were written while no session ran: the event says after how many."""

    async def test(scene: Scene) -> list[int]:
        scene.platform.fault(Cut(at=150))
        async with scene.heroku.logs("example", tail=True, times=StreamTimes(pauses=(9.0, 9.0))) as logs:
            tail = aiter(logs)
            assert (await anext(tail)).process == "api"
            for number in range(1600):
                scene.platform.logs("example").write(f"{number}")
            assert (await anext(tail)).text == "99"
        return [event.after for event in scene.events if isinstance(event, LogGap)]

    assert play(test) == [1]


def test_a_session_that_is_refused_for_good() -> None:
    """403 before any byte is final, in the status and inside of the stream."""

    async def test(scene: Scene) -> None:
        scene.platform.state.streams.logs.clear()
        for fault, options in ((Answer(403, "Your IP"), {"path": "/stream*"}), (ErrorEvent(403), {})):
            scene.platform.fault(fault, **options)  # type: ignore[arg-type]
            with raises(errors.StreamRefused) as caught:
                async for _ in scene.heroku.logs("example", tail=True):
                    pass
            assert caught.value.status == 403
        scene.platform.fault(Answer(503), path="/stream*", times=None)
        with raises(errors.StreamLost) as lost:
            async for _ in scene.heroku.logs("example", tail=True, times=TIMES):
                pass
        assert (lost.value.failures, lost.value.received) == (5, 0)

    play(test)


def test_a_reader_that_is_too_slow() -> None:
    """The platform drops what nobody takes, and says so with L11; the next session's history has some of it."""

    async def test(scene: Scene) -> list[str | None]:
        codes: list[str | None] = []
        async with scene.heroku.logs("example", tail=True, lines=0) as logs:
            reader = asyncio.ensure_future(anext(aiter(logs)))
            await scene.settled(lambda: any(isinstance(event, SessionOpened) for event in scene.events))
            await asyncio.sleep(1)
            for number in range(1400):
                scene.platform.logs("example").write(f"{number}")
            codes.append((await reader).code)
        return codes

    assert play(test) == ["L11"]
