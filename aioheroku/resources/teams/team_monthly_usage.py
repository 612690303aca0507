"""Team Monthly Usage: usage of a team by month."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AppUsage, OwnerUsage

__all__ = ["TeamMonthlyUsage", "TeamMonthlyUsageApp", "TeamMonthlyUsages"]


@frozen(kw_only=True)
class TeamMonthlyUsageApp(AppUsage):
    """Usage of one app in one month."""


@frozen(kw_only=True)
class TeamMonthlyUsage(OwnerUsage):
    """Usage of a team in one month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-monthly-usage>.
    """

    apps: list[TeamMonthlyUsageApp]
    """The usage by app."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""
    month: str
    """The month, such as `2019-01`."""


class TeamMonthlyUsages(Resource):
    """Operations on the monthly usage of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-monthly-usage>.
    """

    @GET("/teams/{team}/usage/monthly")
    def list(
        self, team: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL
    ) -> Pages[TeamMonthlyUsage]:
        """The usage of a team, month by month.

        Args:
            team: Id of the team.
            start: First month, such as `2019-01`.
            end: Last month; the current one by default.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
