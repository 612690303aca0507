"""Pipeline Build: the latest build of each app of a pipeline."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._bases import AnyBuild
from aioheroku.resources._refs import Reference
from aioheroku.resources.builds.buildpack_installations import Buildpack
from aioheroku.resources.builds.builds import BuildSource

__all__ = ["PipelineBuild", "PipelineBuilds"]


@frozen(kw_only=True)
class PipelineBuild(AnyBuild):
    """The latest build of an app of a pipeline.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-build>.
    """

    app: Reference
    """The app that was built."""
    buildpacks: list[Buildpack] | None = None
    """The buildpacks of the build, in the order in which they run."""
    output_stream_url: str = secret()
    """URL of the build's output; anyone who knows it may read it."""
    source_blob: BuildSource
    """The source that was built."""
    stack: str
    """Stack of the build."""


class PipelineBuilds(Resource):
    """Operations on the builds of a pipeline's apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-build>.
    """

    @GET("/pipelines/{pipeline}/latest-builds")
    def list(self, pipeline: Ref, /, *, range: Range = FULL) -> Pages[PipelineBuild]:
        """The latest build of each app of a pipeline.

        Args:
            pipeline: Id of the pipeline.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
