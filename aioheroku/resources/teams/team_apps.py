"""Team App: an app that belongs to a team."""

from collections.abc import Sequence
from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, POST, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import SharedApp
from aioheroku.resources._refs import AppBuildpack, Identity, Named, Person

__all__ = ["TeamApp", "TeamApps"]


@frozen(kw_only=True)
class TeamApp(SharedApp):
    """An app that belongs to a team, or another app in the same form.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app>.
    """

    base_image_name: str | None = None
    """Name of the image that the app is built on; only with `using(accept="3.sdk")`."""
    build_stack: Identity
    """Stack on which the app is built."""
    buildpacks: list[AppBuildpack] | None = None
    """The buildpacks that the app was built with; only with `using(accept="3.sdk")`."""
    current_build_architecture: list[str] | None = None
    """Processor architectures of the app's build; only with `using(accept="3.sdk")`."""
    generation: str | None = None
    """Generation of the platform that the app runs on; only with `using(accept="3.sdk")`."""
    internal_routing: bool | None = None
    """Whether an app in a space can be reached from within the space only."""
    owner: Person | None = None
    """The owner; for a team's app an account that represents the team."""
    space: Identity | None = None
    """The private space in which the app runs."""
    team: Named | None = None
    """The team that owns the app."""
    web_url: str | None = None
    """URL of the app."""


class TeamApps(Resource):
    """Operations on the apps of teams.

    See <https://devcenter.heroku.com/articles/platform-api-reference#team-app>.
    """

    @POST("/teams/apps")
    async def create(
        self,
        *,
        locked: bool | Unset = UNSET,
        name: str | Unset = UNSET,
        team: str | UUID | Unset = UNSET,
        personal: bool | Unset = UNSET,
        region: str | UUID | Unset = UNSET,
        space: str | UUID | Unset = UNSET,
        stack: str | UUID | Unset = UNSET,
        internal_routing: bool | Unset | None = UNSET,
        feature_flags: Sequence[str] | str | Unset = UNSET,
        kernel: str | Unset = UNSET,
    ) -> TeamApp:
        """Create an app in a team; returns the new app.

        Args:
            locked: Whether members of the team must be invited to the app.
            name: Name of the app, unique on Heroku; Heroku generates one by default.
            team: Name of the team; the account's default team if left out.
            personal: Whether the account owns the app even if it has a default team.
            region: Name of the region.
            space: Name of the private space.
            stack: Name of the stack.
            internal_routing: Whether an app in a space can be reached from within the space only.
            feature_flags: Names of features to enable: a list, or a string separated by commas.
            kernel: Kernel that the app's dynos run on.
        """
        ...

    @GET("/teams/apps/{app}")
    async def info(self, app: Ref, /) -> TeamApp:
        """One app of a team.

        Args:
            app: Id or name of the app.
        """
        ...

    @PATCH("/teams/apps/{app}")
    async def update_locked(self, app: Ref, /, *, locked: bool) -> TeamApp:
        """Lock or unlock an app; returns the updated app.

        Args:
            app: Id or name of the app.
            locked: Whether members of the team must be invited to the app.
        """
        ...

    @PATCH("/teams/apps/{app}")
    async def transfer_to_account(self, app: Ref, /, *, owner: str | UUID) -> TeamApp:
        """Transfer an app to an account; returns the updated app.

        Args:
            app: Id or name of the app.
            owner: Id or e-mail address of the new owner, or `~` for your own account.
        """
        ...

    @PATCH("/teams/apps/{app}")
    async def transfer_to_team(self, app: Ref, /, *, owner: str) -> TeamApp:
        """Transfer an app to a team; returns the updated app.

        Args:
            app: Id or name of the app.
            owner: Name of the team that becomes the owner.
        """
        ...

    @GET("/teams/{team}/apps")
    def list_by_team(self, team: Ref, /, *, range: Range = FULL) -> Pages[TeamApp]:
        """The apps of one team.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
