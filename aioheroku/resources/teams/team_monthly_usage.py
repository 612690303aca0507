"""Team Monthly Usage: what a team has used in a month."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["TeamMonthlyUsage", "TeamMonthlyUsageApp", "TeamMonthlyUsages"]


@frozen(kw_only=True)
class TeamMonthlyUsageApp(Model):
    """What one app has used on in a month."""

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
class TeamMonthlyUsage(Model):
    """What a team has used in a month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-monthly-usage>.
    """

    addons: float
    """Charges for add-ons in cents."""
    apps: list[TeamMonthlyUsageApp]
    """The same by app."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""
    data: float
    """Charges for data services in cents."""
    dynos: float
    """Dyno units."""
    id: UUID
    """Id of the team."""
    month: str
    """The month, as `2019-01`."""
    name: str
    """Name of the team."""
    partner: float
    """Charges for add-ons of partners in cents."""
    space: float
    """Units of private spaces."""


class TeamMonthlyUsages(Resource):
    """Operations on the monthly usage of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-monthly-usage>.
    """

    @GET("/teams/{team}/usage/monthly")
    def list(
        self, team: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL
    ) -> Pages[TeamMonthlyUsage]:
        """What a team has used, month by month.

        Args:
            team: Id of the team.
            start: First month, such as `2019-01`.
            end: Last month; today by default.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
