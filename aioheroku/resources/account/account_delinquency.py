"""Account Delinquency: when an account with unpaid invoices is suspended and deleted."""

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Model, Timestamp, frozen

__all__ = ["AccountDelinquencies", "AccountDelinquency"]


@frozen(kw_only=True)
class AccountDelinquency(Model):
    """When an account with unpaid invoices is suspended and deleted.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-delinquency>.
    """

    scheduled_deletion_time: Timestamp | None = None
    """Time when the account will be deleted."""
    scheduled_suspension_time: Timestamp | None = None
    """Time when the account will be suspended."""


class AccountDelinquencies(Resource):
    """Operations on the delinquency of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-delinquency>.
    """

    @GET("/account/delinquency")
    async def info(self) -> AccountDelinquency:
        """When the account will be suspended and deleted; both times are null unless invoices are unpaid."""
        ...
