"""`aioheroku config set` and `unset`: config vars of many apps."""

from collections.abc import Mapping
from typing import Any

import click

from aioheroku._client.session import Heroku
from aioheroku.cli import _values
from aioheroku.cli._campaign import carry_out
from aioheroku.cli._fleet import Job, many_apps
from aioheroku.cli._task import Task, braced


@click.group()
def config() -> None:
    """Set or remove config vars of many apps; a value is never shown."""


@config.command("set")
@click.argument("values", nargs=-1, required=True, metavar="KEY=VALUE...")
@many_apps
def set_(values: tuple[str, ...], job: Job) -> None:
    """Set config vars; each app gets a release and restarts.

    To keep a secret out of the process list: KEY=@FILE takes the value from a file, KEY=- from standard
    input (on a terminal it is typed without being shown). KEY=@@TEXT is a text that begins with @.
    """
    given = _values.read(values, stdin_taken=job.reads_stdin)
    names = ", ".join(key if value else f"{key} (to nothing)" for key, value in given.items())
    does = f"Set {braced(names)} on {{apps}}"
    carry_out(Task(label="config set", does=does, call=config_set, arguments=(given,), look=config_is), job)


@config.command("unset")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@many_apps
def unset(keys: tuple[str, ...], job: Job) -> None:
    """Remove config vars; each app gets a release and restarts."""
    for number, key in enumerate(keys, start=1):
        if "=" in key:
            raise click.UsageError(f"Argument {number} has a =: give names only, to remove config vars.")
        _values.check_name(key, number)
    given = dict.fromkeys(sorted(set(keys)))
    does = f"Remove {braced(', '.join(given))} from {{apps}}"
    carry_out(Task(label="config unset", does=does, call=config_unset, arguments=(given,), look=config_is), job)


async def config_set(heroku: Heroku, app: Any, values: Mapping[str, str | None]) -> None:
    """Change the config vars of an app. The response is dropped: it has all of the app's config vars."""
    await heroku.config_vars.update(app, values)


async def config_unset(heroku: Heroku, app: Any, values: Mapping[str, None]) -> None:
    """Remove config vars of an app."""
    await heroku.config_vars.update(app, values)


async def config_is(heroku: Heroku, app: Any, values: Mapping[str, str | None]) -> bool | None:
    """Whether an app has these config vars, and none that are to be removed."""
    has = await heroku.config_vars.info(app)
    return True if all(has.get(key) == value for key, value in values.items()) else None
