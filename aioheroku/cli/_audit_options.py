"""The options of `aioheroku audit`."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from aioheroku._client.choice import Choice
from aioheroku.audit import DEFAULT_PARTS, FINDINGS, PARTS, load_findings, needs
from aioheroku.audit._reports import check_database
from aioheroku.cli._audit import Job
from aioheroku.cli._audit import run as run_audit
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
from aioheroku.errors import InvalidRequest

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
@click.option(
    "--format", type=NearestChoice(["table", "jsonl", "csv", "html", "sqlite"]), default="table", show_default=True
)
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
@base_url
def audit(choice: Choice, **options: Any) -> None:
    """Read every app of the account and report findings.

    The cost (calls, tokens, time) is printed first. Ctrl-C stops it and writes a partial report.
    """
    options["include"] = options["include"] or DEFAULT_PARTS
    job = Job(apps=tuple(sorted(choice.apps)), team=choice.team, match=choice.match, **options)
    for kind in job.fail_on:
        part = needs(kind)
        if part is not None and part not in job.include:
            raise click.UsageError(f"--fail-on {kind} needs the part {part}: add it to --include.")
    if "outside-collaborators" in job.fail_on and not job.domains:
        raise click.UsageError("--fail-on outside-collaborators needs --domain, the mail domain of your own people.")
    one_platform(job.simulate, job.base_url)
    if job.output is not None and not job.output.absolute().parent.is_dir():
        raise click.BadParameter(f"{job.output.parent} is not a folder: create it first.", param_hint="'--output'")
    _check_output(job)
    run(run_audit(job), prints=job.output is None)


def _check_output(job: Job) -> None:
    """Refuse what a report cannot be written to, before anything is sent."""
    if job.format == "sqlite":
        if job.output is None:
            raise click.UsageError("--format sqlite writes a file: name it with --output, such as --output audit.db.")
        try:
            check_database(job.output)
        except InvalidRequest as error:
            raise click.BadParameter(error.message, param_hint="'--output'") from error
    if job.format == "html" and job.output is None and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError("--format html is for a browser: name a file with --output, such as report.html.")
