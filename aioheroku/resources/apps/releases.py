"""Release: a version of an app, made of slug, config vars and add-ons."""

from typing import Annotated
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import OneOf, Timestamp, optional_secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person, Reference

__all__ = ["Release", "Releases"]


@frozen(kw_only=True)
class Release:
    """A version of an app: a slug with its config vars and add-ons.

    See <https://devcenter.heroku.com/articles/platform-api-reference#release>.
    """

    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description of the change."""
    id: UUID
    """Id of the release."""
    slug: Reference | None = None
    """The slug; null before the first deploy."""
    updated_at: Timestamp
    """Time of the last change."""
    user: Person
    """The account that created the release."""
    version: int
    """Version number, from 1."""
    current: bool | None = None
    """Whether the app runs this release. Always there today."""
    eligible_for_rollback: bool | None = None
    """Whether the app can be rolled back to it. Always there today."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded", "expired")] | None = None
    """How the release went: a failed one is not what the app runs. Always there today."""
    output_stream_url: str | None = optional_secret()
    """URL of the release command's output; anyone who knows it may read it, see `heroku.release_output`."""


class Releases(Resource):
    """Operations on the releases of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#release>.
    """

    @GET("/apps/{app}/releases/{release}")
    async def info(self, app: Ref, release: Ref, /) -> Release:
        """One release of an app.

        Args:
            app: Id or name of the app.
            release: Id or version of the release.
        """
        ...

    @GET("/apps/{app}/releases", order_fields=("id", "version"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Release]:
        """The app's releases; `range=Range("version", order="desc", max=1)` reads only the newest.

        Args:
            app: Id or name of the app.
            range: Which part of the list, in which order; all of it by default.
        """
        ...

    @POST("/apps/{app}/releases")
    async def create(self, app: Ref, /, *, slug: str | UUID, description: str | Unset = UNSET) -> Release:
        """Release an existing slug; returns the new release.

        Args:
            app: Id or name of the app.
            slug: Id of the slug to release.
            description: Text that describes the release.
        """
        ...

    @POST("/apps/{app}/releases")
    async def rollback(self, app: Ref, /, *, release: str | UUID) -> Release:
        """Roll back to an earlier release: its slug and config vars become a new release, which is returned.

        Args:
            app: Id or name of the app.
            release: Id of the release to roll back to.
        """
        ...
