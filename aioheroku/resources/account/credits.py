"""Credit: a credit on the account."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, POST, Ref, Resource, Secret
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["Credit", "Credits"]


@frozen(kw_only=True)
class Credit(Model):
    """A credit on the account, until it is used up or expires.

    See <https://devcenter.heroku.com/articles/platform-api-reference#credit>.
    """

    amount: int | float
    """Original amount in cents."""
    balance: int | float
    """Remaining amount in cents."""
    created_at: Timestamp
    """Time of creation."""
    expires_at: Timestamp
    """Time when the credit expires."""
    id: UUID
    """Id of the credit."""
    title: str
    """Title of the credit."""
    updated_at: Timestamp
    """Time of the last change."""


class Credits(Resource):
    """Operations on the account's credits.

    See <https://devcenter.heroku.com/articles/platform-api-reference#credit>.
    """

    @GET("/account/credits/{credit}")
    async def info(self, credit: Ref, /) -> Credit:
        """One credit of the account.

        Args:
            credit: Id of the credit.
        """
        ...

    @POST("/account/credits")
    async def create(
        self, *, code1: Annotated[str, Secret()] | Unset = UNSET, code2: Annotated[str, Secret()] | Unset = UNSET
    ) -> Credit:
        """Redeem a voucher; returns the new credit.

        Args:
            code1: First code of the voucher.
            code2: Second code of the voucher.
        """
        ...

    @GET("/account/credits", order_fields=("id",))
    def list(self, *, range: Range = FULL) -> Pages[Credit]:
        """The account's credits.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
