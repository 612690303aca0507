"""`python -m aioheroku.testing`: the simulated platform as a process.

The first line of output is JSON, `{"url": ..., "token": ..., "authority": ...}`; SIGINT and SIGTERM end it with status
0. `authority` is the PEM file of the certificate authority of attached dynos, null without `cryptography`; the Heroku
CLI takes it as NODE_EXTRA_CA_CERTS.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

from aioheroku.testing.platform import Platform

TIMES = {
    "quick": {"build_seconds": 4.0},
    "real": {
        "build_seconds": 60.0,
        "release_seconds": 10.0,
        "space_seconds": 480.0,
        "network_seconds": 300.0,
        "promotion_seconds": 20.0,
        "review_app_seconds": 120.0,
        "test_run_seconds": 180.0,
        "boot_seconds": 10.0,
        "addon_seconds": 120.0,
        "domain_seconds": 60.0,
        "webhook_retry_seconds": 60.0,
    },
}
"""How a process differs from the defaults of `Behavior`: a person at a terminal waits for ten seconds at most."""


def _latency(text: str) -> float | tuple[float, float]:
    least, dash, most = text.partition("-")
    try:
        return (float(least), float(most)) if dash else float(least)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither seconds nor a range of them, 0.07 or 0.05-0.2") from None


def parser() -> argparse.ArgumentParser:
    """The command line: the options of `Platform`."""
    parser = argparse.ArgumentParser(prog="python -m aioheroku.testing", description="Serve a simulated platform.")
    parser.add_argument("--apps", type=int, default=100, help="size of the fleet (default 100)")
    parser.add_argument("--seed", type=int, help="seed of the fleet and of the token (default 0, and a random token)")
    parser.add_argument("--token", help="the account's token (default: random, unless --seed is given)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default a free one)")
    parser.add_argument("--capacity", type=int, default=2400, help="tokens of a full pool (default 2400)")
    parser.add_argument("--refill-per-hour", type=float, default=1200, help="tokens refilled per hour (default 1200)")
    parser.add_argument("--refill", choices=("continuous", "step"), default="continuous", help="how they are refilled")
    parser.add_argument("--remaining", type=int, help="tokens at the start (default: a full pool)")
    parser.add_argument("--latency", type=_latency, default=0.0, help="seconds per response, 0.07 or 0.05-0.2")
    parser.add_argument(
        "--times", choices=("quick", "real"), default="quick", help="how long builds, spaces and the like take"
    )
    parser.add_argument("--local-commands", action="store_true", help="one-off dynos run commands of this machine")
    return parser


async def serve(platform: Platform) -> None:
    """Run until a signal ends it."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.call_soon_threadsafe(ended.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda _number, _frame: end())
    async with platform:
        authority = str(platform.authority) if platform.authority else None
        first = {"url": platform.url, "token": platform.token, "authority": authority}
        sys.stdout.write(json.dumps(first) + "\n")
        sys.stdout.flush()
        await ended.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and serve.

    It ends with status 2 for an unusable option or a port that is taken, and with 141 if nobody reads the address.
    """
    given = parser()
    options = vars(given.parse_args(arguments))
    times = TIMES[options.pop("times")]
    try:
        platform = Platform(**options)
    except ValueError as error:
        name, _, problem = str(error).partition(" ")
        given.error(f"argument --{name.replace('_', '-')}: {problem}")
    for name, seconds in times.items():
        setattr(platform.behavior(), name, seconds)
    try:
        asyncio.run(serve(platform))
    except BrokenPipeError:  # nobody reads its address
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        given.error(f"cannot listen on {options['host']} port {options['port']}: {error.strerror or error}")


if __name__ == "__main__":
    main()
