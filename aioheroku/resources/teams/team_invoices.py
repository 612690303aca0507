"""Team Invoice: what a team is charged for a period."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._bases import AnyInvoice

__all__ = ["TeamInvoice", "TeamInvoices"]


@frozen(kw_only=True)
class TeamInvoice(AnyInvoice):
    """What a team is charged for a period.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-invoice>.
    """

    addons_total: int
    """Charges for add-ons in cents."""
    charges_total: int
    """All charges in cents."""
    credits_total: int
    """Credits in cents."""
    database_total: int
    """Charges for databases in cents."""
    dyno_units: float
    """Dyno units used."""
    payment_status: str
    """Status of the payment, such as `Paid`."""
    platform_total: int
    """Charges for the platform in cents."""
    total: int
    """Amount due, in cents."""
    weighted_dyno_hours: float
    """Dyno hours used, weighted by dyno size."""


class TeamInvoices(Resource):
    """Operations on the invoices of a team.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-invoice>.
    """

    @GET("/teams/{team}/invoices/{invoice}")
    async def info(self, team: Ref, invoice: Ref, /) -> TeamInvoice:
        """One invoice of a team.

        Args:
            team: Id or name of the team.
            invoice: Number of the invoice.
        """
        ...

    @GET("/teams/{team}/invoices")
    def list(self, team: Ref, /, *, range: Range = FULL) -> Pages[TeamInvoice]:
        """The team's invoices.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
