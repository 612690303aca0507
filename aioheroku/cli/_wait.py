"""`aioheroku wait`: until a build, a release, dynos or something else is ready."""

import re
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import click
from attrs import define, field

from aioheroku import resources
from aioheroku._client.session import Heroku
from aioheroku._pagination import Range
from aioheroku.cli import _options
from aioheroku.cli._line import StatusLine
from aioheroku.cli._session import SplitCommand, Where, opened, platform_options, until_stopped
from aioheroku.cli._status import DONE, FAILED
from aioheroku.cli._streams import echo
from aioheroku.cli._terminal import shown
from aioheroku.errors import BuildFailed, InvalidRequest, ReleaseFailed, WaitFailed, WaitTimeout, printable
from aioheroku.events import Event, Polled

TIMED_OUT: Final = 124
"""The wait has timed out: the status of the command `timeout`."""
_SOURCE: Final = "https://example.com/source.tar.gz"
"""What a simulated app builds, so that there is something to wait for."""
_VERSION: Final = re.compile(r"v(\d+)", re.IGNORECASE)

Work = Callable[[Heroku, float | None], Awaitable[str]]
"""Waits up to a number of seconds; returns one or several lines about the result."""


@define(eq=False)
class _Line:
    """The line that says what is waited for; a listener for `Heroku(on_event=...)`."""

    line: StatusLine
    what: str
    _attempts: int = field(default=0, init=False)

    def __call__(self, event: Event) -> None:
        """Show the state as last seen."""
        if isinstance(event, Polled) and event.seconds:
            state = f": {event.state}" if event.state else ""
            self.line.show(f"{self.what}{state}; next look in {event.seconds:.0f} s")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def wait() -> None:
    """Wait until a build, a release, dynos or the like are ready.

    The exit status is 0 when it is, 1 when it never will be, 124 when the time is over. Each
    poll costs a token, at low priority: 65 in ten minutes at most.
    """


def _command(name: str, help: str) -> Callable[[Callable[..., Work]], click.Command]:
    """A command that waits: the function turns its arguments into the work."""

    def decorate(function: Callable[..., Work]) -> click.Command:
        def command(where: Where, timeout: float | None, **arguments: Any) -> None:
            work = function(**arguments)
            _options.run(until_stopped(_wait, where, name, arguments, work, timeout))

        command.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        limited = click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="When to give up (default: 10 minutes, builds 20, releases 60).",
        )(platform_options()(command))
        return wait.command(name, cls=SplitCommand, help=help)(limited)

    return decorate


async def _wait(where: Where, name: str, arguments: dict[str, Any], work: Work, timeout: float | None) -> int:
    app = arguments.get("app")
    with StatusLine() as line:
        listener = _Line(line, f"{name} of {app}" if app else name)
        async with opened(where, "wait", names=[app] if app else [], on_event=listener) as heroku:
            if where.simulate is not None and app is not None:
                build = await heroku.builds.create(app, source_blob={"url": _SOURCE, "version": None})
                if name != "build":
                    await heroku.wait.build(app, build)
            line.show(f"Waiting for the {listener.what}...")
            try:
                found = await work(heroku, timeout)
            except (BuildFailed, ReleaseFailed, WaitFailed) as error:
                line.clear()
                failure(error)
                return FAILED
            except WaitTimeout as error:
                line.clear()
                echo(f"aioheroku: {printable(error.summary)}")
                return TIMED_OUT
    sys.stdout.write(f"{found}\n" if found else "")
    sys.stdout.flush()
    return DONE


def failure(error: BuildFailed | ReleaseFailed | WaitFailed, *, lines: bool = True) -> None:
    """Report that it failed, after the last lines of its output."""
    if not isinstance(error, WaitFailed):
        for text in error.lines if lines else ():
            echo(shown(text))
        error.lines = ()  # they were just printed: the summary need not quote them
    echo(f"aioheroku: {printable(error.summary)}")


def _times(timeout: float | None) -> dict[str, Any]:
    return {} if timeout is None else {"timeout": timeout}


@_command("build", "Wait until a build has succeeded; by default the newest one.")
@click.argument("app")
@click.argument("build", required=False, metavar="[ID]")
def _build(app: str, build: str | None) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        chosen: Any = build
        if chosen is None:
            newest = heroku.builds.list(app, range=Range("started_at", order="desc", max=1))
            chosen = _there(await newest.first(), "build")
        found = await heroku.wait.build(app, chosen, **_times(timeout))
        return f"build {found.id} {found.status}"

    return work


@_command("release", "Wait until a release has succeeded, its command included; by default the newest one.")
@click.argument("app")
@click.argument("release", required=False, metavar="[ID|VERSION]")
def _release(app: str, release: str | None) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        chosen: Any = release
        if chosen is None:
            newest = heroku.releases.list(app, range=Range("version", order="desc", max=1))
            chosen = _there(await newest.first(), "release")
        elif version := _VERSION.fullmatch(chosen):
            chosen = version[1]
        found = await heroku.wait.release(app, chosen, **_times(timeout))
        return f"release v{found.version} {found.status or 'succeeded'}"

    return work


@_command("dynos", "Wait until every dyno of the formation is up and runs the newest release.")
@click.argument("app")
@click.option("--type", metavar="TYPE", help="Only dynos of this process type, such as web.")
def _dynos(app: str, type: str | None) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        found = await heroku.wait.dynos(app, type=type, **_times(timeout))
        return "\n".join(f"{dyno.name} {dyno.state} v{dyno.release.version}" for dyno in found)

    return work


@_command("dyno", "Wait until a dyno is up, or in another state.")
@click.argument("app")
@click.argument("dyno")
@click.option("--state", default="up", show_default=True, metavar="STATE", help="The state, such as up.")
def _dyno(app: str, dyno: str, state: str) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        found = await heroku.wait.dyno(app, dyno, state=state, **_times(timeout))
        return f"{found.name} {found.state}"

    return work


@_command("addon", "Wait until an add-on is provisioned.")
@click.argument("app")
@click.argument("addon")
def _addon(app: str, addon: str) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        found = await heroku.wait.addon(app, addon, **_times(timeout))
        return f"{found.name} {found.state}"

    return work


@_command("domain", "Wait until a domain is set up.")
@click.argument("app")
@click.argument("domain")
def _domain(app: str, domain: str) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        found = await heroku.wait.domain(app, domain, **_times(timeout))
        return f"{found.hostname} {found.status}"

    return work


@_command("app", "Wait until an app is there.")
@click.argument("app")
@click.option("--released", is_flag=True, help="It must have a release too.")
def _app(app: str, released: bool) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        found = await heroku.wait.app(app, released=released, **_times(timeout))
        return found.name

    return work


@_command("app-setup", "Wait until an app setup has succeeded.")
@click.argument("setup", metavar="ID")
def _setup(setup: str) -> Work:
    async def work(heroku: Heroku, timeout: float | None) -> str:
        found: resources.AppSetup = await heroku.wait.app_setup(setup, **_times(timeout))
        return f"app setup {found.id} {found.status}"

    return work


def _there(found: Any, what: str) -> Any:
    """The newest of a list.

    Raises:
        InvalidRequest: there is none.
    """
    if found is None:
        raise InvalidRequest(f"the app has no {what} yet.", what)
    return found
