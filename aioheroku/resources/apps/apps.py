"""App: a program on Heroku with its name, stack, region and owner."""

from collections.abc import Sequence
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import AppBuildpack, Identity, Person

__all__ = ["App", "AppSpace", "Apps"]


@frozen(kw_only=True)
class AppSpace(Model):
    """Space that an app runs in."""

    id: UUID
    """Id of the space."""
    name: str
    """Name of the space, unique on Heroku."""
    shield: bool
    """Whether it is a Shield Private Space."""


@frozen(kw_only=True)
class App(Model):
    """A program on Heroku.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app>.
    """

    acm: bool | None = None
    """Whether Heroku manages the certificates (ACM). Always there today."""
    archived_at: Timestamp | None = None
    """Time when the app was archived."""
    base_image_name: str | None = None
    """Name of the image that it is built on; only with `using(accept="3.sdk")`."""
    build_stack: Identity | None = None
    """Stack that the next build uses. Always there today."""
    buildpack_provided_description: str | None = None
    """Language or framework, as the buildpack names it."""
    buildpacks: list[AppBuildpack] | None = None
    """Buildpacks that it was built with; only with `using(accept="3.sdk")`."""
    created_at: Timestamp
    """Time of creation."""
    current_build_architecture: list[str] | None = None
    """Architectures that it was built for; only with `using(accept="3.sdk")`."""
    generation: Identity | str | None = None
    """Generation of the platform; its name alone with `using(accept="3.sdk")`. Always there today."""
    git_url: str
    """URL of the git repository."""
    id: UUID
    """Id of the app, which stays when the app is renamed."""
    internal_routing: bool | None = None
    """Whether an app in a space can be reached from within the space only."""
    maintenance: bool
    """Whether maintenance mode is on."""
    name: str
    """Name of the app, unique on Heroku."""
    organization: Identity | None = None
    """The team, under its former name."""
    owner: Person
    """The owner."""
    region: Identity
    """Region in which the app runs."""
    released_at: Timestamp | None = None
    """Time of the last release."""
    repo_size: int | None = None
    """Size of the git repository in bytes."""
    slug_size: int | None = None
    """Size of the slug in bytes."""
    space: AppSpace | None = None
    """Space that it runs in."""
    stack: Identity
    """Stack on which the app runs."""
    team: Identity | None = None
    """Team that owns it."""
    updated_at: Timestamp
    """Time of the last change."""
    web_url: str | None = None
    """URL of the app."""


class Apps(Resource):
    """Operations on apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app>.
    """

    @POST("/apps")
    async def create(
        self,
        *,
        name: str | Unset = UNSET,
        region: str | UUID | Unset = UNSET,
        stack: str | UUID | Unset = UNSET,
        team: str | UUID | Unset = UNSET,
        space: str | UUID | Unset = UNSET,
        internal_routing: bool | Unset = UNSET,
        locked: bool | Unset = UNSET,
        feature_flags: Sequence[str] | str | Unset = UNSET,
        kernel: str | Unset = UNSET,
    ) -> App:
        """Create an app; returns the new app.

        Args:
            name: Name of the app, unique on Heroku; Heroku generates one by default.
            region: Id or name of the region; Heroku's default region if left out.
            stack: Id or name of the stack; Heroku's default stack if left out.
            team: Id or name of the team that is to own it.
            space: Id or name of the space to create the app in, which must be `allocated`.
            internal_routing: Whether an app in a space can be reached from within the space only.
            locked: Whether members of the team must be invited to the app.
            feature_flags: Names of features to enable: a list, or a string separated by commas.
            kernel: Kernel of the app, as official clients send it.
        """
        ...

    @DELETE("/apps/{app}")
    async def delete(self, app: Ref, /) -> App | None:
        """Delete an app with everything that belongs to it.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
        """
        ...

    @GET("/apps/{app}")
    async def info(self, app: Ref, /) -> App:
        """One app.

        Args:
            app: Id or name of the app.
        """
        ...

    @GET("/apps", order_fields=("id", "name", "updated_at"))
    def list(self, *, range: Range = FULL) -> Pages[App]:
        """All apps that the account can access.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/users/{user}/apps", order_fields=("id", "name", "updated_at"))
    def list_by_user(self, user: Ref, /, *, range: Range = FULL) -> Pages[App]:
        """The apps that an account owns or collaborates on.

        Args:
            user: Id or e-mail address of the account, or `~` for your own.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}")
    async def update(
        self,
        app: Ref,
        /,
        *,
        maintenance: bool | Unset = UNSET,
        name: str | Unset = UNSET,
        build_stack: str | UUID | Unset = UNSET,
    ) -> App:
        """Change an app's name, maintenance mode or stack; returns the updated app.

        Args:
            app: Id or name of the app.
            maintenance: Whether to turn maintenance mode on.
            name: The app's new name.
            build_stack: Id or name of the stack that the next build uses.
        """
        ...

    @POST("/apps/{app}/acm")
    async def enable_acm(self, app: Ref, /) -> App:
        """Let Heroku manage the certificates of an app's domains (ACM); returns the updated app.

        The `acm_status` of each domain shows the progress.

        Args:
            app: Id or name of the app.
        """
        ...

    @DELETE("/apps/{app}/acm")
    async def disable_acm(self, app: Ref, /) -> App | None:
        """Stop managing the certificates of an app's domains.

        Returns the updated app, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
        """
        ...

    @PATCH("/apps/{app}/acm", body={"acm_refresh": True})
    async def refresh_acm(self, app: Ref, /) -> App:
        """Try again to get certificates for the domains whose ACM failed; returns the updated app.

        Args:
            app: Id or name of the app.
        """
        ...
