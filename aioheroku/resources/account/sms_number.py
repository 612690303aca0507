"""SMS Number: the phone number for recovering an account."""

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import Model, frozen

__all__ = ["SMSNumber", "SMSNumbers"]


@frozen(kw_only=True)
class SMSNumber(Model):
    """The phone number for recovering an account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#sms-number>.
    """

    sms_number: str | None = None
    """The number, masked."""


class SMSNumbers(Resource):
    """Operations on the phone number for recovering an account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#sms-number>.
    """

    @GET("/users/{user}/sms-number")
    async def info(self, user: Ref, /) -> SMSNumber:
        """The number of an account, masked.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
        """
        ...

    @POST("/users/{user}/sms-number/actions/recover")
    async def recover(self, user: Ref, /) -> SMSNumber:
        """Start the recovery of an account with a text message to its number; returns the number.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
        """
        ...

    @POST("/users/{user}/sms-number/actions/confirm")
    async def confirm(self, user: Ref, /) -> SMSNumber:
        """Confirm the number of an account; returns the number.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
        """
        ...
