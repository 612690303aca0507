"""The options of the commands for many apps."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from attrs import fields, frozen

from aioheroku._client.choice import Choice
from aioheroku.cli import _options
from aioheroku.cli._journals import check_journals
from aioheroku.cli._session import Where

F = TypeVar("F", bound=Callable[..., Any])


@frozen(kw_only=True)
class Job:
    """The options, besides the task itself."""

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
    """The platform, if not given by `base_url` and `simulate`."""
    reads_stdin: bool = False
    """Whether the names of the apps come from standard input."""

    @property
    def journals(self) -> list[Path]:
        """The journal, if there is one."""
        return [] if self.journal is None else [self.journal]


_NAMES: Final = [field.name for field in fields(Job) if field.name not in ("choice", "where", "reads_stdin")]


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
        help="Record what is done there, so that --resume can continue after an interruption.",
    ),
    click.option("--resume", is_flag=True, help="Continue from the journal: what is done is not done again."),
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
        check_journals(job.journals, resume=job.resume)
        return function(*args, job=job, **options)

    command: Any = placed
    for option in reversed(_OPTIONS):
        command = option(command)
    return _options.chosen_apps(command)  # type: ignore[no-any-return]  # a decorator keeps what it decorates
