"""What the commands share: options, their checks, and how a command runs and ends."""

import asyncio
import sys
from collections.abc import Callable, Collection, Coroutine
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO, TypeVar, cast

import click

from aioheroku._client.campaigns import CONCURRENCY
from aioheroku._client.choice import Choice
from aioheroku.cli._status import FAILED, INTERRUPTED, WRONG
from aioheroku.cli._streams import abandon, prepare, print_problem, reason
from aioheroku.errors import HerokuError, InvalidRequest

_MOST_AT_ONCE: Final = 100
"""The number of connections of a session: more concurrent calls would only wait for a connection."""

FILE: Final = click.Path(dir_okay=False, path_type=Path)
"""A file that need not exist."""

STDIN: Final = "aioheroku.stdin"
"""Set in click's context once standard input was read for names of apps."""

Callback = Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]
F = TypeVar("F", bound=Callable[..., Any])


def meant(name: str, known: Collection[str]) -> str:
    """The end of a message about an unknown name: a suggestion."""
    close = get_close_matches(name, known, 1)
    return f" Did you mean {close[0]!r}?" if close else ""


class NearestChoice(click.Choice[str]):
    """A choice whose error suggests the nearest option."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """The message, with the suggestion."""
        return super().get_invalid_choice_message(value, ctx) + meant(str(value), self.choices)


def out_of(known: Collection[str]) -> Callback:
    """A callback that accepts names out of `known`, separated by commas or given as several options."""

    def picked(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        names = dict.fromkeys(name.strip() for value in values for name in value.split(","))
        for name in names:
            if name not in known:
                raise click.BadParameter(f"{name!r} is not one of {', '.join(known)}.{meant(name, known)}", ctx, param)
        return tuple(names)

    return picked


def _listed(ctx: click.Context, param: click.Parameter, file: TextIO | None) -> tuple[str, ...]:
    """The apps that a file names; empty lines and comments are skipped."""
    if file is None:
        return ()
    if file.name == "<stdin>":
        ctx.meta[STDIN] = True
    try:
        with file:
            lines = [line.partition("#")[0].strip() for line in file]
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{file.name} is not a text file in UTF-8.", ctx, param) from error
    apps = tuple(filter(None, lines))
    if not apps:  # all apps is not what a user means with an empty list
        raise click.BadParameter(f"{file.name} names no app: give one per line.", ctx, param)
    return apps


def combined(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator; the help lists them in this order."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_CHOICE: Final = combined(
    click.option("--app", "apps", multiple=True, metavar="APP", help="Only this app; may be given several times."),
    click.option("--team", metavar="TEAM", help="Only the apps of this team."),
    click.option("--match", metavar="PATTERN", help="Only apps whose names match, such as 'shop-*'."),
    click.option(
        "--apps-from",
        type=click.File(encoding="utf-8-sig"),  # editors of Windows begin a file with a byte order mark
        callback=_listed,
        metavar="FILE",
        help="Only the apps that the file names, one per line; - is standard input.",
    ),
)


def chosen_apps(function: F) -> F:
    """The options that choose apps; the command receives them as `choice`."""

    @wraps(function)
    def choosing(
        *args: Any, apps: tuple[str, ...], apps_from: tuple[str, ...], team: str | None, match: str | None, **rest: Any
    ) -> Any:
        return function(*args, choice=Choice(apps=apps + apps_from, team=team, match=match), **rest)

    return cast("F", _CHOICE(choosing))


work_options = combined(
    click.option(
        "--concurrency",
        type=click.IntRange(1, _MOST_AT_ONCE),
        default=CONCURRENCY,
        show_default=True,
        help="Number of concurrent calls.",
    ),
    click.option(
        "--budget", type=click.IntRange(min=1), metavar="N", help="Start no further app when N tokens are spent."
    ),
    click.option(
        "--journal",
        type=FILE,
        metavar="FILE",
        help="Record the progress there, so that --resume can continue after an interruption.",
    ),
    click.option("--resume", is_flag=True, help="Continue from the journal: what is done is not done again."),
)
"""How much is done at a time, how much in all, and where it is recorded."""


def run(work: Coroutine[Any, Any, int], *, prints: bool = True) -> NoReturn:
    """Run to the end; an error is one line on standard error and an exit status."""
    if not prepare() and prints:
        work.close()
        print_problem("standard output is closed.")
        sys.exit(FAILED)
    try:
        status = asyncio.run(work)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except HerokuError as error:
        print_problem(_text(error))
        status = WRONG if isinstance(error, InvalidRequest) else FAILED
    except BrokenPipeError:
        raise  # a command whose output has no reader any more ends in one way, whichever it is
    except OSError as error:
        abandon()
        print_problem(reason(error))
        status = FAILED
    sys.exit(status)


def _text(error: HerokuError) -> str:
    """The text of an error; without a token, it names a command that needs none."""
    if isinstance(error, InvalidRequest) and error.field == "HEROKU_API_KEY":
        return f"{error.message} `aioheroku audit --simulate 200` needs no account."
    return str(error)
