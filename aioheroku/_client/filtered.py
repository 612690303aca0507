"""Apps by their ids, a thousand in a call: `POST /filters/apps`, which changes nothing."""

from collections.abc import AsyncGenerator, Iterable
from itertools import islice
from typing import Final
from uuid import UUID

from attrs import fields_dict

from aioheroku._client.session import Heroku
from aioheroku._pagination import Range
from aioheroku.resources.apps.apps import App
from aioheroku.resources.teams.team_apps import TeamApp

PER_CALL: Final = 1000
"""Ids that are sent at once, and apps of a page."""
_PAGE: Final = Range("id", max=PER_CALL)
_SHOWN: Final = (fields_dict(App).keys() & fields_dict(TeamApp).keys()) - {"extra", "generation", "space", "team"}
"""The attributes that the response has as `App` promises them."""


async def apps_by_id(heroku: Heroku, ids: Iterable[UUID]) -> AsyncGenerator[App]:
    """The apps of these ids that the account may see.

    `acm`, `generation`, `organization`, `space` and `team` are `None`: the response lacks them, or parts of them.

    Raises:
        HerokuError: they cannot be read.
    """
    left = iter(ids)
    while chunk := [str(id) for id in islice(left, PER_CALL)]:
        async for app in heroku.filters.apps({"in": {"id": chunk}}, range=_PAGE):
            if app.owner is not None:
                yield App(**{name: getattr(app, name) for name in _SHOWN})
