"""One-off dynos by the client against the simulated platform: each way to go wrong, and no dyno left."""

import asyncio
from itertools import product
from typing import Any

import pytest

from aioheroku import StreamTimes, errors
from aioheroku.events import DynoExited, DynoStarted
from aioheroku.testing.faults import Answer
from aioheroku.testing.stream_faults import Cut, Pieces, Rendezvous, Silence, StreamFault
from tests._support.secrets import raises
from tests._support.stream_scene import Scene, play
from tests._support.thorough import some

pytest.importorskip("cryptography")


@pytest.mark.parametrize(
    ("status", "fault"),
    some(
        product(
            [0, 7, 255],
            [None, Pieces(1), Pieces(3), Rendezvous("slow", 100), Rendezvous("joined"), Rendezvous("unread")],
        )
    ),
    ids=repr,
)
def test_status_and_output_of_a_run(fault: StreamFault | None, status: int) -> None:
    """Every byte and the exit status, in whatever pieces; attached or not, on a terminal or not."""

    async def test(scene: Scene) -> None:
        command = f"echo one; printf 'two\\r\\n'; exit {status}"
        for tty in (False, True):
            if fault is not None:
                scene.platform.fault(fault)
            async with scene.heroku.run("example", command, tty=tty) as process:
                assert await process.stdout.read() == (b"one\r\ntwo\r\r\n" if tty else b"one\ntwo\r\n")
                assert await process.wait() == status
        if status:
            with raises(errors.ProcessFailed) as caught:
                await scene.heroku.check_output("example", command)
            assert (caught.value.status, caught.value.output) == (status, "one\ntwo\r\n")
        else:
            assert await scene.heroku.check_output("example", command) == "one\ntwo\r\n"
        detached = scene.heroku.run_detached("example", command)
        assert await detached.wait() == status
        assert [event.status for event in scene.events if isinstance(event, DynoExited)] == [status] * 4
        assert sum(isinstance(event, DynoStarted) for event in scene.events) == 3
        assert scene.one_off == []
        assert not [one for one in scene.platform.requests if one.path.endswith("/actions/stop")]

    play(test)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Rendezvous("refused"), errors.ConnectBlocked),
        (Rendezvous("slow", 130), errors.StartTimeout),
        (Rendezvous("garbage"), errors.StreamRefused),
        (Rendezvous("no status"), errors.ExitUnknown),
        (Rendezvous("half status"), errors.ExitUnknown),
        (Rendezvous("lost"), errors.ExitUnknown),
        (Cut(at=5, how="end"), errors.ExitUnknown),
        (Cut(at=5, how="broken"), errors.ExitUnknown),
        (Cut(at=5, how="reset"), errors.ExitUnknown),
        (Cut(at=41, how="reset"), errors.ExitUnknown),
        (Silence(at=3), errors.ExitUnknown),
    ],
    ids=lambda value: getattr(value, "__name__", repr(value)),
)
def test_runs_that_go_wrong(fault: StreamFault, kind: type[errors.StreamError]) -> None:
    """An error of its class, with what came before; whatever happened, the dyno is gone."""

    async def test(scene: Scene) -> None:
        scene.platform.fault(fault)
        with raises(kind) as caught:
            await scene.heroku.check_output("example", "echo one two; exit 0")
        output = getattr(caught.value, "output", "one two\n")
        assert "one two\n".startswith(output.partition("\uffff")[0])
        await scene.settled(lambda: not scene.one_off)
        assert await scene.heroku.check_output("example", "echo one two") == "one two\n"

    play(test)


def test_silence_in_both_directions() -> None:
    """After `run_idle` it is lost, and the dyno stopped once."""

    async def test(scene: Scene) -> None:
        async with scene.heroku.run("example", "sleep 9999", times=StreamTimes(run_idle=50)) as process:
            with raises(errors.StreamLost):
                await process.wait()
        assert scene.one_off == []
        assert sum(one.path.endswith("/actions/stop") for one in scene.platform.requests) == 1

    play(test)


@pytest.mark.parametrize(("pause", "lasts"), [(1000, 60), (50, 300)], ids=["idle", "old"])
def test_runs_that_the_platform_ends(pause: float, lasts: float) -> None:
    """It hangs up where nothing is said for too long, and stops a dyno in the end: an unknown status, no dyno left."""

    async def test(scene: Scene) -> None:
        loop, behavior = asyncio.get_running_loop(), scene.platform.behavior()
        behavior.idle_seconds, behavior.one_off_seconds = 60, 300

        async def typed(process: Any) -> None:
            while True:
                await asyncio.sleep(pause)
                await process.write(b"x\n")

        async with scene.heroku.run("example", "cat") as process:
            began, typing = loop.time(), asyncio.create_task(typed(process))
            with raises(errors.ExitUnknown):
                await process.wait()
            assert loop.time() - began == pytest.approx(lasts, abs=10)
            typing.cancel()
            await asyncio.wait({typing})
        assert scene.one_off == []

    play(test)


def test_input_of_a_run() -> None:
    """It is written and ended; a command that ends before it has read all of it has its status all the same."""

    async def test(scene: Scene) -> None:
        text = "\n".join(f"line {number}" for number in range(5000)) + "\n"
        assert await scene.heroku.check_output("example", "cat", input=text) == text
        assert await scene.heroku.check_output("example", "echo done", input=text * 20) == "done\n"
        async with scene.heroku.run("example", "cat", tty=True) as process:
            await process.write(b"hello\n")
            assert await process.stdout.read(7) == b"hello\r\n"
            await process.write_eof()
            assert await process.wait() == 0

    play(test)


@pytest.mark.parametrize("way", ["break", "error", "interrupt", "quit", "stop", "timeout", "cancel"])
def test_a_run_that_is_left(way: str) -> None:
    """However it is left, its dyno ends: one that was interrupted by itself, others by one stop."""

    async def test(scene: Scene) -> None:
        heroku = scene.heroku

        async def left() -> None:
            async with heroku.run("example", "echo y; sleep 9999", tty=True) as process:
                assert (await process.stdout.read(3)) == b"y\r\n"
                if way == "error":
                    raise KeyError
                if way in {"interrupt", "quit"}:
                    await (process.interrupt() if way == "interrupt" else process.write(b"\x1c"))
                    with raises(errors.ExitUnknown):
                        await process.wait()
                elif way == "stop":
                    await process.stop()
                elif way == "cancel":
                    await asyncio.Event().wait()

        if way == "timeout":
            with raises(TimeoutError):
                await heroku.check_output("example", "sleep 9999", timeout=20)
        else:
            task = asyncio.create_task(left())
            await asyncio.wait({task}, timeout=30)
            task.cancel()
            await asyncio.wait({task})
        await scene.settled(lambda: not scene.one_off)
        stops = [one for one in scene.platform.requests if one.path.endswith("/actions/stop")]
        assert len(stops) == 1

    play(test)


def test_dynos_that_cannot_be_attached_to() -> None:
    """Fir says what to do instead, 409 is repeated at once, and every dyno that was made is stopped once."""

    async def test(scene: Scene) -> None:
        scene.app.row["generation"] = {**scene.app.row["generation"], "name": "fir"}
        with raises(errors.RunUnsupported) as caught:
            await scene.heroku.check_output("example", "echo one")
        assert "run_detached" in str(caught.value)
        assert scene.one_off == []
        assert await scene.heroku.run_detached("example", "exit 3").wait() == 3
        scene.app.row["generation"] = {**scene.app.row["generation"], "name": "cedar"}
        conflict = Answer(409, {"id": "conflict", "message": "The app is being made."})
        scene.platform.fault(conflict, method="POST", path="/apps/example/dynos", times=2)
        assert await scene.heroku.check_output("example", "echo one") == "one\n"
        scene.platform.fault(conflict, method="POST", path="/apps/example/dynos", times=3)
        with raises(errors.Conflict):
            await scene.heroku.check_output("example", "echo one")

    play(test)


def test_a_detached_run_over_cuts() -> None:
    """Its log is followed over cuts of every kind; one that is stopped has the status of the signal."""

    async def test(scene: Scene) -> list[Any]:
        for number, how in enumerate(("end", "broken", "reset")):
            scene.platform.fault(Cut(at=150, how=how), after=number)  # type: ignore[arg-type]
        lines = [line.text async for line in scene.heroku.run_detached("example", "echo a; sleep 90; echo b; exit 4")]
        stopped = scene.heroku.run_detached("example", "sleep 9999")
        dyno = await stopped
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.sleep(20)
        await scene.heroku.dynos.stop("example", dyno.name)
        return [lines, await waiting]

    lines, status = play(test)
    assert [text for text in lines if text in {"a", "b"} or "exited" in text] == [
        "a",
        "b",
        "Process exited with status 4",
    ]
    assert status == 143
