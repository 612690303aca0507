"""Slug: what a build makes and a dyno runs."""

from collections.abc import Mapping
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, POST, Resource
from aioheroku._codec import Timestamp, secret
from aioheroku._unset import UNSET, Unset

__all__ = ["Slug", "SlugBlob", "Slugs"]


@frozen(kw_only=True)
class SlugBlob:
    """Where the archive of a slug is."""

    method: str
    """The HTTP verb to use there: `put` to upload, `get` to download."""
    url: str = secret()
    """The address; who knows it may use it, without a token."""


@frozen(kw_only=True)
class Slug:
    """What a build makes and a dyno runs.

    See <https://devcenter.heroku.com/articles/platform-api-reference#slug>.
    """

    blob: SlugBlob
    """Where its archive is."""
    buildpack_provided_description: str | None = None
    """What the buildpack calls it."""
    commit: str | None = None
    """The commit it was made of."""
    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    process_types: dict[str, str]
    """The commands by process type."""
    size: int | None = None
    """The size of its archive in bytes."""
    updated_at: Timestamp
    """When it was last changed."""


class Slugs(Resource):
    """Operations on the slugs of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#slug>.
    """

    @GET("/apps/{app}/slugs/{slug}")
    async def info(self, app: str | UUID, slug: str | UUID, /) -> Slug:
        """One of the app's slugs, by its id, with the address to download it; slugs cannot be listed."""
        ...

    @POST("/apps/{app}/slugs")
    async def create(
        self,
        app: str | UUID,
        /,
        *,
        process_types: Mapping[str, str],
        buildpack_provided_description: str | Unset | None = UNSET,
        commit: str | Unset | None = UNSET,
    ) -> Slug:
        """Announce a slug; what comes back says where its archive is to be uploaded.

        After that `releases.create` makes it run.
        """
        ...
