"""The options of the commands for many apps."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from attrs import fields, frozen

from aioheroku._client.choice import Choice
from aioheroku.cli import _options
from aioheroku.cli._session import Where

F = TypeVar("F", bound=Callable[..., Any])


@frozen(kw_only=True)
class Job:
    """What was asked for, besides the task itself."""

    choice: Choice
    yes: bool
    dry_run: bool
    journal: Path | None
    resume: bool
    budget: int | None
    concurrency: int
    format: str | None
    base_url: str | None
    simulate: int | None
    where: Where | None = None
    """Where it is done, if not where `base_url` and `simulate` say."""
    reads_stdin: bool = False
    """Whether the names of the apps come from standard input."""


_NAMES: Final = [field.name for field in fields(Job) if field.name not in ("choice", "where", "reads_stdin")]


def checked_journal(journal: Path | None, *, resume: bool) -> None:
    """Refuse to begin an unfinished journal anew, and to go on with one that there is not."""
    if journal is None:
        if resume:
            raise click.UsageError("--resume needs --journal FILE, the journal to go on with.")
        return
    where = f"'--journal' {str(journal)!r}"
    if journal.is_dir() or not journal.absolute().parent.is_dir():
        problem = "it is a folder" if journal.is_dir() else "its folder does not exist"
        raise click.UsageError(f"Invalid value for {where}: {problem}.")
    begun = journal.exists() and (not journal.is_file() or journal.stat().st_size > 0)
    if resume and not begun:
        raise click.UsageError(f"Invalid value for {where}: there is nothing to resume. Leave out --resume to begin.")
    if begun and not resume:
        raise click.UsageError(
            f"Invalid value for {where}: the file exists. Go on with it by --resume, or give another file."
        )


def checked_choice(choice: Choice, *, everything: bool) -> None:
    chosen = bool(choice.apps) or choice.team is not None or choice.match is not None
    if everything and chosen:
        raise click.UsageError("--all means every app: leave it out, or the options that choose apps.")
    if not everything and not chosen:
        raise click.UsageError("Choose the apps: --app, --team, --match or --apps-from; --all means every app.")


_CAMPAIGN = (
    click.option("--all", "everything", is_flag=True, help="Every app that the token may see."),
    click.option("--yes", "-y", is_flag=True, help="Do it without asking."),
    click.option("--dry-run", is_flag=True, help="Show what would be sent; change nothing."),
    click.option(
        "--journal",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Record what is done there, so that --resume goes on after an interruption.",
    ),
    click.option("--resume", is_flag=True, help="Go on with the journal: what is done is not done again."),
    click.option(
        "--budget", type=click.IntRange(min=1), metavar="N", help="Begin no further app when N tokens are spent."
    ),
    _options.concurrency,
    click.option(
        "--format",
        type=_options.NearestChoice(["table", "jsonl"]),
        help="By default a table on a terminal, else JSON lines.",
    ),
)
_OPTIONS = (*_CAMPAIGN, _options.simulated_apps("Work on"), _options.base_url)


def campaign_options(function: F) -> F:
    """The options of `many_apps` that are about the campaign, for a command that is for one app, too."""
    command: Any = function
    for option in reversed(_CAMPAIGN):
        command = option(command)
    return command  # type: ignore[no-any-return]  # a decorator keeps what it decorates


def many_apps(function: F) -> F:
    """The options of a command for many apps; it receives them as `job`."""

    @wraps(function)
    def placed(*args: Any, choice: Choice, everything: bool, **options: Any) -> Any:
        stdin = _options.STDIN in click.get_current_context().meta
        job = Job(choice=choice, reads_stdin=stdin, **{name: options.pop(name) for name in _NAMES})
        _options.one_platform(job.simulate, job.base_url)
        checked_choice(choice, everything=everything)
        checked_journal(job.journal, resume=job.resume)
        return function(*args, job=job, **options)

    command: Any = placed
    for option in reversed(_OPTIONS):
        command = option(command)
    return _options.chosen_apps(command)  # type: ignore[no-any-return]  # a decorator keeps what it decorates
