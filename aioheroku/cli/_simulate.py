"""The simulated platform in a separate process, so that client and platform do not share a processor.

The process ends when its standard input is closed, so it never outlives the one that started it. It ignores Ctrl-C,
which a terminal sends to both.
"""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from aioheroku.errors import ConnectError
from aioheroku.testing import Platform

LIKE_AN_ACCOUNT = 4500
"""Capacity and hourly refill of an account's pool today: assumed until responses show the real values."""


def capacity_for(calls: int) -> int:
    """Capacity of a simulated pool that is enough for this number of calls within seconds."""
    return max(LIKE_AN_ACCOUNT, 2 * calls)


@asynccontextmanager
async def simulated(apps: int, capacity: int) -> AsyncGenerator[tuple[str, str]]:
    """Start a platform with this number of apps and tokens; yields its URL and token."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "aioheroku.cli._simulate",
        str(apps),
        str(capacity),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise ConnectError("The simulated platform did not start; its output is above.")
        address = json.loads(line)
        yield address["url"], address["token"]
    finally:
        if process.stdin:
            process.stdin.close()
        await process.wait()


async def _serve(apps: int, capacity: int) -> None:
    async with Platform(apps=apps, capacity=capacity, refill_per_hour=LIKE_AN_ACCOUNT) as platform:
        sys.stdout.write(json.dumps({"url": platform.url, "token": platform.token}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.buffer.read)


def main(arguments: Sequence[str]) -> None:
    """Serve until standard input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    apps, capacity = arguments
    asyncio.run(_serve(int(apps), int(capacity)))


if __name__ == "__main__":
    main(sys.argv[1:])
