"""`aioheroku deploy`: a source built and released, with its output."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click
from attrs import frozen

from aioheroku.cli import _options
from aioheroku.cli._formatting import duration
from aioheroku.cli._pipes import Writer
from aioheroku.cli._session import SplitCommand, Where, opened, platform_options, split, until_stopped
from aioheroku.cli._status import DONE, FAILED
from aioheroku.cli._streams import echo, print_problem
from aioheroku.cli._terminal import StatusLine, is_terminal, shown
from aioheroku.cli._wait import TIMED_OUT, failure
from aioheroku.errors import BuildFailed, ReleaseFailed, WaitTimeout, printable

if TYPE_CHECKING:
    from aioheroku._streams.deploy import Deploy
    from aioheroku.events import TransferProgress

_MEGABYTE: Final = 1_000_000
_HOUR: Final = 3600.0


@frozen(kw_only=True)
class Job:
    """The options of the command."""

    where: Where
    app: str
    source: str
    version: str | None
    buildpacks: tuple[str, ...]
    checksum: str | None
    ignore: bool
    cancel_on_exit: bool
    release: bool
    timeout: float


@click.command(cls=SplitCommand)
@click.argument("app")
@click.argument("source", metavar="FOLDER|ARCHIVE|URL")
@click.option("--version", metavar="TEXT", help="Your name for the version, such as a commit.")
@click.option(
    "--buildpack",
    "buildpacks",
    multiple=True,
    metavar="NAME|URL",
    help="Buildpack to run instead of the app's own; may be given several times.",
)
@click.option("--checksum", metavar="SHA256:...", help="Checksum that the archive must have.")
@click.option("--no-ignore", is_flag=True, help="Also pack the files that .gitignore and .slugignore exclude.")
@click.option("--cancel-on-exit", is_flag=True, help="Cancel the build at Ctrl-C, instead of letting it continue.")
@click.option("--no-release", is_flag=True, help="Do not wait for the release and its command.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=_HOUR, metavar="SECONDS",
    help="Give up after this time, with status 124 (default: an hour).",
)  # fmt: skip
@platform_options()
def deploy(where: Where, *, no_ignore: bool, no_release: bool, **options: Any) -> None:
    """Deploy a folder, a .tar.gz or an https address, and show the build and the release.

    `-` is an archive on standard input. The output of build and release goes to standard output, everything else to
    standard error. The exit status is 0 only when the release has succeeded.
    """
    if split():
        raise click.UsageError("Name one app and one source.")
    job = Job(where=where, ignore=not no_ignore, release=not no_release, **options)
    _options.run(until_stopped(_deploy, job))


async def _deploy(job: Job) -> int:
    loop = asyncio.get_running_loop()
    line = StatusLine()
    async with opened(job.where, "deploy", names=[job.app]) as heroku:
        began = loop.time()
        deploy = heroku.deploy(
            job.app,
            sys.stdin.buffer if job.source == "-" else job.source,
            version=job.version,
            buildpacks=job.buildpacks,
            checksum=job.checksum,
            ignore=job.ignore,
            cancel_on_exit=job.cancel_on_exit,
            release=job.release,
            progress=lambda event: line.show(_progress(event)),
            timeout=job.timeout,
        )
        try:
            with line:
                line.show("Packing...")
                async with deploy:
                    await _follow(deploy, line)
                    build = await deploy
        except (BuildFailed, ReleaseFailed) as error:
            failure(error, lines=not _same_place())
            return FAILED
        except WaitTimeout as error:
            print_problem(f"{error.summary} {_goes_on(job, deploy)}")
            return TIMED_OUT
        except asyncio.CancelledError:
            if goes_on := _goes_on(job, deploy):
                echo(goes_on)
            raise
    what = f"v{deploy.release.version} of {job.app}" if deploy.release else f"build {build.id} of {job.app}"
    echo(f"Deployed {printable(what)} in {duration(loop.time() - began)}.")
    return DONE


async def _follow(deploy: "Deploy", line: StatusLine) -> None:
    """Write the output of build and release, as text for a terminal, else as it is."""
    writer, looks = Writer(sys.stdout), is_terminal(sys.stdout)
    async for text in deploy:
        line.clear()
        await writer.write(f"{shown(text) if looks else text}\n".encode(errors="replace"))


def _progress(event: "TransferProgress") -> str:
    if event.sent == event.total:
        return "Waiting for the build..."
    of = f" of {event.total / _MEGABYTE:.1f} MB ({event.sent * 100 // event.total} %)" if event.total else " MB"
    return f"Uploading {event.sent / _MEGABYTE:.1f}{of}"


def _same_place() -> bool:
    """Whether standard output and standard error go to the same terminal or file."""
    try:
        first, second = os.fstat(sys.stdout.fileno()), os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)


def _goes_on(job: Job, deploy: "Deploy") -> str:
    """The message about a build that continues after the command."""
    build = deploy.build
    if build is None or build.status != "pending":
        return ""
    if job.cancel_on_exit:
        return "The build is cancelled."
    return f"The build continues: aioheroku wait build {printable(job.app)} {build.id}"
