"""Enterprise Account Monthly Usage: what an enterprise account has used in a month."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = [
    "EnterpriseAccountMonthlyUsage",
    "EnterpriseAccountMonthlyUsageApp",
    "EnterpriseAccountMonthlyUsageTeam",
    "EnterpriseAccountMonthlyUsages",
]


@frozen(kw_only=True)
class EnterpriseAccountMonthlyUsageApp(Model):
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
class EnterpriseAccountMonthlyUsageTeam(Model):
    """What one team of the enterprise account has used in a month."""

    addons: float
    """Charges for add-ons in cents."""
    apps: list[EnterpriseAccountMonthlyUsageApp]
    """The same by app."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""
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
class EnterpriseAccountMonthlyUsage(Model):
    """What an enterprise account has used in a month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-monthly-usage>.
    """

    addons: float
    """Charges for add-ons in cents."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""
    data: float
    """Charges for data services in cents."""
    dynos: float
    """Dyno units."""
    id: UUID
    """Id of the enterprise account."""
    month: str
    """The month, as `2019-01`."""
    name: str
    """Name of the enterprise account."""
    partner: float
    """Charges for add-ons of partners in cents."""
    space: float
    """Units of private spaces."""
    teams: list[EnterpriseAccountMonthlyUsageTeam]
    """The same by team."""


class EnterpriseAccountMonthlyUsages(Resource):
    """Operations on the monthly usage of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-monthly-usage>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/usage/monthly")
    def list(
        self, enterprise_account: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL
    ) -> Pages[EnterpriseAccountMonthlyUsage]:
        """What an enterprise account has used, month by month.

        Args:
            enterprise_account: Id of the enterprise account.
            start: First month, such as `2019-01`.
            end: Last month; today by default.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
