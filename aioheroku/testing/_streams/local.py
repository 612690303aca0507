"""Real commands of this machine in place of scripted programs: only with `Platform(local_commands=True)`."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable

from aioheroku.testing._state.stream_store import Attached


async def run_local(
    attached: Attached, write: Callable[[bytes], Awaitable[None]], read: Callable[[], AsyncIterator[bytes]]
) -> int:
    """Run the dyno's command with the machine's shell; it is killed when this is cancelled."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(
        attached.command.strip().removeprefix("launcher "),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **attached.env},
        start_new_session=True,
    )
    feeding = asyncio.create_task(_feed(process, read))
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        while piece := await process.stdout.read(65536):
            await write(piece)
        return await process.wait() % 256
    finally:
        feeding.cancel()
        if process.returncode is None:
            os.killpg(process.pid, 9)
            await process.wait()


async def _feed(process: asyncio.subprocess.Process, read: Callable[[], AsyncIterator[bytes]]) -> None:
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
