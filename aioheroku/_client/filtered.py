"""Apps by their ids, a thousand in a call: `POST /filters/apps`, which changes nothing."""

from collections.abc import AsyncGenerator, Iterable
from itertools import islice
from typing import Final
from uuid import UUID

from aioheroku._client.session import Heroku
from aioheroku._pagination import Range
from aioheroku.resources._refs import Person
from aioheroku.resources.apps.apps import App
from aioheroku.resources.teams.team_apps import TeamApp

PER_CALL: Final = 1000
"""Ids that are sent at once, and apps of a page."""
_PAGE: Final = Range("id", max=PER_CALL)


async def apps_by_id(heroku: Heroku, ids: Iterable[UUID]) -> AsyncGenerator[App]:
    """The apps of these ids that the account may see.

    The response lacks `acm`, `generation`, and the ids of `team` and `space`: all four are `None`.

    Raises:
        HerokuError: they cannot be read.
    """
    left = iter(ids)
    while chunk := [str(id) for id in islice(left, PER_CALL)]:
        async for app in heroku.filters.apps({"in": {"id": chunk}}, range=_PAGE):
            if app.owner is not None:
                yield _as_app(app, app.owner)


def _as_app(app: TeamApp, owner: Person) -> App:
    return App(
        archived_at=app.archived_at,
        build_stack=app.build_stack,
        buildpack_provided_description=app.buildpack_provided_description,
        created_at=app.created_at,
        git_url=app.git_url,
        id=app.id,
        internal_routing=app.internal_routing,
        maintenance=app.maintenance,
        name=app.name,
        owner=owner,
        region=app.region,
        released_at=app.released_at,
        repo_size=app.repo_size,
        slug_size=app.slug_size,
        stack=app.stack,
        updated_at=app.updated_at,
        web_url=app.web_url,
    )
