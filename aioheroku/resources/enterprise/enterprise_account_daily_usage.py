"""Enterprise Account Daily Usage: what an enterprise account has used on a day."""

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
    """What one app has used on a day."""


@frozen(kw_only=True)
class EnterpriseAccountDailyUsageTeam(OwnerUsage):
    """What one team of the enterprise account has used on a day."""

    apps: list[EnterpriseAccountDailyUsageApp]
    """The same by app."""


@frozen(kw_only=True)
class EnterpriseAccountDailyUsage(OwnerUsage):
    """What an enterprise account has used on a day.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-daily-usage>.
    """

    date: dt.date
    """The day."""
    teams: list[EnterpriseAccountDailyUsageTeam]
    """The same by team."""


class EnterpriseAccountDailyUsages(Resource):
    """Operations on the daily usage of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-daily-usage>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/usage/daily")
    def list(
        self, enterprise_account: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL
    ) -> Pages[EnterpriseAccountDailyUsage]:
        """What an enterprise account has used, day by day.

        Args:
            enterprise_account: Id of the enterprise account.
            start: First day, such as `2019-01-25`.
            end: Last day; today by default.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
