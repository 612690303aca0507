"""Team Space: a private space of a team."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.spaces.spaces import Space

__all__ = ["TeamSpaces"]


class TeamSpaces(Resource):
    """Operations on the private spaces of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-space>.
    """

    @GET("/teams/{team}/spaces")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[Space]:
        """The private spaces of a team.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
