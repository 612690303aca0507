"""Team Add-on: an add-on of one of a team's apps."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.addons.addons import Addon

__all__ = ["TeamAddons"]


class TeamAddons(Resource):
    """Operations on the add-ons of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-add-on>.
    """

    @GET("/teams/{team}/addons")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[Addon]:
        """The add-ons of all apps of a team; the same as `heroku.addons.list_by_team`.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
