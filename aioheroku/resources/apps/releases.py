"""Release: a version of an app, made of slug, config vars and add-ons."""

from collections.abc import Mapping
from typing import Annotated, Any, overload
from uuid import UUID

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import ListOrSingle, Model, OneOf, Timestamp, frozen, optional_secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.errors import InvalidRequest
from aioheroku.resources._refs import Identity, Person, Reference

__all__ = ["Release", "ReleaseArtifact", "Releases"]


@frozen(kw_only=True)
class ReleaseArtifact(Model):
    """The slug or image that the dynos of a release run."""

    id: UUID
    """Id of the slug or image."""
    type: str
    """Kind of artifact: `slug` or `oci-image`."""


@frozen(kw_only=True)
class Release(Model):
    """A version of an app: a slug with its config vars and add-ons.

    See <https://devcenter.heroku.com/articles/platform-api-reference#release>.
    """

    addon_plan_names: list[str] | None = None
    """Names of the plans of the app's add-ons at that time. Always there today."""
    app: Identity | None = None
    """The app. Always there today."""
    artifacts: Annotated[list[ReleaseArtifact], ListOrSingle()] | None = None
    """The slug or image that its dynos run. Always there today."""
    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description of the change."""
    id: UUID
    """Id of the release."""
    oci_image: Reference | None = None
    """The image, of an app that runs one; only with `using(accept="3.sdk")`."""
    output_stream_url: str | None = optional_secret()
    """URL of the output of the release phase; anyone who knows it may read it, see `heroku.release_output`."""
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
    """Result of the release; the app does not run a failed one. Always there today."""


def _one_artifact(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Either a slug or an image."""
    if ("slug" in body) == ("oci_image" in body):
        found = "both are" if "slug" in body else "neither is"
        raise InvalidRequest(f"give either slug or oci_image: {found} given.", "slug")
    return body


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
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @overload
    async def create(self, app: Ref, /, *, slug: str | UUID, description: str | Unset = UNSET) -> Release: ...
    @overload
    async def create(self, app: Ref, /, *, oci_image: str, description: str | Unset = UNSET) -> Release: ...
    @POST("/apps/{app}/releases", build_body=_one_artifact)
    async def create(
        self,
        app: Ref,
        /,
        *,
        slug: str | UUID | Unset = UNSET,
        description: str | Unset = UNSET,
        oci_image: str | Unset = UNSET,
    ) -> Release:
        """Release an existing slug or image; returns the new release.

        Give either `slug` or `oci_image`, else `InvalidRequest` is raised.

        Args:
            app: Id or name of the app.
            slug: Id of the slug to release.
            description: Description of the release.
            oci_image: Id or digest of the image to release.
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
