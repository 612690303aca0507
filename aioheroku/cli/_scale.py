"""`aioheroku scale`: number and size of the dynos of many apps."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import click

from aioheroku._client.session import Heroku
from aioheroku._codec import structure
from aioheroku.cli._campaign import carry_out
from aioheroku.cli._fleet import Job, many_apps
from aioheroku.cli._task import Task, braced
from aioheroku.resources.apps.formation import Formation, FormationList, FormationUpdate

_CHANGE: Final = re.compile(r"([A-Za-z0-9_-]+)=(?:([0-9]{1,9})(?::(\S+))?|:?([A-Za-z]\S*))")
_DIFFERENCE: Final = re.compile(r"[A-Za-z0-9_-]+=?[+-][0-9]+.*")


@click.command()
@click.argument("changes", nargs=-1, required=True, metavar="TYPE=NUMBER[:SIZE]...")
@many_apps
def scale(changes: tuple[str, ...], job: Job) -> None:
    """Set number and size of the dynos of many apps.

    web=2 sets the number, web=2:standard-1x the size, too, and web=standard-1x the size only. All changes of an app
    are made by one call: all of them or none.
    """
    updates = _updates(changes)
    does = f"Scale {braced(' '.join(changes))} on {{apps}}"
    carry_out(Task(label="scale", does=does, call=scale_app, arguments=(updates,), look=is_scaled), job)


def _remedy(change: str) -> str:
    if _DIFFERENCE.fullmatch(change):
        return "give the number itself: a difference would be applied again if the command is repeated"
    return "give TYPE=NUMBER, TYPE=NUMBER:SIZE or TYPE=SIZE, such as web=2:standard-1x"


def _updates(changes: Sequence[str]) -> list[FormationUpdate]:
    updates = dict[str, FormationUpdate]()
    for change in changes:
        match = _CHANGE.fullmatch(change)
        if match is None:
            raise click.UsageError(f"{change!r} cannot be used: {_remedy(change)}.")
        kind, number, size, size_only = match.groups()
        if kind in updates:
            raise click.UsageError(f"{kind} is given twice.")
        update: FormationUpdate = {"type": kind}
        if number is not None:
            update["quantity"] = int(number)
        if size or size_only:
            update["size"] = size or size_only
        updates[kind] = update
    return list(updates.values())


async def scale_app(heroku: Heroku, app: Any, updates: Sequence[FormationUpdate]) -> str:
    """Scale an app; returns what it then has. It sets absolute numbers, so it may be repeated."""
    response = await heroku.request("PATCH", "/apps/{app}/formation", {"updates": updates}, idempotent=True, app=app)
    result: Any = FormationList
    types: list[Formation] = structure(response.json(), result)
    return _shown(types)


async def is_scaled(heroku: Heroku, app: Any, updates: Sequence[FormationUpdate]) -> str | None:
    """The app's formation, if it is as the updates say; else `None`."""
    types = {one.type: one async for one in heroku.formation.list(app)}
    scaled = list[Formation]()
    for update in updates:
        one = types.get(update.get("type", ""))
        if one is None or not _is_so(one, update):
            return None
        scaled.append(one)
    return _shown(scaled)


def _is_so(one: Formation, update: FormationUpdate) -> bool:
    size = update.get("size", one.size)
    return one.quantity == update.get("quantity", one.quantity) and one.size.casefold() == size.casefold()


def _shown(types: Iterable[Formation]) -> str:
    return " ".join(f"{one.type}={one.quantity}:{one.size}" for one in types)
