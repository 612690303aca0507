"""Invoice Address: the address shown on invoices."""

from aioheroku._api.endpoint import GET, PUT, Resource
from aioheroku._codec import Model, frozen
from aioheroku._unset import UNSET, Unset

__all__ = ["InvoiceAddress", "InvoiceAddresses"]


@frozen(kw_only=True)
class InvoiceAddress(Model):
    """The address shown on invoices.

    See <https://devcenter.heroku.com/articles/platform-api-reference#invoice-address>.
    """

    address_1: str
    """First line of the address."""
    address_2: str
    """Second line of the address."""
    city: str
    """Name of the city."""
    country: str
    """Country, by its code."""
    heroku_id: str
    """Identifier of the account, as an e-mail address."""
    other: str
    """Further text on the invoice, such as a tax number."""
    postal_code: str
    """Postal code."""
    state: str
    """State or province."""
    use_invoice_address: bool
    """Whether invoices show this address instead of that of the payment method."""


class InvoiceAddresses(Resource):
    """Operations on the address shown on invoices.

    See <https://devcenter.heroku.com/articles/platform-api-reference#invoice-address>.
    """

    @GET("/account/invoice-address")
    async def info(self) -> InvoiceAddress:
        """The address shown on the account's invoices."""
        ...

    @PUT("/account/invoice-address")
    async def update(
        self,
        *,
        address_1: str | Unset = UNSET,
        address_2: str | Unset = UNSET,
        city: str | Unset = UNSET,
        country: str | Unset = UNSET,
        other: str | Unset = UNSET,
        postal_code: str | Unset = UNSET,
        state: str | Unset = UNSET,
        use_invoice_address: bool | Unset = UNSET,
    ) -> InvoiceAddress:
        """Change the address shown on invoices; returns the updated address.

        Args:
            address_1: First line of the address.
            address_2: Second line of the address.
            city: Name of the city.
            country: Country, by its code.
            other: Further text on the invoice, such as a tax number.
            postal_code: Postal code.
            state: State or province.
            use_invoice_address: Whether invoices are to show this address instead of that of the payment method.
        """
        ...
