"""The commands and their options."""

import asyncio
import errno
import sys
from collections.abc import Callable, Collection, Coroutine
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from aioheroku._client.campaigns import CONCURRENCY
from aioheroku.audit import DEFAULT_PARTS, FINDINGS, PARTS, load_findings, needs
from aioheroku.cli._audit import FAILED, INTERRUPTED, WRONG, Job
from aioheroku.cli._audit import run as run_audit
from aioheroku.cli._limits import show
from aioheroku.cli._streams import abandon, echo, prepare
from aioheroku.errors import HerokuError, InvalidRequest, printable

_MOST_AT_ONCE = 100
"""The number of connections of a session: more concurrent calls would only wait for a connection."""


Callback = Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]


def _meant(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f" Did you mean {close[0]!r}?" if close else ""


class _Choice(click.Choice[str]):
    """A choice whose error suggests the nearest option."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        return super().get_invalid_choice_message(value, ctx) + _meant(str(value), self.choices)


def _out_of(known: Collection[str]) -> Callback:
    """A callback that accepts names out of `known`, separated by commas or given as several options."""

    def picked(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        names = dict.fromkeys(name.strip() for value in values for name in value.split(","))
        for name in names:
            if name not in known:
                raise click.BadParameter(f"{name!r} is not one of {', '.join(known)}.{_meant(name, known)}", ctx, param)
        return tuple(names)

    return picked


def _kinds(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Kinds of findings, those of installed packages too."""
    try:
        load_findings()
    except InvalidRequest as error:
        raise click.UsageError(error.message, ctx) from error
    return _out_of(FINDINGS)(ctx, param, values)


def _listed(ctx: click.Context, param: click.Parameter, file: TextIO | None) -> tuple[str, ...]:
    """The apps that a file names; empty lines and comments are skipped."""
    if file is None:
        return ()
    try:
        with file:
            lines = [line.partition("#")[0].strip() for line in file]
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{file.name} is not a text file.", ctx, param) from error
    apps = tuple(filter(None, lines))
    if not apps:  # an audit of all apps is not what a user means with an empty list
        raise click.BadParameter(f"{file.name} names no app: give one a line.", ctx, param)
    return apps


def _domains(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not value.strip("@") or "@" in value.lstrip("@") or " " in value or "," in value:
            raise click.BadParameter(
                f"{value!r} is not a mail domain, such as example.com; the option may be repeated.",
                ctx,
                param,
            )
    return values


def _run(work: Coroutine[Any, Any, int], *, prints: bool = True) -> NoReturn:
    """Run to the end; an error is one line on standard error and an exit status."""
    if not prepare() and prints:
        work.close()
        echo("aioheroku: standard output is closed.")
        sys.exit(FAILED)
    try:
        status = asyncio.run(work)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except InvalidRequest as error:
        missing = error.field == "HEROKU_API_KEY"
        hint = f"{error.message} `aioheroku audit --simulate 200` needs no account." if missing else str(error)
        echo(f"aioheroku: {printable(hint)}")
        status = WRONG
    except HerokuError as error:
        echo(f"aioheroku: {printable(str(error))}")
        status = FAILED
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # the reader closed the pipe: click handles it
        abandon()
        echo(f"aioheroku: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        status = FAILED
    sys.exit(status)


_base_url = click.option(
    "--base-url", metavar="URL", help="The API's address if it is not Heroku's, such as that of `aioheroku simulate`."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="aioheroku")
def cli() -> None:
    """Audit the apps of a Heroku account, within its rate limit.

    The token is read from HEROKU_API_KEY, else from the netrc file that `heroku login` writes.
    """


@cli.command()
@click.option("--simulate", type=click.IntRange(min=0), metavar="N", help="Audit N simulated apps; needs no account.")
@click.option(
    "--include",
    multiple=True,
    callback=_out_of(PARTS),
    metavar="PART[,PART...]",
    help=f"Parts to read, one call per app and part: {', '.join(PARTS)} (default: the first nine).",
)
@click.option("--app", "apps", multiple=True, metavar="APP", help="Audit this app only; may be given several times.")
@click.option("--team", metavar="TEAM", help="Audit only the apps of this team.")
@click.option("--match", metavar="PATTERN", help="Audit only apps whose names match, such as 'shop-*'.")
@click.option(
    "--apps-from",
    type=click.File(encoding="utf-8"),
    callback=_listed,
    metavar="FILE",
    help="Audit only the apps that the file names, one a line; - is standard input.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, _MOST_AT_ONCE),
    default=CONCURRENCY,
    show_default=True,
    help="Number of concurrent calls.",
)
@click.option("--format", type=_Choice(["table", "jsonl", "csv"]), default="table", show_default=True)
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
@_base_url
def audit(**options: Any) -> None:
    """Read every app of the account and report findings.

    The cost (calls, tokens, time) is printed first. Ctrl-C stops it and writes a partial report.
    """
    options["include"] = options["include"] or DEFAULT_PARTS
    options["apps"] += options.pop("apps_from")
    job = Job(**options)
    for kind in job.fail_on:
        part = needs(kind)
        if part is not None and part not in job.include:
            raise click.UsageError(f"--fail-on {kind} needs the part {part}: add it to --include.")
    if "outside-collaborators" in job.fail_on and not job.domains:
        raise click.UsageError("--fail-on outside-collaborators needs --domain, the mail domain of your own people.")
    if job.simulate is not None and job.base_url is not None:
        raise click.UsageError("--simulate starts its own platform: leave out --base-url.")
    if job.output is not None and not job.output.absolute().parent.is_dir():
        raise click.BadParameter(f"{job.output.parent} is not a folder: create it first.", param_hint="'--output'")
    _run(run_audit(job), prints=job.output is None)


@cli.command()
@click.option("--watch", is_flag=True, help="Update it until Ctrl-C.")
@_base_url
def limits(watch: bool, base_url: str | None) -> None:
    """Show the account's token pool; this takes no token."""
    _run(show(base_url, watch=watch))


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate(arguments: tuple[str, ...]) -> None:
    """Serve a simulated platform (--help shows its options).

    The first line of output is JSON with its address and a token; Ctrl-C ends it.
    """
    if not prepare():
        echo("aioheroku: standard output is closed.")
        sys.exit(FAILED)
    from aioheroku.testing.__main__ import main  # noqa: PLC0415 - the server is needed for this command only

    main(arguments)
