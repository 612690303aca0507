"""App: a program on Heroku with its name, stack, region and owner."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Resource
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
    """When it was archived."""
    buildpack_provided_description: str | None = None
    """What the buildpack calls it."""
    created_at: Timestamp
    """When it was created."""
    git_url: str
    """The address of its git repository."""
    id: UUID
    """Its id, which outlives a change of name."""
    maintenance: bool
    """Whether it shows the maintenance page."""
    name: str
    """Its name, unique on Heroku."""
    owner: Person
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


class Apps(Resource):
    """Operations on apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app>.
    """

    @POST("/apps")
    async def create(
        self, *, name: str | Unset = UNSET, region: str | UUID | Unset = UNSET, stack: str | UUID | Unset = UNSET
    ) -> App:
        """Create an app; without a name Heroku invents one."""
        ...

    @DELETE("/apps/{app}")
    async def delete(self, app: str | UUID, /) -> App | None:
        """Delete an app with all that belongs to it; what it was comes back, if anything does."""
        ...

    @GET("/apps/{app}")
    async def info(self, app: str | UUID, /) -> App:
        """One app."""
        ...

    @GET("/apps", order_fields=("id", "name", "updated_at"))
    def list(self, *, range: Range = FULL) -> Pages[App]:
        """Every app that the account can see."""
        ...

    @PATCH("/apps/{app}")
    async def update(self, app: str | UUID, /, *, maintenance: bool | Unset = UNSET, name: str | Unset = UNSET) -> App:
        """Rename an app, or switch its maintenance page on or off."""
        ...
