"""Pipeline Stack: the stack that a pipeline's apps share."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku.resources._refs import Identity

__all__ = ["PipelineStack", "PipelineStacks"]


@frozen(kw_only=True)
class PipelineStack(Model):
    """The stack of a pipeline.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-stack>.
    """

    stack: Identity | None = None
    """The stack of the app furthest downstream; null for a pipeline without apps."""


class PipelineStacks(Resource):
    """Operations on the stacks of pipelines.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-stack>.
    """

    @GET("/pipelines/{pipeline}/pipeline-stack")
    async def info(self, pipeline: Ref, /) -> PipelineStack:
        """The stack of a pipeline.

        Args:
            pipeline: Id of the pipeline.
        """
        ...
