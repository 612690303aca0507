"""Plan: size and price of an add-on."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.addons.addon_services import AddonServiceDetails

__all__ = ["Plan", "PlanPrice", "Plans"]


@frozen(kw_only=True)
class PlanPrice(Model):
    """Price of a plan."""

    cents: int
    """Price in cents for each unit of time."""
    unit: str
    """Unit of time, such as `month`."""
    contract: bool | None = None
    """Whether the price is negotiated in a contract. Always there today."""
    metered: bool | None = None
    """Whether usage is billed; only version `3.sdk` of the API says so."""


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
    addon_service: AddonServiceDetails | None = None
    """The add-on service. Always there today."""
    compliance: list[str] | None = None
    """The rules that the plan complies with, such as `HIPAA`."""
    human_name: str | None = None
    """Name in words. Always there today."""
    installable_inside_private_network: bool | None = None
    """Whether apps in a private space can have it. Always there today."""
    installable_outside_private_network: bool | None = None
    """Whether apps outside of private spaces can have it. Always there today."""
    space_default: bool | None = None
    """Whether this is the service's default plan in a private space. Always there today."""
    visible: bool | None = None
    """Whether everybody sees the plan. Always there today."""


class Plans(Resource):
    """Operations on the plans of an add-on service; reading them needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#plan>.
    """

    @GET("/plans/{plan}")
    async def find(self, plan: Ref, /) -> Plan:
        """One plan, whatever its service.

        Args:
            plan: Id or name of the plan, such as `heroku-postgresql:essential-0`.
        """
        ...

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
