"""Filters: many apps by their ids in one call."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from aioheroku._api.endpoint import POST, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.teams.team_apps import TeamApp

__all__ = ["AppChoice", "AppFilter", "Filters"]


class AppChoice(TypedDict, total=False):
    """The apps to return."""

    id: Sequence[str | UUID]
    """Ids of the apps."""


AppFilter = TypedDict("AppFilter", {"in": AppChoice}, total=False)
"""A filter of apps, under the API's own names.

Keys:
    in: The apps by id; all that the account can see if left out.
"""


class Filters(Resource):
    """Operations that read many objects at once.

    See <https://devcenter.heroku.com/articles/platform-api-reference#filters>.
    """

    @POST("/filters/apps", order_fields=("id", "name", "updated_at"), reads=True)
    def apps(self, filter: AppFilter, /, *, range: Range = FULL) -> Pages[TeamApp]:
        """The apps that match a filter, among those that the account can see.

        A POST that changes nothing: it is allowed with `read_only=True` and retried like a GET.

        Args:
            filter: The filter, such as `{"in": {"id": [app.id]}}`.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
