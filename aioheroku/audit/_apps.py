"""The apps of an audit, read again by the fewest calls after they were counted."""

from collections.abc import AsyncGenerator

from aioheroku._client.choice import Choice
from aioheroku._client.filtered import apps_by_id
from aioheroku._client.session import Heroku
from aioheroku.audit._survey import Survey
from aioheroku.audit._wide import is_unknown_path
from aioheroku.errors import APIError
from aioheroku.resources.apps.apps import App


def chosen_again(heroku: Heroku, choice: Choice, survey: Survey) -> AsyncGenerator[App]:
    """The apps that were counted: those that the survey has kept, else by their ids or by the account's list."""
    if survey.has_filter:
        return _filtered(heroku, choice, survey)
    apps, survey.apps = survey.apps, None
    return choice.of(heroku, together=_uncounted) if apps is None else _each(apps)


async def _filtered(heroku: Heroku, choice: Choice, survey: Survey) -> AsyncGenerator[App]:
    """The apps by their ids; where the platform has no filters, by its list."""
    begun = False
    try:
        async for app in apps_by_id(heroku, survey.owners):
            begun = True
            yield survey.whole(app)
    except APIError as error:
        if begun or not is_unknown_path(error):
            raise
        async for app in choice.of(heroku, together=_uncounted):
            yield app


async def _each(apps: list[App]) -> AsyncGenerator[App]:
    for app in apps:
        yield app


def _uncounted(_: int) -> None:
    """The calls saved were noted when the apps were counted."""
