"""`aioheroku restart`: the dynos of many apps."""

from collections.abc import Awaitable, Callable
from typing import Any

import click

from aioheroku._client.session import Heroku
from aioheroku.cli._campaign import carry_out
from aioheroku.cli._fleet import Job, many_apps
from aioheroku.cli._task import Task, braced


@click.command()
@click.option("--type", "kind", metavar="TYPE", help="Only dynos of this process type, such as web.")
@click.option("--dyno", metavar="DYNO", help="Only this dyno, such as web.1.")
@many_apps
def restart(kind: str | None, dyno: str | None, job: Job) -> None:
    """Restart the dynos of many apps.

    Without --type and --dyno all dynos are restarted, and one-off dynos are stopped. A restart is not repeated if it
    may have been executed: its app is then reported as unknown.
    """
    if kind is not None and dyno is not None:
        raise click.UsageError("Give --type or --dyno, not both: a dyno's name includes its type.")
    for option, given in (("--type", kind), ("--dyno", dyno)):
        if given is not None and not given.strip():
            raise click.UsageError(f"{option} is empty: leave it out for all dynos.")
    if dyno is not None:
        task = _task(f"the dyno {braced(dyno)} of {{apps}}", restart_dyno, dyno)
    elif kind is not None:
        task = _task(f"the {braced(kind)} dynos of {{apps}}", restart_type, kind)
    else:
        task = _task("all dynos of {apps}, and stop one-off dynos", restart_all)
    carry_out(task, job)


def _task(what: str, call: Callable[..., Awaitable[None]], *arguments: str) -> Task:
    return Task(label="restart", does=f"Restart {what}", call=call, arguments=arguments, idempotent=False)


async def restart_all(heroku: Heroku, app: Any) -> None:
    """Restart all dynos of an app."""
    await heroku.dynos.restart_all(app)


async def restart_type(heroku: Heroku, app: Any, kind: str) -> None:
    """Restart the dynos of a process type."""
    await heroku.dynos.restart_formation(app, kind)


async def restart_dyno(heroku: Heroku, app: Any, dyno: str) -> None:
    """Restart a dyno."""
    await heroku.dynos.restart(app, dyno)
