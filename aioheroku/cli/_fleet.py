"""The options of the commands for many apps."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click
from attrs import fields, frozen

from aioheroku._client.choice import Choice
from aioheroku.cli import _options
from aioheroku.cli._journals import check_journals
from aioheroku.cli._session import Where, platform_options
from aioheroku.cli._terminal import is_terminal

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
    where: Where
    reads_stdin: bool = False
    """Whether the names of the apps come from standard input."""

    @property
    def as_lines(self) -> bool:
        """Whether the report is JSON lines: by default unless it is written to a terminal."""
        return self.format == "jsonl" if self.format else not is_terminal(sys.stdout)

    @property
    def journals(self) -> list[Path]:
        """The journal, if there is one."""
        return [] if self.journal is None else [self.journal]


NAMES: Final = [field.name for field in fields(Job) if field.name not in ("choice", "where", "reads_stdin")]
"""The options that are about the campaign."""


def checked_choice(choice: Choice, *, everything: bool) -> None:
    chosen = choice != Choice()
    if everything and chosen:
        raise click.UsageError("--all means every app: leave it out, or the options that choose apps.")
    if not everything and not chosen:
        raise click.UsageError("Choose the apps: --app, --team, --match or --apps-from; --all means every app.")


campaign_options = _options.combined(
    click.option("--all", "everything", is_flag=True, help="Every app that the token may see."),
    click.option("--yes", "-y", is_flag=True, help="Do it without asking."),
    click.option("--dry-run", is_flag=True, help="Show what would be sent; change nothing."),
    _options.work_options,
    click.option(
        "--format",
        type=_options.NearestChoice(["table", "jsonl"]),
        help="By default a table on a terminal, else JSON lines.",
    ),
)
"""The options of `many_apps` that are about the campaign, for a command that works on a single app, too."""


def many_apps(function: F) -> F:
    """The options of a command for many apps; it receives them as `job`."""

    @wraps(function)
    def placed(*args: Any, choice: Choice, where: Where, everything: bool, **options: Any) -> Any:
        stdin = _options.STDIN in click.get_current_context().meta
        given = {name: options.pop(name) for name in NAMES}
        job = Job(choice=choice, where=where, reads_stdin=stdin, **given)
        checked_choice(choice, everything=everything)
        check_journals(job.journals, resume=job.resume)
        return function(*args, job=job, **options)

    all_options = _options.combined(_options.chosen_apps, campaign_options, platform_options(split=False))
    return cast("F", all_options(placed))
