"""The apps that a command about streams is for."""

from collections.abc import Sequence

import click
from attrs import evolve

from aioheroku._client.choice import Choice
from aioheroku._client.session import Heroku
from aioheroku.cli._session import NAME, Where
from aioheroku.errors import InvalidRequest


def named(apps: Sequence[str], choice: Choice, where: Where) -> Choice:
    """The choice, with the apps that were given as arguments too.

    Raises:
        UsageError: no app is meant.
    """
    choice = evolve(choice, apps=choice.apps | set(apps))
    if choice != Choice():
        return choice
    if where.simulate is None:
        raise click.UsageError("Which app? Name one, or choose with --app, --team, --match or --apps-from.")
    return evolve(choice, apps=(NAME,))


async def names_of(heroku: Heroku, choice: Choice, order: Sequence[str] = ()) -> list[str]:
    """The names of the apps: given names unchanged and in order, without a request.

    Raises:
        InvalidRequest: there is no such app.
    """
    if choice.team is None and choice.match is None:
        first = [name for name in dict.fromkeys(order) if name in choice.apps]
        return first + sorted(choice.apps - set(first))
    names = sorted([app.name async for app in choice.of(heroku)])
    if not names:
        raise InvalidRequest("no app of the account fits.", "match" if choice.match is not None else "team")
    return names
