"""Pipeline Build: the latest build of each app of a pipeline."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Person, Reference
from aioheroku.resources.builds.buildpack_installations import Buildpack
from aioheroku.resources.builds.builds import BuildSource

__all__ = ["PipelineBuild", "PipelineBuilds"]


@frozen(kw_only=True)
class PipelineBuild(Model):
    """The latest build of an app of a pipeline.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-build>.
    """

    app: Reference
    """The app that was built."""
    buildpacks: list[Buildpack] | None = None
    """The buildpacks of the build, in the order in which they run."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the build."""
    output_stream_url: str = secret()
    """URL of the build's output; anyone who knows it may read it."""
    release: Reference | None = None
    """The release that the build created."""
    slug: Reference | None = None
    """The resulting slug; null while the build is pending and after a failure."""
    source_blob: BuildSource
    """The source that was built."""
    stack: str
    """Stack of the build."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """Current status."""
    updated_at: Timestamp
    """Time of the last change."""
    user: Person
    """The account that started the build."""


class PipelineBuilds(Resource):
    """Operations on the builds of a pipeline's apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-build>.
    """

    @GET("/pipelines/{pipeline}/latest-builds")
    def list(self, pipeline: Ref, /, *, range: Range = FULL) -> Pages[PipelineBuild]:
        """The latest build of each app of a pipeline.

        Args:
            pipeline: Id of the pipeline.
            range: Which part of the list, in which order; all of it by default.
        """
        ...
