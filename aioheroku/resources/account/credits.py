"""Credit: money that an account has with Heroku."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Credit", "Credits"]


@frozen(kw_only=True)
class Credit:
    """Money that an account has with Heroku, until it is used up or expires.

    See <https://devcenter.heroku.com/articles/platform-api-reference#credit>.
    """

    amount: int | float
    """How much it was, in cents."""
    balance: int | float
    """How much of it is left, in cents."""
    created_at: Timestamp
    """When it was created."""
    expires_at: Timestamp
    """When the rest of it is lost."""
    id: UUID
    """Its id."""
    title: str
    """What it was given for."""
    updated_at: Timestamp
    """When it was last changed."""


class Credits(Resource):
    """Operations on the credits of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#credit>.
    """

    @GET("/account/credits/{credit}")
    async def info(self, credit: str | UUID, /) -> Credit:
        """One credit, by its id."""
        ...

    @GET("/account/credits", order_fields=("id",))
    def list(self, *, range: Range = FULL) -> Pages[Credit]:
        """Every credit of the account."""
        ...
