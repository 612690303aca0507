"""Plan: how large an add-on is, and what it costs."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Plan", "PlanPrice", "Plans"]


@frozen(kw_only=True)
class PlanPrice:
    """What a plan costs."""

    cents: int
    """How many cents a unit of time costs."""
    unit: str
    """The unit of time, such as `month`."""


@frozen(kw_only=True)
class Plan:
    """How large an add-on of a service is, and what it costs.

    See <https://devcenter.heroku.com/articles/platform-api-reference#plan>.
    """

    created_at: Timestamp
    """When it was created."""
    default: bool
    """Whether it is what the service's name alone stands for."""
    description: str
    """What it is called in words."""
    id: UUID
    """Its id."""
    name: str
    """Its name: service, colon, plan."""
    price: PlanPrice
    """What it costs."""
    state: str
    """How far it has come: `beta`, `ga`, `public` and the like."""
    updated_at: Timestamp
    """When it was last changed."""


class Plans(Resource):
    """Operations on the plans of an add-on service, a catalogue that needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#plan>.
    """

    @GET("/addon-services/{addon_service}/plans/{plan}")
    async def info(self, addon_service: str | UUID, plan: str | UUID, /) -> Plan:
        """One plan of the service, by its id or name."""
        ...

    @GET("/addon-services/{addon_service}/plans", order_fields=("id", "name"))
    def list(self, addon_service: str | UUID, /, *, range: Range = FULL) -> Pages[Plan]:
        """The service's plans."""
        ...
