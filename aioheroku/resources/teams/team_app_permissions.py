"""Team App Permission: what a collaborator of a team's app may be allowed to do."""

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Permission

__all__ = ["TeamAppPermission", "TeamAppPermissions"]


@frozen(kw_only=True)
class TeamAppPermission(Permission):
    """What a collaborator of a team's app may be allowed to do: `deploy`, `manage`, `operate` or `view`.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app-permission>.
    """


class TeamAppPermissions(Resource):
    """Operations on the permissions that exist for the apps of teams.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app-permission>.
    """

    @GET("/teams/permissions")
    def list(self, *, range: Range = FULL) -> Pages[TeamAppPermission]:
        """The permissions that can be given to collaborators.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
