"""Team Daily Usage: what a team has used on a day."""

import datetime as dt
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["TeamDailyUsage", "TeamDailyUsageApp", "TeamDailyUsages"]


@frozen(kw_only=True)
class TeamDailyUsageApp(Model):
    """What one app has used on a day."""

    addons: float
    """Charges for add-ons in cents."""
    app_name: str
    """Name of the app."""
    data: float
    """Charges for data services in cents."""
    dynos: float
    """Dyno units."""
    partner: float
    """Charges for add-ons of partners in cents."""


@frozen(kw_only=True)
class TeamDailyUsage(Model):
    """What a team has used on a day.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-daily-usage>.
    """

    addons: float
    """Charges for add-ons in cents."""
    apps: list[TeamDailyUsageApp]
    """The same by app."""
    data: float
    """Charges for data services in cents."""
    date: dt.date
    """The day."""
    dynos: float
    """Dyno units."""
    id: UUID
    """Id of the team."""
    name: str
    """Name of the team."""
    partner: float
    """Charges for add-ons of partners in cents."""
    space: float
    """Units of private spaces."""


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
