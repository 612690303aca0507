"""OCI Image: an image that dynos run, built by Cloud Native Buildpacks."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import Model, SingleOrList, Timestamp, frozen
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import AppBuildpack, Identity

__all__ = ["NewOCIBuildpack", "OCIBuildpack", "OCIImage", "OCIImages"]


@frozen(kw_only=True)
class OCIBuildpack(AppBuildpack):
    """A buildpack of an image."""


@frozen(kw_only=True)
class OCIImage(Model):
    """An image that dynos run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oci-image>.
    """

    architecture: str | None = None
    """Processor architecture, such as `arm64`."""
    base_image_name: str
    """Name of the image that it is built on."""
    base_top_layer: str
    """Digest of the top layer of the image that it is built on."""
    buildpacks: list[OCIBuildpack]
    """The buildpacks that built it."""
    commit: str
    """Commit of the source."""
    commit_description: str
    """Description of the commit."""
    created_at: Timestamp
    """Time of creation."""
    deleted_at: Timestamp | None = None
    """Time of deletion."""
    digest: str
    """Digest of the image, unique."""
    id: UUID
    """Id of the image."""
    image_repo: str
    """Repository of the image in the registry."""
    process_types: dict[str, dict[str, Any]]
    """The process types by name, with the command of each."""
    stack: Identity
    """Stack of the image."""
    updated_at: Timestamp
    """Time of the last change."""


OneImage: TypeAlias = Annotated[OCIImage, SingleOrList()]


class NewOCIBuildpack(TypedDict, total=False):
    """A buildpack that built an image."""

    id: str
    """Id of the buildpack, such as `heroku/ruby`."""
    version: str
    """Version of the buildpack."""
    homepage: str
    """URL of the buildpack's home page."""


class OCIImages(Resource):
    """Operations on the OCI images of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#oci-image>.
    """

    @GET("/apps/{app}/oci-images/{image}")
    async def info(self, app: Ref, image: Ref, /) -> OneImage:
        """One image of an app.

        Args:
            app: Id or name of the app.
            image: Id or digest of the image.
        """
        ...

    @POST("/apps/{app}/oci-images")
    async def create(
        self,
        app: Ref,
        /,
        *,
        architecture: str | Unset | None = UNSET,
        base_image_name: str | Unset = UNSET,
        base_top_layer: str | Unset = UNSET,
        buildpacks: Sequence[NewOCIBuildpack] | Unset = UNSET,
        commit: str | Unset = UNSET,
        commit_description: str | Unset = UNSET,
        digest: str | Unset = UNSET,
        image_repo: str | Unset = UNSET,
        process_types: Mapping[str, Mapping[str, Any]] | Unset = UNSET,
        stack: str | UUID | Unset = UNSET,
    ) -> OCIImage:
        """Register an image that was pushed to Heroku's registry; returns it. `releases.create` runs it.

        Args:
            app: Id or name of the app.
            architecture: Processor architecture, such as `arm64`.
            base_image_name: Name of the image that it is built on.
            base_top_layer: Digest of the top layer of the image that it is built on.
            buildpacks: The buildpacks that built it.
            commit: Commit of the source.
            commit_description: Description of the commit.
            digest: Digest of the image.
            image_repo: Repository of the image in the registry.
            process_types: The process types by name: `{"web": {"command": ...}}`.
            stack: Id or name of the stack, such as `cnb`.
        """
        ...
