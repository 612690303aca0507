"""Plan: size and price of an add-on."""

from typing import TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Identity
from aioheroku.resources.addons.addon_services import AddonServiceDetails

__all__ = ["AddonPlan", "AddonPlanAction", "AddonPlanMeter", "Plan", "PlanPrice", "PlanReference", "Plans"]


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
    """Whether usage is billed; only with `using(accept="3.sdk")`."""


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
    """Description of the plan."""
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
    """Regulations that the plan complies with, such as `HIPAA`."""
    human_name: str | None = None
    """Human-friendly name. Always there today."""
    installable_inside_private_network: bool | None = None
    """Whether apps in a private space can have it. Always there today."""
    installable_outside_private_network: bool | None = None
    """Whether apps outside of private spaces can have it. Always there today."""
    space_default: bool | None = None
    """Whether this is the service's default plan in a private space. Always there today."""
    visible: bool | None = None
    """Whether the plan is listed for everyone. Always there today."""


@frozen(kw_only=True)
class AddonPlanAction(Model):
    """Something that a plan offers for its add-ons, such as a page of the provider."""

    action: str
    """Name of the action."""
    id: UUID
    """Id of the action."""
    label: str
    """Text of the button."""
    requires_owner: bool
    """Whether only the owner of the app may use it."""
    url: str
    """URL of the action."""


@frozen(kw_only=True)
class AddonPlanMeter(Model):
    """A part of a plan that is billed by usage; only with `using(accept="3.sdk")`."""

    billing_description: str
    """Description of what is billed."""
    id: UUID
    """Id of the meter."""
    name: str
    """Name of the meter."""
    price_cents: str
    """Price in cents for each unit."""


@frozen(kw_only=True)
class AddonPlan(Identity):
    """The plan of an add-on; all but id and name comes with `using(accept_expansion="plan")`."""

    addon_service: Identity | None = None
    """The add-on service."""
    compliance: list[str] | None = None
    """Regulations that the plan complies with, such as `HIPAA`."""
    created_at: Timestamp | None = None
    """Time of creation."""
    default: bool | None = None
    """Whether this is the service's default plan."""
    description: str | None = None
    """Description of the plan."""
    human_name: str | None = None
    """Human-friendly name."""
    installable_inside_private_network: bool | None = None
    """Whether apps in a private space can have it."""
    installable_outside_private_network: bool | None = None
    """Whether apps outside of private spaces can have it."""
    meters: list[AddonPlanMeter] | None = None
    """The parts that are billed by usage; only with `using(accept="3.sdk")`."""
    price: PlanPrice | None = None
    """Price of the plan; the price that is charged for this add-on is its `billed_price`."""
    space_default: bool | None = None
    """Whether this is the service's default plan in a private space."""
    state: str | None = None
    """Release state, such as `beta`, `ga` or `public`."""
    updated_at: Timestamp | None = None
    """Time of the last change."""
    visible: bool | None = None
    """Whether the plan is listed for everyone."""


class PlanReference(TypedDict, total=False):
    """A plan, by one of its names."""

    id: str | UUID
    """Id of the plan."""
    name: str
    """Name of the plan, such as `heroku-postgresql:essential-0`."""


class Plans(Resource):
    """Operations on the plans of an add-on service; reading them needs no token.

    See <https://devcenter.heroku.com/articles/platform-api-reference#plan>.
    """

    @GET("/plans/{plan}")
    async def find(self, plan: Ref, /) -> Plan:
        """One plan, of any service.

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
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
