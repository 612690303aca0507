"""`aioheroku maintenance on` and `off`: the maintenance page of many apps."""

from typing import Any

import click

from aioheroku._client.session import Heroku
from aioheroku.cli._campaign import carry_out
from aioheroku.cli._fleet import Job, many_apps
from aioheroku.cli._task import Task


@click.group()
def maintenance() -> None:
    """Turn the maintenance page of many apps on or off."""


@maintenance.command()
@many_apps
def on(job: Job) -> None:
    """Show visitors the maintenance page; dynos keep running."""
    _turn(job, on=True)


@maintenance.command()
@many_apps
def off(job: Job) -> None:
    """Let visitors in again."""
    _turn(job, on=False)


def _turn(job: Job, *, on: bool) -> None:
    does = f"Turn maintenance {'on' if on else 'off'} for {{apps}}"
    label = f"maintenance {'on' if on else 'off'}"
    carry_out(Task(label=label, does=does, call=maintain, arguments=(on,), look=is_maintained), job)


async def maintain(heroku: Heroku, app: Any, on: bool) -> None:
    """Turn it on or off. The app keeps its name, so the change may be repeated."""
    await heroku.request("PATCH", "/apps/{app}", {"maintenance": on}, idempotent=True, app=app)


async def is_maintained(heroku: Heroku, app: Any, on: bool) -> bool | None:
    """Whether maintenance is as requested."""
    return True if (await heroku.apps.info(app)).maintenance is on else None
