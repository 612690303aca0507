"""Add-on: a service that is provisioned for an app."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen, optional_in_practice
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity
from aioheroku.resources.addons.addon_services import AddonServiceDetails
from aioheroku.resources.addons.plans import AddonPlan, AddonPlanAction, PlanReference

__all__ = [
    "Addon",
    "AddonAttachmentName",
    "AddonBilledPrice",
    "AddonBillingEntity",
    "Addons",
]


@frozen(kw_only=True)
class AddonBilledPrice(Model):
    """Price that is charged for an add-on."""

    cents: int
    """Price in cents for each unit of time."""
    contract: bool
    """Whether the price is negotiated in a contract."""
    metered: bool | None = None
    """Whether usage is billed; only with `using(accept="3.sdk")`."""
    unit: str
    """Unit of time, such as `month`."""


@frozen(kw_only=True)
class AddonBillingEntity(Identity):
    """Who pays for an add-on."""

    type: Annotated[str, OneOf("app", "team")]
    """Whether an app's owner pays, or a team."""


@frozen(kw_only=True)
class Addon(Model):
    """A service that is provisioned for an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on>.
    """

    addon_service: AddonServiceDetails = optional_in_practice()
    """The add-on service; responses of 2014 lacked it."""
    config_vars: list[str]
    """Names of the config vars that the add-on sets."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the add-on."""
    name: str
    """Name of the add-on, unique on Heroku."""
    plan: AddonPlan
    """The plan."""
    provider_id: str
    """Id at the add-on's provider."""
    updated_at: Timestamp
    """Time of the last change."""
    actions: list[AddonPlanAction] | None = None
    """Further actions that the plan offers. Always there today."""
    app: Identity | None = None
    """The app that the add-on is billed to. Always there today."""
    billed_price: AddonBilledPrice | None = None
    """Price that is charged for it."""
    billing_entity: AddonBillingEntity | None = None
    """Who pays for it. Always there today."""
    provision_message: str | None = None
    """The provider's message about the new add-on."""
    state: Annotated[str, OneOf("provisioning", "provisioned", "deprovisioned")] | None = None
    """Current state. Always there today."""
    web_url: str | None = None
    """URL of the add-on's page."""


class AddonAttachmentName(TypedDict):
    """Attachment of a new add-on."""

    name: str
    """Prefix of the config vars, such as `DATABASE`."""


AddonList = list[Addon]


class Addons(Resource):
    """Operations on add-ons.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on>.
    """

    @POST("/apps/{app}/addons")
    async def create(
        self,
        app: Ref,
        /,
        *,
        plan: str | UUID | PlanReference,
        config: Annotated[Mapping[str, Any], Secret()] | Unset = UNSET,
        attachment: AddonAttachmentName | Unset = UNSET,
        confirm: str | Unset = UNSET,
        name: str | Unset = UNSET,
    ) -> Addon:
        """Provision an add-on for an app; returns the new add-on.

        It is ready when its `state` is `provisioned`. `ConfirmationRequired` is raised for some plans, and for an
        attachment whose name the app already has, unless `confirm` is given; `VerificationNeeded` is raised for a paid
        plan unless the account is verified.

        Args:
            app: Id or name of the app.
            plan: Id or name of the plan, such as `heroku-postgresql:essential-0`, or a mapping with one of them.
            config: Options that the add-on service understands.
            attachment: Name of the attachment, which becomes the prefix of its config vars.
            confirm: Name of the app, to confirm such a plan or name.
            name: Name of the add-on; Heroku generates one by default.
        """
        ...

    @DELETE("/apps/{app}/addons/{addon}")
    async def delete(self, app: Ref, addon: Ref, /, *, force: bool | Unset = UNSET) -> Addon | None:
        """Remove an add-on and the data it holds.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
            force: Whether to remove it although other apps have it attached.
        """
        ...

    @GET("/addons/{addon}")
    async def find(self, addon: Ref, /) -> Addon:
        """One add-on, of any app.

        Args:
            addon: Id or name of the add-on.
        """
        ...

    @GET("/apps/{app}/addons/{addon}")
    async def info(self, app: Ref, addon: Ref, /) -> Addon:
        """One add-on of an app.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
        """
        ...

    @GET("/apps/{app}/addons", order_fields=("id", "name"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Addon]:
        """The app's add-ons.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/addons")
    def list_all(self, *, range: Range = FULL) -> Pages[Addon]:
        """The add-ons of all apps that the account can access.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/teams/{team}/addons")
    def list_by_team(self, team: Ref, /, *, range: Range = FULL) -> Pages[Addon]:
        """The add-ons of a team's apps.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/users/{user}/addons")
    def list_by_user(self, user: Ref, /, *, range: Range = FULL) -> Pages[Addon]:
        """The add-ons of an account's apps.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/actions/addons/resolve", reads=True)
    async def resolve(
        self, *, addon: str | UUID, app: str | UUID | Unset = UNSET, addon_service: str | UUID | Unset = UNSET
    ) -> AddonList:
        """The add-ons that match a name.

        It changes nothing, so a read-only session may call it.

        Args:
            addon: Id or name of the add-on, or the name of one of its attachments.
            app: Id or name of the app that it is attached to.
            addon_service: Id or name of the add-on service.
        """
        ...

    @PATCH("/apps/{app}/addons/{addon}")
    async def update(
        self, app: Ref, addon: Ref, /, *, plan: str | UUID | PlanReference, name: str | Unset = UNSET
    ) -> Addon:
        """Move an add-on to another plan; returns the updated add-on.

        Whether that is possible, and without loss of data, is up to the service; `InvalidParams` gives the
        reason if it is not.

        Args:
            app: Id or name of the app.
            addon: Id or name of the add-on.
            plan: Id or name of the new plan, or a mapping with one of them.
            name: The add-on's new name.
        """
        ...
