"""Team Daily Usage: what a team has used on a day."""

import datetime as dt

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AppUsage, OwnerUsage

__all__ = ["TeamDailyUsage", "TeamDailyUsageApp", "TeamDailyUsages"]


@frozen(kw_only=True)
class TeamDailyUsageApp(AppUsage):
    """What one app has used on a day."""


@frozen(kw_only=True)
class TeamDailyUsage(OwnerUsage):
    """What a team has used on a day.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-daily-usage>.
    """

    apps: list[TeamDailyUsageApp]
    """The same by app."""
    date: dt.date
    """The day."""


class TeamDailyUsages(Resource):
    """Operations on the daily usage of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-daily-usage>.
    """

    @GET("/teams/{team}/usage/daily")
    def list(self, team: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL) -> Pages[TeamDailyUsage]:
        """What a team has used, day by day.

        Args:
            team: Id of the team.
            start: First day, such as `2019-01-25`.
            end: Last day; today by default.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
