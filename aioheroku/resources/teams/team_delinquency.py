"""Team Delinquency: when a team with unpaid invoices is suspended and its apps are deleted."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen

__all__ = ["TeamDelinquencies", "TeamDelinquency"]


@frozen(kw_only=True)
class TeamDelinquency(Model):
    """When a team with unpaid invoices is suspended; both times are null for a team in good standing.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-delinquency>.
    """

    scheduled_deletion_time: Timestamp | None = None
    """Time when the team's apps will be deleted."""
    scheduled_suspension_time: Timestamp | None = None
    """Time when the team will be suspended."""


class TeamDelinquencies(Resource):
    """Operations on the delinquency of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-delinquency>.
    """

    @GET("/teams/{team}/delinquency")
    async def info(self, team: Ref, /) -> TeamDelinquency:
        """When a team will be suspended and its apps deleted.

        Args:
            team: Id or name of the team.
        """
        ...
