"""Invoice: what an account pays for a month."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Invoice", "Invoices"]


@frozen(kw_only=True)
class Invoice(Model):
    """What an account pays for a month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#invoice>.
    """

    charges_total: int | float
    """Sum of the charges, in cents."""
    created_at: Timestamp
    """Time of creation."""
    credits_total: int | float
    """Sum of the credits, in cents."""
    id: UUID
    """Id of the invoice."""
    number: int
    """Number of the invoice."""
    period_end: str
    """Day when the period ends, as Heroku writes it."""
    period_start: str
    """Day when the period begins, as Heroku writes it."""
    state: int
    """State of the payment: 0 is open, 1 paid."""
    total: int | float
    """What is to be paid, in cents."""
    updated_at: Timestamp
    """Time of the last change."""


class Invoices(Resource):
    """Operations on the account's invoices.

    See <https://devcenter.heroku.com/articles/platform-api-reference#invoice>.
    """

    @GET("/account/invoices/{invoice}")
    async def info(self, invoice: Ref, /) -> Invoice:
        """One invoice of the account.

        Args:
            invoice: Number of the invoice.
        """
        ...

    @GET("/account/invoices")
    def list(self, *, range: Range = FULL) -> Pages[Invoice]:
        """The account's invoices.

        Args:
            range: Which part of the list, in which order; all of it by default.
        """
        ...
