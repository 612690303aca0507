"""The options of `aioheroku audit`."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from aioheroku._client.choice import Choice
from aioheroku.audit import DEFAULT_PARTS, FINDINGS, PARTS, Account, load_findings, needs, read_accounts
from aioheroku.audit._reports import check_database
from aioheroku.audit._since import Earlier
from aioheroku.cli._audit import Job, run as run_audit
from aioheroku.cli._journals import check_journals, unusable
from aioheroku.cli._options import (
    NearestChoice,
    base_url,
    chosen_apps,
    concurrency,
    one_platform,
    out_of,
    run,
    simulated_apps,
)
from aioheroku.errors import InvalidRequest, JournalMismatch, printable

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


def _accounts(ctx: click.Context, param: click.Parameter, path: Path | None) -> tuple[Account, ...]:
    try:
        return () if path is None else read_accounts(path)
    except InvalidRequest as error:
        raise click.BadParameter(printable(error.message), ctx, param) from None


def _since(ctx: click.Context, param: click.Parameter, path: Path | None) -> Earlier | None:
    try:
        return None if path is None else Earlier.read(path)
    except InvalidRequest as error:
        raise click.BadParameter(printable(error.message), ctx, param) from None


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
    """Refuse a journal that cannot be begun or resumed, and any other file."""
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
    if format == "html" and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError("--format html is for a browser: name a file with --output, such as report.html.")


@click.command()
@simulated_apps("Audit")
@click.option(
    "--include",
    multiple=True,
    callback=out_of(PARTS),
    metavar="PART[,PART...]",
    help=f"Parts to read of each app: {', '.join(PARTS)} (default: all that the platform has, see the guide).",
)
@chosen_apps
@concurrency
@click.option("--format", type=NearestChoice(FORMATS), default="table", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write the report to (default: standard output).",
)
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
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record what was read there, so that --resume can continue after an interruption.",
)
@click.option("--resume", is_flag=True, help="Continue from the journal: what was read is not read again.")
@click.option("--budget", type=click.IntRange(min=1), metavar="N", help="Begin no further app when N tokens are spent.")
@click.option(
    "--accounts",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_accounts,
    metavar="FILE",
    help="Audit the accounts that the file names, one a line: NAME env:VARIABLE, netrc:HOST or file:PATH.",
)
@click.option(
    "--since",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_since,
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
@base_url
def audit(choice: Choice, resume: bool, **options: Any) -> None:
    """Read every app of the account and report findings.

    The cost (calls, tokens, time) is printed first. Ctrl-C stops it and writes a partial report.
    """
    options["include"] = options["include"] or DEFAULT_PARTS
    job = Job(choice=choice, **options)
    _check_findings(job)
    one_platform(job.simulate, job.base_url)
    if job.simulate is not None and job.accounts:
        raise click.UsageError("--simulate has an account of its own: leave out --accounts.")
    if job.reread and job.since is None:
        raise click.UsageError("--reread needs --since FILE, the report that would be taken for the other parts.")
    _check_output(job)
    _check_files(job)
    _check_journals(job, resume=resume)
    run(run_audit(job), prints=job.output is None)
