"""Real commands of this machine in place of scripted programs: only with `Platform(local_commands=True)`.

An attached command has its own terminal, unless its dyno was created with `force_no_tty`.
"""

import asyncio
import os
import sys
from contextlib import suppress

from aioheroku.testing._state.programs import unlaunched
from aioheroku.testing._state.stream_store import Attached
from aioheroku.testing._streams.attached import Read, Write

_PIECE = 65536
_ON_TERMINAL = """import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv("/bin/sh", ["sh", "-c", sys.argv[1]])"""
"""Makes standard input the controlling terminal, so that Ctrl-C in it is a signal, and becomes the shell."""
_SIZE = ("LINES", "COLUMNS")


async def run_local(attached: Attached, write: Write, read: Read) -> int:
    """Run the dyno's command with the machine's shell; it is killed when this is cancelled."""
    return await (_on_terminal(attached, write, read) if attached.tty else _in_pipes(attached, write, read))


async def _in_pipes(attached: Attached, write: Write, read: Read) -> int:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(
        unlaunched(attached.command),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **attached.env},
        start_new_session=True,
    )
    feeding = asyncio.create_task(_feed(process, read))
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        while piece := await process.stdout.read(_PIECE):
            await write(piece)
        return await process.wait() % 256
    finally:
        feeding.cancel()
        await _killed(process)


async def _on_terminal(attached: Attached, write: Write, read: Read) -> int:
    import pty  # noqa: PLC0415 - Windows has none
    import termios  # noqa: PLC0415

    outer, inner = pty.openpty()
    rows, columns = (int(number) if (number := attached.env.get(name, "")).isdecimal() else 0 for name in _SIZE)
    with suppress(OSError):
        termios.tcsetwinsize(inner, (rows or 24, columns or 80))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-S", "-c", _ON_TERMINAL, unlaunched(attached.command)),
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env={**os.environ, **attached.env},
        start_new_session=True,
    )
    os.close(inner)
    os.set_blocking(outer, False)
    typing = asyncio.create_task(_type(outer, read))
    try:
        while piece := await _shown(outer):
            await write(piece)
        return await process.wait() % 256
    finally:
        typing.cancel()
        await asyncio.gather(typing, return_exceptions=True)
        await _killed(process)
        os.close(outer)


async def _shown(terminal: int) -> bytes:
    """What is written to the terminal; empty when nobody has it open."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(terminal, ready.set)
    try:
        while True:
            await ready.wait()
            ready.clear()
            with suppress(BlockingIOError):
                return os.read(terminal, _PIECE)
    except OSError:  # so Linux reports it
        return b""
    finally:
        loop.remove_reader(terminal)


async def _type(terminal: int, read: Read) -> None:
    loop = asyncio.get_running_loop()
    async for piece in read():
        left = piece
        while left:
            try:
                left = left[os.write(terminal, left) :]
            except BlockingIOError:
                room = asyncio.Event()
                loop.add_writer(terminal, room.set)
                try:
                    await room.wait()
                finally:
                    loop.remove_writer(terminal)
            except OSError:  # the command has ended
                return


async def _feed(process: asyncio.subprocess.Process, read: Read) -> None:
    stdin = process.stdin
    if stdin is None:
        return
    try:
        async for piece in read():
            stdin.write(piece)
            await stdin.drain()
        stdin.close()
    except ConnectionError:
        return


async def _killed(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        await process.wait()
