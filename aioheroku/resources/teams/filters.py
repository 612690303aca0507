"""Filters: many apps by their ids in one call."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from aioheroku._api.endpoint import POST, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.teams.team_apps import TeamApp

__all__ = ["AppChoice", "AppFilter", "Filters"]


class AppChoice(TypedDict, total=False):
    """Which apps are wanted."""

    id: Sequence[str | UUID]
    """Ids of the apps."""


AppFilter = TypedDict("AppFilter", {"in": AppChoice}, total=False)
"""What the apps must have in common, under the API's own names.

Keys:
    in: The apps by their ids; all that the account may see if left out.
"""


class Filters(Resource):
    """Operations that read many objects at once.

    See <https://devcenter.heroku.com/articles/platform-api-reference#filters>.
    """

    @POST("/filters/apps", order_fields=("id", "name", "updated_at"), reads=True)
    def apps(self, filter: AppFilter, /, *, range: Range = FULL) -> Pages[TeamApp]:
        """The apps that a filter lets through, of those that the account may see.

        A POST that changes nothing: it is allowed with `read_only=True` and repeated like a GET.

        Args:
            filter: Which apps, such as `{"in": {"id": [app.id]}}`.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
