"""Team Invoice: what a team is charged for a period."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["TeamInvoice", "TeamInvoices"]


@frozen(kw_only=True)
class TeamInvoice(Model):
    """What a team is charged for a period.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-invoice>.
    """

    addons_total: int
    """Charges for add-ons in cents."""
    charges_total: int
    """All charges in cents."""
    created_at: Timestamp
    """Time of creation."""
    credits_total: int
    """Credits in cents."""
    database_total: int
    """Charges for databases in cents."""
    dyno_units: float
    """Dyno units used."""
    id: UUID
    """Id of the invoice."""
    number: int
    """Number of the invoice."""
    payment_status: str
    """Status of the payment, such as `Paid`."""
    period_end: str
    """Last day of the period, as `01/31/2014`."""
    period_start: str
    """First day of the period, as `01/01/2014`."""
    platform_total: int
    """Charges for the platform in cents."""
    state: int
    """State of the payment: 0 is pending, 1 successful and -1 failed."""
    total: int
    """What is to be paid in cents."""
    updated_at: Timestamp
    """Time of the last change."""
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
            range: Which part of the list, in which order; all of it by default.
        """
        ...
