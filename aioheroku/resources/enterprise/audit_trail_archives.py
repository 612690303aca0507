"""Audit Trail Archive: the audit events of a month, as a file."""

from typing import Annotated

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["AuditTrailArchive", "AuditTrailArchives"]

Month = Annotated[str, OneOf("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")]
"""A month, as two digits."""


@frozen(kw_only=True)
class AuditTrailArchive(Model):
    """The audit events of a month, as a file.

    See <https://devcenter.heroku.com/articles/platform-api-reference#audit-trail-archive>.
    """

    checksum: str
    """SHA-256 checksum of the file."""
    created_at: Timestamp
    """Time of creation."""
    month: Month
    """The month, as two digits."""
    size: int
    """Size of the file in bytes."""
    url: str = secret()
    """URL of the file; anyone who knows it may download the file."""
    year: int
    """The year."""


class AuditTrailArchives(Resource):
    """Operations on the audit trail archives of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#audit-trail-archive>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/archives/{year}/{month}")
    async def info(self, enterprise_account: Ref, year: Ref, month: Ref, /) -> AuditTrailArchive:
        """The archive of one month.

        Args:
            enterprise_account: Id or name of the enterprise account.
            year: The year, such as `2019`.
            month: The month as two digits, such as `"03"`.
        """
        ...

    @GET("/enterprise-accounts/{enterprise_account}/archives")
    def list(self, enterprise_account: Ref, /, *, range: Range = FULL) -> Pages[AuditTrailArchive]:
        """The archives of an enterprise account.

        Args:
            enterprise_account: Id or name of the enterprise account.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
