"""Team Daily Usage: usage of a team by day."""

import datetime as dt

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AppUsage, OwnerUsage

__all__ = ["TeamDailyUsage", "TeamDailyUsageApp", "TeamDailyUsages"]


@frozen(kw_only=True)
class TeamDailyUsageApp(AppUsage):
    """Usage of one app on one day."""


@frozen(kw_only=True)
class TeamDailyUsage(OwnerUsage):
    """Usage of a team on one day.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-daily-usage>.
    """

    apps: list[TeamDailyUsageApp]
    """The usage by app."""
    date: dt.date
    """The day."""


class TeamDailyUsages(Resource):
    """Operations on the daily usage of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-daily-usage>.
    """

    @GET("/teams/{team}/usage/daily")
    def list(self, team: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL) -> Pages[TeamDailyUsage]:
        """The usage of a team, day by day.

        Args:
            team: Id of the team.
            start: First day, such as `2019-01-25`.
            end: Last day; today by default.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
