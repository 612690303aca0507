"""The options of `aioheroku audit`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from aioheroku._client.choice import Choice
from aioheroku.audit import DEFAULT_PARTS, FINDINGS, PARTS, load_findings, needs, read_accounts
from aioheroku.audit._reports import check_database
from aioheroku.audit._since import Earlier
from aioheroku.cli._audit import Job, Run
from aioheroku.cli._journals import check_journals, unusable
from aioheroku.cli._options import FILE, NearestChoice, chosen_apps, out_of, run, work_options
from aioheroku.cli._session import Where, platform_options, until_stopped
from aioheroku.cli._terminal import is_terminal
from aioheroku.errors import InvalidRequest, JournalMismatch, printable

T = TypeVar("T")
FORMATS: Final = ("table", "jsonl", "csv", "html", "sqlite")


def _kinds(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Kinds of findings, those of installed packages too."""
    try:
        load_findings()
    except InvalidRequest as error:
        raise click.UsageError(error.message, ctx) from error
    return out_of(FINDINGS)(ctx, param, values)


def _domains(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not value.strip("@") or "@" in value.lstrip("@") or " " in value or "," in value:
            raise click.BadParameter(
                f"{value!r} is not a mail domain, such as example.com; the option may be repeated.",
                ctx,
                param,
            )
    return values


def _read_by(read: Callable[[Path], T], absent: T) -> Callable[[click.Context, click.Parameter, Path | None], T]:
    """A callback that reads the file of an option."""

    def callback(ctx: click.Context, param: click.Parameter, path: Path | None) -> T:
        try:
            return absent if path is None else read(path)
        except InvalidRequest as error:
            raise click.BadParameter(printable(error.message), ctx, param) from None

    return callback


def _check_files(job: Job) -> None:
    """Refuse one file for two things: writing one would destroy the other."""
    files = [("--journal", journal.path) for journal in job.journals.values()]
    if job.since is not None:
        files.append(("--since", job.since.path))
    if job.output is not None:
        files.append(("--output", job.output))
    seen = dict[Path, str]()
    for option, file in files:
        other = seen.setdefault(file.resolve(), option)
        if other != option:
            raise click.UsageError(f"{option} and {other} are the same file: give each a file of its own.")


def _check_journals(job: Job, *, resume: bool) -> None:
    """Refuse a journal that cannot be started or resumed, and any other file."""
    check_journals([journal.path for journal in job.journals.values()], resume=resume)
    for journal in job.journals.values():
        try:
            journal.examine("audit", [[job.include], dict[str, object]()])
        except OSError as error:
            raise unusable(journal.path, error.strerror or str(error)) from None
        except JournalMismatch as error:
            raise click.UsageError(printable(str(error))) from None


def _check_findings(job: Job) -> None:
    """Refuse `--fail-on` findings that would not be looked for."""
    for kind in job.fail_on:
        part = needs(kind)
        if part is not None and part not in job.include:
            raise click.UsageError(f"--fail-on {kind} needs the part {part}: add it to --include.")
    if "outside-collaborators" in job.fail_on and not job.domains:
        raise click.UsageError("--fail-on outside-collaborators needs --domain, the mail domain of your own people.")


def _check_output(job: Job) -> None:
    """Refuse what a report cannot be written to, before anything is sent."""
    if job.output is None:
        _check_stdout(job.format)
        return
    if not job.output.absolute().parent.is_dir():
        raise click.BadParameter(f"{job.output.parent} is not a folder: create it first.", param_hint="'--output'")
    if job.format == "sqlite":
        try:
            check_database(job.output)
        except InvalidRequest as error:
            raise click.BadParameter(error.message, param_hint="'--output'") from error


def _check_stdout(format: str) -> None:
    if format == "sqlite":
        raise click.UsageError("--format sqlite writes a file: name it with --output, such as --output audit.db.")
    if format == "html" and is_terminal(sys.stdout):
        raise click.UsageError("--format html is for a browser: name a file with --output, such as report.html.")


@click.command()
@click.option(
    "--include",
    multiple=True,
    callback=out_of(PARTS),
    metavar="PART[,PART...]",
    help=f"Parts to read of each app: {', '.join(PARTS)} (default: all that the platform has, see the guide).",
)
@chosen_apps
@work_options
@click.option("--format", type=NearestChoice(FORMATS), default="table", show_default=True)
@click.option("--output", type=FILE, metavar="FILE", help="Write the report there (default: standard output).")
@click.option(
    "--fail-on",
    multiple=True,
    callback=_kinds,
    metavar="FINDING[,FINDING...]",
    help=f"Exit with status 3 if any app has this finding: {', '.join(FINDINGS)}.",
)
@click.option(
    "--domain",
    "domains",
    multiple=True,
    callback=_domains,
    metavar="example.com",
    help="Report collaborators of other mail domains; may be given several times.",
)
@click.option(
    "--accounts",
    type=FILE,
    callback=_read_by(read_accounts, ()),
    metavar="FILE",
    help="Audit the accounts that the file names, one per line: NAME env:VARIABLE, netrc:HOST or file:PATH.",
)
@click.option(
    "--since",
    type=FILE,
    callback=_read_by(Earlier.read, None),
    metavar="FILE",
    help="Read only what can have changed since this report (of --format jsonl), and report what changed.",
)
@click.option(
    "--reread",
    multiple=True,
    callback=out_of(PARTS),
    metavar="PART[,PART...]",
    help="With --since, read these parts of unchanged apps too.",
)
@platform_options(split=False)
def audit(choice: Choice, where: Where, resume: bool, **options: Any) -> None:
    """Read every app of the account and report findings.

    The cost (calls, tokens, time) is printed first. Ctrl-C stops it and writes a partial report.
    """
    options["include"] = options["include"] or DEFAULT_PARTS
    job = Job(choice=choice, where=where, **options)
    _check_findings(job)
    if where.simulate is not None and job.accounts:
        raise click.UsageError("--simulate has an account of its own: leave out --accounts.")
    if job.reread and job.since is None:
        raise click.UsageError("--reread needs --since FILE, the report from which the other parts are taken.")
    _check_output(job)
    _check_files(job)
    _check_journals(job, resume=resume)
    run(until_stopped(Run(job).work), prints=job.output is None)
