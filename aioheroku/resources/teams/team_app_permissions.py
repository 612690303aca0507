"""Team App Permission: what a collaborator of a team's app may be allowed to do."""

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["TeamAppPermission", "TeamAppPermissions"]


@frozen(kw_only=True)
class TeamAppPermission(Model):
    """What a collaborator of a team's app may be allowed to do.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app-permission>.
    """

    description: str
    """What the permission allows."""
    name: str
    """Name of the permission: `deploy`, `manage`, `operate` or `view`."""


class TeamAppPermissions(Resource):
    """Operations on the permissions that exist for the apps of teams.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app-permission>.
    """

    @GET("/teams/permissions")
    def list(self, *, range: Range = FULL) -> Pages[TeamAppPermission]:
        """The permissions that can be given to collaborators.

        Args:
            range: Which part of the list, in which order; all of it by default.
        """
        ...
