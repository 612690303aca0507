"""Organization App: an app that belongs to an organization."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Person

__all__ = ["OrganizationApp", "OrganizationApps", "OrganizationName"]


@frozen(kw_only=True)
class OrganizationName:
    """An organization, by its name."""

    name: str
    """Its name, unique on Heroku."""


@frozen(kw_only=True)
class OrganizationApp:
    """An app as an organization sees it.

    See <https://devcenter.heroku.com/articles/platform-api-reference#organization-app>.
    """

    archived_at: Timestamp | None = None
    """When it was archived."""
    buildpack_provided_description: str | None = None
    """What the buildpack calls it."""
    created_at: Timestamp
    """When it was created."""
    git_url: str
    """The address of its git repository."""
    id: UUID
    """Its id, which outlives a change of name."""
    joined: bool
    """Whether the account has joined it."""
    locked: bool
    """Whether members must be invited to join it."""
    maintenance: bool
    """Whether it shows the maintenance page."""
    name: str
    """Its name, unique on Heroku."""
    organization: OrganizationName | None = None
    """The organization it belongs to."""
    owner: Person | None = None
    """Who owns it."""
    region: Identity
    """Where it runs."""
    released_at: Timestamp | None = None
    """When it was last released."""
    repo_size: int | None = None
    """The size of its git repository in bytes."""
    slug_size: int | None = None
    """The size of its slug in bytes."""
    stack: Identity
    """What it runs on."""
    updated_at: Timestamp
    """When it was last changed."""
    web_url: str
    """The address of its web process."""


class OrganizationApps(Resource):
    """Operations on the apps of organizations.

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
        """Create an app in an organization; the account's default one if none is named.

        `personal=True` makes it the account's own all the same. Region and stack are taken by name only.
        """
        ...

    @GET("/organizations/apps", order_fields=("name",))
    def list(self, *, range: Range = FULL) -> Pages[OrganizationApp]:
        """Every app of every organization of the account."""
        ...

    @GET("/organizations/{organization}/apps", order_fields=("name",))
    def list_for_organization(self, organization: str | UUID, /, *, range: Range = FULL) -> Pages[OrganizationApp]:
        """The apps of one organization."""
        ...

    @GET("/organizations/apps/{app}")
    async def info(self, app: str | UUID, /) -> OrganizationApp:
        """One app of an organization."""
        ...

    @PATCH("/organizations/apps/{app}")
    async def update_locked(self, app: str | UUID, /, *, locked: bool) -> OrganizationApp:
        """Lock an app, so that members must be invited, or unlock it.

        The app as it is now comes back.
        """
        ...

    @PATCH("/organizations/apps/{app}")
    async def transfer_to_account(self, app: str | UUID, /, *, owner: str | UUID) -> OrganizationApp:
        """Hand the app over to an account, named by its id or e-mail address.

        The app as it is now comes back.
        """
        ...

    @PATCH("/organizations/apps/{app}")
    async def transfer_to_organization(self, app: str | UUID, /, *, owner: str) -> OrganizationApp:
        """Hand the app over to an organization, named by its name.

        The app as it is now comes back.
        """
        ...
