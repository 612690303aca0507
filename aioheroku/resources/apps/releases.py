"""Release: a slug together with the config vars and add-ons it runs with."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, POST, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person, Reference

__all__ = ["Release", "Releases"]


@frozen(kw_only=True)
class Release:
    """A slug together with the config vars and add-ons it runs with.

    See <https://devcenter.heroku.com/articles/platform-api-reference#release>.
    """

    created_at: Timestamp
    """When it was created."""
    description: str
    """What changed."""
    id: UUID
    """Its id."""
    slug: Reference | None = None
    """The slug it runs; null before the first deploy."""
    updated_at: Timestamp
    """When it was last changed."""
    user: Person
    """Who made it."""
    version: int
    """Its number in the app, from 1."""


class Releases(Resource):
    """Operations on the releases of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#release>.
    """

    @GET("/apps/{app}/releases/{release}")
    async def info(self, app: str | UUID, release: str | UUID, /) -> Release:
        """One release, by its id or version."""
        ...

    @GET("/apps/{app}/releases", order_fields=("id", "version"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Release]:
        """The app's releases; `Range("version", order="desc", max=1)` is the newest."""
        ...

    @POST("/apps/{app}/releases")
    async def create(self, app: str | UUID, /, *, slug: str | UUID, description: str | Unset = UNSET) -> Release:
        """Release a slug that is already there; the release comes back."""
        ...

    @POST("/apps/{app}/releases")
    async def rollback(self, app: str | UUID, /, *, release: str | UUID) -> Release:
        """Go back to a former release, named by its id: its slug and config vars become a new release.

        That new release comes back.
        """
        ...
