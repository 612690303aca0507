"""Enterprise Account Daily Usage: what an enterprise account has used on a day."""

import datetime as dt
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = [
    "EnterpriseAccountDailyUsage",
    "EnterpriseAccountDailyUsageApp",
    "EnterpriseAccountDailyUsageTeam",
    "EnterpriseAccountDailyUsages",
]


@frozen(kw_only=True)
class EnterpriseAccountDailyUsageApp(Model):
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
class EnterpriseAccountDailyUsageTeam(Model):
    """What one team of the enterprise account has used on a day."""

    addons: float
    """Charges for add-ons in cents."""
    apps: list[EnterpriseAccountDailyUsageApp]
    """The same by app."""
    data: float
    """Charges for data services in cents."""
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


@frozen(kw_only=True)
class EnterpriseAccountDailyUsage(Model):
    """What an enterprise account has used on a day.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-daily-usage>.
    """

    addons: float
    """Charges for add-ons in cents."""
    data: float
    """Charges for data services in cents."""
    date: dt.date
    """The day."""
    dynos: float
    """Dyno units."""
    id: UUID
    """Id of the enterprise account."""
    name: str
    """Name of the enterprise account."""
    partner: float
    """Charges for add-ons of partners in cents."""
    space: float
    """Units of private spaces."""
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
