"""Organization App: an app that belongs to an organization."""

from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import SharedApp
from aioheroku.resources._refs import Person

__all__ = ["OrganizationApp", "OrganizationApps", "OrganizationName"]


@frozen(kw_only=True)
class OrganizationName(Model):
    """An organization, by name."""

    name: str
    """Name of the organization, unique on Heroku."""


@frozen(kw_only=True)
class OrganizationApp(SharedApp):
    """Today a `TeamApp`: an app that belongs to an organization.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app>.
    """

    organization: OrganizationName | None = None
    """The organization that owns the app."""
    owner: Person | None = None
    """The owner."""
    web_url: str
    """URL of the app."""


class OrganizationApps(Resource):
    """Today `heroku.team_apps`: operations on the apps of organizations.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app>.
    """

    @POST("/organizations/apps")
    async def create(
        self,
        *,
        locked: bool | Unset = UNSET,
        name: str | Unset = UNSET,
        organization: str | Unset = UNSET,
        personal: bool | Unset = UNSET,
        region: str | Unset = UNSET,
        stack: str | Unset = UNSET,
    ) -> OrganizationApp:
        """Create an app in an organization; returns the new app.

        Args:
            locked: Whether members of the organization must be invited to the app.
            name: Name of the app, unique on Heroku; Heroku generates one by default.
            organization: Name of the organization; the account's default organization if left out.
            personal: Whether the account owns the app even if it has a default organization.
            region: Name of the region; an id is not accepted here.
            stack: Name of the stack; an id is not accepted here.
        """
        ...

    @GET("/organizations/apps", order_fields=("name",))
    def list(self, *, range: Range = FULL) -> Pages[OrganizationApp]:
        """All apps of all organizations that the account belongs to.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/organizations/{organization}/apps", order_fields=("name",))
    def list_for_organization(self, organization: Ref, /, *, range: Range = FULL) -> Pages[OrganizationApp]:
        """The apps of one organization.

        Args:
            organization: Id or name of the organization.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/organizations/apps/{app}")
    async def info(self, app: Ref, /) -> OrganizationApp:
        """One app of an organization.

        Args:
            app: Id or name of the app.
        """
        ...

    @PATCH("/organizations/apps/{app}")
    async def update_locked(self, app: Ref, /, *, locked: bool) -> OrganizationApp:
        """Lock or unlock an app; returns the updated app.

        Args:
            app: Id or name of the app.
            locked: Whether members of the organization must be invited to the app.
        """
        ...

    @PATCH("/organizations/apps/{app}")
    async def transfer_to_account(self, app: Ref, /, *, owner: str | UUID) -> OrganizationApp:
        """Transfer an app to an account; returns the updated app.

        Args:
            app: Id or name of the app.
            owner: Id or e-mail address of the new owner.
        """
        ...

    @PATCH("/organizations/apps/{app}")
    async def transfer_to_organization(self, app: Ref, /, *, owner: str) -> OrganizationApp:
        """Transfer an app to an organization; returns the updated app.

        Args:
            app: Id or name of the app.
            owner: Name of the organization that becomes the owner.
        """
        ...
