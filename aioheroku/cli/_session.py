"""The platform that a command works on: its options, and the session with Heroku or a simulated platform."""

import asyncio
import signal
import ssl
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from functools import wraps
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import click
from attrs import evolve, frozen

from aioheroku._client.choice import Choice
from aioheroku._client.session import Heroku
from aioheroku._ratelimit import Pool
from aioheroku.cli import _options
from aioheroku.cli._simulate import LIKE_AN_ACCOUNT, Simulation, capacity_for, simulating
from aioheroku.cli._status import INTERRUPTED
from aioheroku.errors import InvalidRequest

APPS: Final = 3
"""Number of apps of a simulated platform, if none is given."""
NAME: Final = "example"
"""The simulated app where none is named."""
_AFTER: Final = "aioheroku.after"

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., Any])


@frozen(kw_only=True)
class Where:
    """The platform that a command works on."""

    base_url: str | None = None
    context: ssl.SSLContext | None = None
    """The certificates to trust."""
    simulate: int | None = None
    local_commands: bool = False


class SplitCommand(click.Command):
    """A command whose `--simulate` needs no number, and that keeps the arguments after `--` apart."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments before `--`; the rest is `split()`."""
        before = list(takewhile(lambda one: one != "--", args))
        ctx.meta[_AFTER] = args[len(before) + 1 :] if "--" in args else None
        for index, one in enumerate(before):
            if one == "--simulate" and not "".join(before[index + 1 : index + 2]).isdecimal():
                before[index] = f"--simulate={APPS}"
        return super().parse_args(ctx, before)


def split() -> list[str] | None:
    """The arguments after `--`; None without it."""
    after: list[str] | None = click.get_current_context().meta[_AFTER]
    return after


def _trusting(ctx: click.Context, param: click.Parameter, file: Path | None) -> ssl.SSLContext | None:
    if file is None:
        return None
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(file)
    except (OSError, ssl.SSLError) as error:
        raise click.BadParameter(f"{file} is not a readable file of PEM certificates.", ctx, param) from error
    return context


def platform_options(*, split: bool = True, commands: bool = False) -> Callable[[F], F]:
    """The options that choose the platform; a command receives them as `where`.

    Args:
        split: whether it is a `SplitCommand`.
        commands: whether `--local-commands` is one of them.
    """
    local = click.option(
        "--local-commands",
        is_flag=True,
        help="With --simulate: run commands of this machine instead of scripted ones.",
    )
    options = _options.combined(
        click.option(
            "--simulate",
            type=click.IntRange(min=0),
            metavar="[N]" if split else "N",
            help=f"Use a simulated platform with N apps{f' ({APPS} by default)' if split else ''} and those that are "
            "named; needs no account.",
        ),
        *[local] * commands,
        click.option(
            "--base-url",
            metavar="URL",
            help="The API's address if it is not Heroku's, such as that of `aioheroku simulate`.",
        ),
        click.option(
            "--ca-file",
            "context",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            callback=_trusting,
            metavar="FILE",
            help="Certificates (PEM) to trust besides the system's, such as the `authority` of `aioheroku simulate`.",
        ),
    )

    def decorate(function: F) -> F:
        @wraps(function)
        def placed(
            *,
            base_url: str | None,
            context: ssl.SSLContext | None,
            simulate: int | None,
            local_commands: bool = False,
            **rest: Any,
        ) -> Any:
            if simulate is not None and base_url is not None:
                raise click.UsageError("--simulate starts its own platform: leave out --base-url.")
            if local_commands and simulate is None:
                raise click.UsageError("--local-commands needs --simulate: dynos of Heroku run their own commands.")
            where = Where(base_url=base_url, context=context, simulate=simulate, local_commands=local_commands)
            return function(where=where, **rest)

        return cast("F", options(placed))

    return decorate


def named(apps: Sequence[str], choice: Choice, where: Where) -> Choice:
    """The choice, with the apps that were given as arguments too.

    Raises:
        UsageError: no app is chosen.
    """
    choice = evolve(choice, apps=choice.apps | set(apps))
    if choice != Choice():
        return choice
    if where.simulate is None:
        raise click.UsageError("Which app? Name one, or choose with --app, --team, --match or --apps-from.")
    return evolve(choice, apps=(NAME,))


async def until_stopped(work: Callable[P, Coroutine[Any, Any, int]], *args: P.args, **options: P.kwargs) -> int:
    """The exit status; SIGTERM, as job runners send it, and SIGHUP, of a terminal that was closed, are like Ctrl-C."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    if task is not None:
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(NotImplementedError, AttributeError):  # Windows
                loop.add_signal_handler(getattr(signal, name), task.cancel)
    try:
        return await work(*args, **options)
    except asyncio.CancelledError:
        return INTERRUPTED


@asynccontextmanager
async def opened(
    where: Where,
    agent: str,
    *,
    names: Collection[str] = (),
    make: Callable[..., Heroku] = Heroku.from_env,
    capacity: int = 0,
    traffic: bool = False,
    **options: Any,
) -> AsyncGenerator[Heroku]:
    """A session of a command.

    Args:
        where: the platform.
        agent: the command, for the header `User-Agent`.
        names: apps that a simulated platform has besides others.
        make: makes the session with Heroku; by default with the token of the environment.
        capacity: the least capacity of a simulated pool.
        traffic: whether simulated apps write into their logs.
        options: further options of the session.

    Raises:
        InvalidRequest: there is no token, or what was given cannot be used.
    """
    options |= {"user_agent": agent, "base_url": where.base_url, "ssl": where.context}
    if where.simulate is None:
        async with make(pool=Pool(LIKE_AN_ACCOUNT, LIKE_AN_ACCOUNT), **options) as heroku:
            yield heroku
        return
    simulation = Simulation(
        apps=where.simulate,
        capacity=max(capacity, capacity_for(where.simulate)),
        names=tuple(sorted(names)),
        local_commands=where.local_commands,
        traffic=traffic,
    )
    async with simulating(simulation) as platform:
        if platform.authority is not None:
            options["ssl"] = ssl.create_default_context(cafile=platform.authority)
        elif agent == "run":
            raise InvalidRequest("it needs the package cryptography: pip install 'aioheroku[cache]'.", "simulate")
        options["base_url"] = platform.url
        async with Heroku(platform.token, pool=Pool(), **options) as heroku:
            yield heroku


async def latency_of(heroku: Heroku) -> float:
    """The seconds that a response takes. The request takes no token, and gives the pool its balance."""
    clock = asyncio.get_running_loop().time
    began = clock()
    await heroku.rate_limits.info()
    return clock() - began
