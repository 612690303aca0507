"""Plan: size and price of an add-on."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["Plan", "PlanPrice", "Plans"]


@frozen(kw_only=True)
class PlanPrice(Model):
    """Price of a plan."""

    cents: int
    """Price in cents for each unit of time."""
    unit: str
    """Unit of time, such as `month`."""


@frozen(kw_only=True)
class Plan(Model):
    """Size and price of an add-on.

    See <https://devcenter.heroku.com/articles/platform-api-reference#plan>.
    """

    created_at: Timestamp
    """Time of creation."""
    default: bool
    """Whether this is the service's default plan."""
    description: str
    """Description in words."""
    id: UUID
    """Id of the plan."""
    name: str
    """Name of the plan, such as `heroku-postgresql:essential-0`."""
    price: PlanPrice
    """Price of the plan."""
    state: str
    """Release state, such as `beta`, `ga` or `public`."""
    updated_at: Timestamp
    """Time of the last change."""


class Plans(Resource):
    """Operations on the plans of an add-on service; reading them needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#plan>.
    """

    @GET("/addon-services/{addon_service}/plans/{plan}")
    async def info(self, addon_service: Ref, plan: Ref, /) -> Plan:
        """One plan of an add-on service.

        Args:
            addon_service: Id or name of the add-on service.
            plan: Id or name of the plan.
        """
        ...

    @GET("/addon-services/{addon_service}/plans", order_fields=("id", "name"))
    def list(self, addon_service: Ref, /, *, range: Range = FULL) -> Pages[Plan]:
        """The plans of an add-on service.

        Args:
            addon_service: Id or name of the add-on service.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
