"""Enterprise Account Monthly Usage: what an enterprise account has used in a month."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AppUsage, OwnerUsage

__all__ = [
    "EnterpriseAccountMonthlyUsage",
    "EnterpriseAccountMonthlyUsageApp",
    "EnterpriseAccountMonthlyUsageTeam",
    "EnterpriseAccountMonthlyUsages",
]


@frozen(kw_only=True)
class EnterpriseAccountMonthlyUsageApp(AppUsage):
    """What one app has used on in a month."""


@frozen(kw_only=True)
class EnterpriseAccountMonthlyUsageTeam(OwnerUsage):
    """What one team of the enterprise account has used in a month."""

    apps: list[EnterpriseAccountMonthlyUsageApp]
    """The same by app."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""


@frozen(kw_only=True)
class EnterpriseAccountMonthlyUsage(OwnerUsage):
    """What an enterprise account has used in a month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-monthly-usage>.
    """

    connect: float
    """Rows of Heroku Connect that were synchronized."""
    month: str
    """The month, as `2019-01`."""
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
