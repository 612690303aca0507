"""`aioheroku run`: a command on a one-off dyno of one app, or of each of many."""

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
from attrs import evolve, field, frozen

from aioheroku._client.choice import Choice
from aioheroku.cli import _options
from aioheroku.cli._fleet import NAMES, campaign_options
from aioheroku.cli._session import SplitCommand, Where, named, platform_options, split, until_stopped

NOT_RUN: Final = 125
"""The command could not be run, or aioheroku failed."""
UNKNOWN: Final = 124
"""The command was started, and how it ended is unknown: its exit status was not seen, or its time was up."""

_OF_MANY: Final = ("dry_run", "journal", "resume", "budget")
"""Options that turn the command on one app into a campaign."""


@frozen(kw_only=True)
class Job:
    """The options of the command."""

    where: Where
    choice: Choice
    command: str
    env: dict[str, str] = field(repr=False)
    size: str | None
    type: str | None
    time_to_live: int | None
    launcher: bool | None
    tty: bool
    input: bool
    exit_status: bool
    timeout: float | None
    detach: bool
    tail: bool

    @property
    def dyno(self) -> dict[str, Any]:
        """The options of its dyno, as keywords of `Heroku.run` and `run_detached`."""
        return {
            "env": self.env,
            "size": self.size,
            "type": self.type,
            "time_to_live": self.time_to_live,
            "launcher": self.launcher,
        }


def line_of(words: Sequence[str]) -> str:
    """The command as the dyno's shell reads it: one word is a line of shell, several are a program's arguments."""
    return words[0] if len(words) == 1 else shlex.join(words)


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Environment variables; a name alone takes the value that it has here. No message shows a value."""
    env: dict[str, str] = {}
    for number, value in enumerate(values, 1):
        name, equals, text = value.partition("=")
        if not name or (not equals and not name.replace("_", "a").isalnum()):
            raise click.BadParameter(f"expected KEY=VALUE, but number {number} has no name.", ctx, param)
        if not equals:
            if name not in os.environ:
                raise click.BadParameter(f"{name} is not set here: give {name}=VALUE.", ctx, param)
            text = os.environ[name]
        env[name] = text
    return env


def _apps_and_command(
    arguments: tuple[str, ...], after: list[str] | None, choice: Choice, where: Where, *, everything: bool
) -> tuple[tuple[str, ...], str]:
    """The arguments before and after `--`; without `--` the first argument is the app, if none was chosen."""
    if after is None:
        chosen = everything or choice != Choice()
        first = 0 if chosen or (where.simulate is not None and len(arguments) < 2) else 1
        arguments, after = arguments[:first], list(arguments[first:])
    if not "".join(after).strip():
        raise click.UsageError("Which command? Write it after `--`: aioheroku run APP -- COMMAND.")
    return arguments, line_of(after)


@click.command(cls=SplitCommand)
@click.argument("arguments", nargs=-1, metavar="APP... -- COMMAND...")
@click.option("--size", metavar="SIZE", help="Dyno size, such as standard-2X.")
@click.option("--type", metavar="TYPE", help="Process type of the dyno (default: run).")
@click.option(
    "-e", "--env", multiple=True, callback=_pairs, metavar="KEY=VALUE",
    help="Environment variable of the dyno; may be given several times. KEY alone takes its value from here.",
)  # fmt: skip
@click.option("--no-tty", is_flag=True, help="Give the command no terminal, even where there is one.")
@click.option("--no-input", is_flag=True, help="Do not read standard input: for a shell's loop over apps.")
@click.option("--no-exit-status", is_flag=True, help="Run the command unchanged, without reporting its exit status.")
@click.option(
    "-x", "--exit-code", is_flag=True, hidden=True, help="Accepted for compatibility with Heroku's command: always on."
)
@click.option(
    "--launcher/--no-launcher",
    default=None,
    help="Start the command with `launcher` (default: if the app's stack needs it).",
)
@click.option(
    "--time-to-live", type=click.IntRange(1, 86400), metavar="SECONDS", help="Heroku stops the dyno after this time."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Give up after this time, with status 124.",
)
@click.option("--detach", is_flag=True, help="Do not stay connected: print the dyno's name and leave it running.")
@click.option(
    "--tail", is_flag=True, help="With --detach: follow its log to the end; the exit status is the command's."
)
@click.option("--json", "as_json", is_flag=True, help="Same as --format jsonl.")
@_options.chosen_apps
@campaign_options
@platform_options(commands=True)
def run(
    arguments: tuple[str, ...],
    choice: Choice,
    where: Where,
    *,
    no_tty: bool,
    no_input: bool,
    no_exit_status: bool,
    exit_code: bool,
    as_json: bool,
    everything: bool,
    **options: Any,
) -> None:
    """Run a command on a one-off dyno, of one app or of each of many.

    The exit status is the command's.

    \b
        aioheroku run example -- python manage.py migrate
        aioheroku run example -- 'rake db:dump | gzip' > dump.gz

    On a terminal the command gets all keys, Ctrl-C too; in a pipe its output is passed on byte for byte. Several words
    are a program and its arguments, one word is a line for the shell. Status 125 means that the command could not be
    run, 124 that it is unknown how it ended.

    With several apps, or options that choose them, a plan is shown and confirmed first. Then the output and the exit
    status of each app are reported, as JSON lines or, on a terminal, as text. With --json a single app is run at once,
    and reported as such a line.
    """  # noqa: D301 - the mark of click for a paragraph that is not to be filled
    del exit_code
    apps, command = _apps_and_command(arguments, split(), choice, where, everything=everything)
    choice = evolve(choice, apps=choice.apps | set(apps)) if everything else named(apps, choice, where)
    if options["tail"] and not options["detach"]:
        raise click.UsageError("--tail needs --detach: an attached command is followed anyway.")
    given = {name: options.pop(name) for name in NAMES}
    given["format"] = "jsonl" if as_json else given["format"]
    job = Job(
        where=where,
        choice=choice,
        command=command,
        tty=not no_tty,
        input=not no_input,
        exit_status=not no_exit_status,
        **options,
    )
    if _is_campaign(choice, given, everything=everything):
        from aioheroku.cli._run_many import run_many  # noqa: PLC0415 - many apps

        run_many(job, given, everything=everything)
    from aioheroku.cli._attached import ended, run_one  # noqa: PLC0415 - one app
    from aioheroku.cli._run_json import run_as_json  # noqa: PLC0415

    _options.run(until_stopped(ended, run_as_json if given["format"] == "jsonl" else run_one, job))


def _is_campaign(choice: Choice, given: Mapping[str, Any], *, everything: bool) -> bool:
    """Whether several apps are chosen, or an option is given that applies only to campaigns."""
    listed = bool(click.get_current_context().params["apps_from"]) or choice.team is not None
    chosen = listed or choice.match is not None or everything or len(choice.apps) != 1
    return chosen or any(given[name] for name in _OF_MANY)
