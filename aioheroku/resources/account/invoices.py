"""Invoice: what an account is charged for a month."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._bases import AnyInvoice

__all__ = ["Invoice", "Invoices"]


@frozen(kw_only=True)
class Invoice(AnyInvoice):
    """What an account is charged for a month.

    See <https://devcenter.heroku.com/articles/platform-api-reference#invoice>.
    """

    charges_total: int | float
    """Sum of the charges, in cents."""
    credits_total: int | float
    """Sum of the credits, in cents."""
    total: int | float
    """Amount due, in cents."""


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
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
