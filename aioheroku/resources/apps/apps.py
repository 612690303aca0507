"""App: a program on Heroku with its name, stack, region and owner."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity, Person

__all__ = ["App", "Apps"]


@frozen(kw_only=True)
class App:
    """A program on Heroku.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app>.
    """

    archived_at: Timestamp | None = None
    """Time when the app was archived."""
    buildpack_provided_description: str | None = None
    """Language or framework, as the buildpack names it."""
    created_at: Timestamp
    """Time of creation."""
    git_url: str
    """URL of the git repository."""
    id: UUID
    """Id of the app, which stays when the app is renamed."""
    maintenance: bool
    """Whether maintenance mode is on."""
    name: str
    """Name of the app, unique on Heroku."""
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
    stack: Identity
    """Stack on which the app runs."""
    updated_at: Timestamp
    """Time of the last change."""
    web_url: str
    """URL of the app."""


class Apps(Resource):
    """Operations on apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app>.
    """

    @POST("/apps")
    async def create(
        self, *, name: str | Unset = UNSET, region: str | UUID | Unset = UNSET, stack: str | UUID | Unset = UNSET
    ) -> App:
        """Create an app; returns the new app.

        Args:
            name: Name of the app, unique on Heroku; Heroku generates one by default.
            region: Id or name of the region; Heroku's default region if left out.
            stack: Id or name of the stack; Heroku's default stack if left out.
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
            range: Which part of the list, in which order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}")
    async def update(self, app: Ref, /, *, maintenance: bool | Unset = UNSET, name: str | Unset = UNSET) -> App:
        """Change an app's name or maintenance mode; returns the updated app.

        Args:
            app: Id or name of the app.
            maintenance: Whether to turn maintenance mode on.
            name: The app's new name.
        """
        ...

    @POST("/apps/{app}/acm")
    async def enable_acm(self, app: Ref, /) -> App:
        """Let Heroku manage the certificates of an app's domains (ACM); returns the updated app.

        How far it is says `acm_status` of each domain.

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
