"""Audit Trail Event: an action in an enterprise account."""

from typing import Annotated, Any
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Person

__all__ = ["AuditTrailEvent", "AuditTrailEvents", "AuditedRequest"]


@frozen(kw_only=True)
class AuditedRequest(Model):
    """Where an audited call came from."""

    ip_address: str
    """IP address of the caller."""


@frozen(kw_only=True)
class AuditTrailEvent(Model):
    """An action in an enterprise account, with its actor.

    See <https://devcenter.heroku.com/articles/platform-api-reference#audit-trail-event>.
    """

    action: str
    """The action, such as `create`."""
    actor: Person
    """The account that took the action."""
    app: Identity
    """The app that the action was taken on."""
    created_at: Timestamp
    """Time of the action."""
    data: dict[str, Any]
    """Details of the action, by name."""
    enterprise_account: Identity
    """The enterprise account."""
    id: UUID
    """Id of the event."""
    owner: Person
    """The owner of the app."""
    request: AuditedRequest
    """Where the call came from."""
    team: Identity
    """The team that owns the app."""
    type: str
    """Kind of object that the action was taken on, such as `app`."""


class AuditTrailEvents(Resource):
    """Operations on the audit trail of an enterprise account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#audit-trail-event>.
    """

    @GET("/enterprise-accounts/{enterprise_account}/events")
    def list(
        self,
        enterprise_account: Ref,
        /,
        *,
        order: Annotated[str, OneOf("asc", "desc")] | Unset = UNSET,
        actor: str | Unset = UNSET,
        action: str | Unset = UNSET,
        type: str | Unset = UNSET,
        day: str | Unset = UNSET,
        range: Range = FULL,
    ) -> Pages[AuditTrailEvent]:
        """The audit events of an enterprise account.

        The filters apply to every page.

        Args:
            enterprise_account: Id or name of the enterprise account.
            order: `asc` for the oldest first, `desc` for the newest.
            actor: Only actions of the account with this e-mail address.
            action: Only this action, such as `create`.
            type: Only this kind of object, such as `app`.
            day: Only this day, such as `2026-10-21`.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
