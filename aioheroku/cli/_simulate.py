"""The simulated platform in a separate process, so that client and platform do not share a processor.

The process ends when its standard input is closed, so it never outlives the one that started it. It ignores Ctrl-C,
which a terminal sends to both.
"""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from typing import Final

from attrs import asdict, frozen

from aioheroku._client.session import Heroku
from aioheroku.cli._streams import write
from aioheroku.errors import ConnectError, HerokuError, InvalidRequest, NotFound
from aioheroku.testing import Platform

LIKE_AN_ACCOUNT = 4500
"""Capacity and hourly refill of an account's pool today: assumed until responses show the real values."""
_REQUESTS: Final = (("/", 200), ("/cart", 200), ("/cart/items", 201), ("/health", 204), ("/about", 304))
_EVERY: Final = 0.25
"""Seconds between two requests that a simulated app writes into its log."""


@frozen(kw_only=True)
class Simulation:
    """The settings of a command's simulated platform."""

    apps: int = 0
    capacity: int = LIKE_AN_ACCOUNT
    names: tuple[str, ...] = ()
    """Further apps, by name."""
    local_commands: bool = False
    """Whether one-off dynos run commands of this machine."""
    traffic: bool = False
    """Whether the apps write into their logs."""


@frozen
class Simulated:
    """Where a simulated platform is."""

    url: str
    token: str
    authority: str | None
    """The file of the authority that one-off dynos are verified with."""


def capacity_for(calls: int) -> int:
    """Capacity of a simulated pool that is enough for this number of calls within seconds."""
    return max(LIKE_AN_ACCOUNT, 2 * calls)


@asynccontextmanager
async def simulating(simulation: Simulation) -> AsyncGenerator[Simulated]:
    """Start such a platform.

    Raises:
        InvalidRequest: a requested name is not valid for an app.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "aioheroku.cli._simulate",
        json.dumps(asdict(simulation)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise ConnectError("The simulated platform did not start; its output is above.")
        first = json.loads(line)
        if "refused" in first:
            raise InvalidRequest(first["refused"], "app")
        yield Simulated(**first)
    finally:
        if process.stdin:
            process.stdin.close()
        await process.wait()


async def _serve(simulation: Simulation) -> None:
    platform = Platform(
        apps=simulation.apps,
        capacity=simulation.capacity,
        refill_per_hour=LIKE_AN_ACCOUNT,
        local_commands=simulation.local_commands,
    )
    behavior = platform.behavior()
    behavior.build_seconds, behavior.boot_seconds = 2.0, 0.5
    async with platform:
        try:
            await _create(platform, simulation.names)
        except HerokuError as error:
            write(sys.stdout, json.dumps({"refused": error.summary}))
            return
        traffic = asyncio.create_task(_traffic(platform)) if simulation.traffic else None
        await asyncio.sleep(0)  # the first lines exist before they are requested
        authority = str(platform.authority) if platform.authority else None
        write(sys.stdout, json.dumps({"url": platform.url, "token": platform.token, "authority": authority}))
        await asyncio.to_thread(sys.stdin.buffer.read)
        if traffic is not None:
            traffic.cancel()


async def _create(platform: Platform, names: Sequence[str]) -> None:
    """Create the apps that do not exist."""
    async with Heroku(platform.token, base_url=platform.url) as heroku:
        for name in names:
            with suppress(NotFound):
                await heroku.apps.info(name)
                continue
            await heroku.apps.create(name=name)
    if names:
        platform.advance(60)  # an audit waits a moment for apps that have just changed


async def _traffic(platform: Platform) -> None:
    """Write requests into the logs of the apps: ten lines at once, then some a second."""
    for number, (path, status) in enumerate(cycle(_REQUESTS), start=1):
        for app in tuple(platform.state.apps):
            platform.logs(app).request(path, status=status)
            platform.logs(app).write(f"GET {path} {status}")
        if number >= len(_REQUESTS):
            await asyncio.sleep(_EVERY)


def main(arguments: Sequence[str]) -> None:
    """Serve until standard input is closed."""
    # Ctrl-C is for the command that uses this platform. Commands of its dynos would inherit SIG_IGN.
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    (given,) = arguments
    asyncio.run(_serve(Simulation(**json.loads(given))))


if __name__ == "__main__":
    main(sys.argv[1:])
