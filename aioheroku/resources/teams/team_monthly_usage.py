"""Team Monthly Usage: what a team has used in a month."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AppUsage, OwnerUsage

__all__ = ["TeamMonthlyUsage", "TeamMonthlyUsageApp", "TeamMonthlyUsages"]


@frozen(kw_only=True)
class TeamMonthlyUsageApp(AppUsage):
    """What one app has used on in a month."""


@frozen(kw_only=True)
class TeamMonthlyUsage(OwnerUsage):
    """What a team has used in a month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-monthly-usage>.
    """

    apps: list[TeamMonthlyUsageApp]
    """The same by app."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""
    month: str
    """The month, as `2019-01`."""


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
