"""Enterprise Account Monthly Usage: usage of an enterprise account by month."""

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
    """Usage of one app in one month."""


@frozen(kw_only=True)
class EnterpriseAccountMonthlyUsageTeam(OwnerUsage):
    """Usage of one team of the enterprise account in one month."""

    apps: list[EnterpriseAccountMonthlyUsageApp]
    """The usage by app."""
    connect: float
    """Rows of Heroku Connect that were synchronized."""


@frozen(kw_only=True)
class EnterpriseAccountMonthlyUsage(OwnerUsage):
    """Usage of an enterprise account in one month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-monthly-usage>.
    """

    connect: float
    """Rows of Heroku Connect that were synchronized."""
    month: str
    """The month, such as `2019-01`."""
    teams: list[EnterpriseAccountMonthlyUsageTeam]
    """The usage by team."""


class EnterpriseAccountMonthlyUsages(Resource):
    """Operations on the monthly usage of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#enterprise-account-monthly-usage>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/usage/monthly")
    def list(
        self, enterprise_account: Ref, /, *, start: str, end: str | Unset = UNSET, range: Range = FULL
    ) -> Pages[EnterpriseAccountMonthlyUsage]:
        """The usage of an enterprise account, month by month.

        Args:
            enterprise_account: Id of the enterprise account.
            start: First month, such as `2019-01`.
            end: Last month; the current one by default.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
