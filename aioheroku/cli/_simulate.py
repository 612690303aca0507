"""The simulated platform in a process of its own, so that client and platform have a processor each.

The process lives as long as its standard input is open: it ends with the one that started it, however that ends. It
ignores Ctrl-C, which a terminal sends to both.
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
"""Tokens that an account's pool holds today, and that come back in an hour: assumed until the platform shows more."""


def capacity_for(calls: int) -> int:
    """Tokens of a simulated pool in which so many calls never run short, though all are made within seconds."""
    return max(LIKE_AN_ACCOUNT, 2 * calls)


@asynccontextmanager
async def simulated(apps: int, capacity: int) -> AsyncGenerator[tuple[str, str]]:
    """Start a platform with so many apps and tokens; its URL and token."""
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
            raise ConnectError("The simulated platform did not start; what it said is above.")
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
