"""Enterprise Account Daily Usage: usage of an enterprise account by day."""

import datetime as dt

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AppUsage, OwnerUsage

__all__ = [
    "EnterpriseAccountDailyUsage",
    "EnterpriseAccountDailyUsageApp",
    "EnterpriseAccountDailyUsageTeam",
    "EnterpriseAccountDailyUsages",
]


@frozen(kw_only=True)
class EnterpriseAccountDailyUsageApp(AppUsage):
    """Usage of one app on one day."""


@frozen(kw_only=True)
class EnterpriseAccountDailyUsageTeam(OwnerUsage):
    """Usage of one team of the enterprise account on one day."""

    apps: list[EnterpriseAccountDailyUsageApp]
    """The usage by app."""


@frozen(kw_only=True)
class EnterpriseAccountDailyUsage(OwnerUsage):
    """Usage of an enterprise account on one day.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-daily-usage>.
    """

    date: dt.date
    """The day."""
    teams: list[EnterpriseAccountDailyUsageTeam]
    """The usage by team."""


class EnterpriseAccountDailyUsages(Resource):
    """Operations on the daily usage of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-daily-usage>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/usage/daily")
    def list(
        self, enterprise_account: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL
    ) -> Pages[EnterpriseAccountDailyUsage]:
        """The usage of an enterprise account, day by day.

        Args:
            enterprise_account: Id of the enterprise account.
            start: First day, such as `2019-01-25`.
            end: Last day; today by default.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
