"""Pipeline Release: the latest release of each app of a pipeline."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources.apps.releases import Release

__all__ = ["PipelineReleases"]


class PipelineReleases(Resource):
    """Operations on the releases of a pipeline's apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-release>.
    """

    @GET("/pipelines/{pipeline}/latest-releases")
    def list(self, pipeline: Ref, /, *, range: Range = FULL) -> Pages[Release]:
        """The latest release of each app of a pipeline.

        Args:
            pipeline: Id of the pipeline.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
