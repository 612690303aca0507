"""`aioheroku wait`: until a build, a release, dynos or something else is ready."""

import re
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import click

from aioheroku._client.session import Heroku
from aioheroku._pagination import Range
from aioheroku.cli import _options
from aioheroku.cli._session import SplitCommand, Where, opened, platform_options, until_stopped
from aioheroku.cli._status import DONE, FAILED
from aioheroku.cli._streams import echo, print_problem, write
from aioheroku.cli._terminal import StatusLine, shown
from aioheroku.errors import BuildFailed, InvalidRequest, ReleaseFailed, WaitFailed, WaitTimeout
from aioheroku.events import Event, Polled

TIMED_OUT: Final = 124
"""The wait has timed out: the status of the command `timeout`."""
_SOURCE: Final = "https://example.com/source.tar.gz"
_VERSION: Final = re.compile(r"^v(?=\d+$)", re.IGNORECASE)
"""The letter before the number of a release."""

Work = Callable[..., Awaitable[str]]
"""Waits; takes the session, the arguments and `timeout`, if given; returns what to print: a line or several."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def wait() -> None:
    """Wait until a build, a release, dynos or the like are ready.

    The exit status is 0 when it is ready, 1 when it never will be, 124 when the time is up. Each poll costs a token, at
    low priority: 65 in ten minutes at most.
    """


def _command(name: str, help: str) -> Callable[[Work], click.Command]:
    """A command that waits as the decorated function does."""

    def decorate(work: Work) -> click.Command:
        def command(where: Where, timeout: float | None, **arguments: Any) -> None:
            times = {} if timeout is None else {"timeout": timeout}
            _options.run(until_stopped(_wait, where, name, arguments.get("app"), partial(work, **arguments, **times)))

        command.__click_params__ = getattr(work, "__click_params__", [])  # type: ignore[attr-defined]
        limited = click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="Give up after this time (10 minutes by default; builds, add-ons and app setups 20, releases 60).",
        )(platform_options()(command))
        return wait.command(name, cls=SplitCommand, help=help)(limited)

    return decorate


async def _wait(where: Where, name: str, app: str | None, work: Work) -> int:
    what = f"{name} of {app}" if app else name

    def show(event: Event) -> None:
        """Show the state as last seen."""
        if isinstance(event, Polled) and event.seconds:
            state = f": {event.state}" if event.state else ""
            line.show(f"{what}{state}; next look in {event.seconds:.0f} s")

    try:
        with StatusLine() as line:
            async with opened(where, "wait", names=[app] if app else [], on_event=show) as heroku:
                if where.simulate is not None and app is not None:
                    await _give_work(heroku, app, is_done=name != "build")
                line.show(f"Waiting for the {what}...")
                found = await work(heroku)
    except (BuildFailed, ReleaseFailed, WaitFailed) as error:
        failure(error)
        return FAILED
    except WaitTimeout as error:
        print_problem(error.summary)
        return TIMED_OUT
    if found:
        write(sys.stdout, found)
    return DONE


async def _give_work(heroku: Heroku, app: str, *, is_done: bool) -> None:
    """Give a simulated app a build, so that there is something to wait for."""
    build = await heroku.builds.create(app, source_blob={"url": _SOURCE, "version": None})
    if is_done:
        await heroku.wait.build(app, build)


def failure(error: BuildFailed | ReleaseFailed | WaitFailed, *, lines: bool = True) -> None:
    """Report that it failed, after the last lines of its output."""
    if not isinstance(error, WaitFailed):
        for text in error.lines if lines else ():
            echo(shown(text))
        error.lines = ()  # they were just printed: the summary need not quote them
    print_problem(error.summary)


@_command("build", "Wait until a build has succeeded; by default the newest one.")
@click.argument("app")
@click.argument("build", required=False, metavar="[ID]")
async def _build(heroku: Heroku, app: str, build: str | None, **times: Any) -> str:
    if build is None:
        newest = await heroku.builds.list(app, range=Range("started_at", order="desc", max=1)).first()
        if newest is None:
            raise InvalidRequest("it has no build yet.", "app")
        build = str(newest.id)
    found = await heroku.wait.build(app, build, **times)
    return f"build {found.id} {found.status}"


@_command("release", "Wait until a release has succeeded, its command included; by default the newest one.")
@click.argument("app")
@click.argument("release", required=False, metavar="[ID|VERSION]")
async def _release(heroku: Heroku, app: str, release: str | None, **times: Any) -> str:
    found = await heroku.wait.release(app, release and _VERSION.sub("", release), **times)
    return f"release v{found.version} {found.status or 'succeeded'}"


@_command("dynos", "Wait until every dyno of the formation is up and runs the newest release.")
@click.argument("app")
@click.option("--type", metavar="TYPE", help="Only dynos of this process type, such as web.")
async def _dynos(heroku: Heroku, app: str, type: str | None, **times: Any) -> str:
    found = await heroku.wait.dynos(app, type=type, **times)
    return "\n".join(f"{dyno.name} {dyno.state} v{dyno.release.version}" for dyno in found)


@_command("dyno", "Wait until a dyno is up, or in another state.")
@click.argument("app")
@click.argument("dyno")
@click.option("--state", default="up", show_default=True, metavar="STATE", help="The state, such as up.")
async def _dyno(heroku: Heroku, app: str, dyno: str, state: str, **times: Any) -> str:
    found = await heroku.wait.dyno(app, dyno, state=state, **times)
    return f"{found.name} {found.state}"


@_command("addon", "Wait until an add-on is provisioned.")
@click.argument("app")
@click.argument("addon")
async def _addon(heroku: Heroku, app: str, addon: str, **times: Any) -> str:
    found = await heroku.wait.addon(app, addon, **times)
    return f"{found.name} {found.state}"


@_command("domain", "Wait until a domain is set up.")
@click.argument("app")
@click.argument("domain")
async def _domain(heroku: Heroku, app: str, domain: str, **times: Any) -> str:
    found = await heroku.wait.domain(app, domain, **times)
    return f"{found.hostname} {found.status}"


@_command("app", "Wait until an app exists.")
@click.argument("app")
@click.option("--released", is_flag=True, help="It must have a release too.")
async def _app(heroku: Heroku, app: str, released: bool, **times: Any) -> str:
    return (await heroku.wait.app(app, released=released, **times)).name


@_command("app-setup", "Wait until an app setup has succeeded.")
@click.argument("setup", metavar="ID")
async def _setup(heroku: Heroku, setup: str, **times: Any) -> str:
    found = await heroku.wait.app_setup(setup, **times)
    return f"app setup {found.id} {found.status}"
