"""Pipeline Transfer: hands a pipeline over to another owner."""

from aioheroku._api.endpoint import POST, Resource
from aioheroku._codec import Model, frozen
from aioheroku.resources._refs import Reference
from aioheroku.resources.pipelines.pipeline_promotions import PromotedId
from aioheroku.resources.pipelines.pipelines import NewPipelineOwner, PipelineOwner

__all__ = ["PipelineTransfer", "PipelineTransfers"]


@frozen(kw_only=True)
class PipelineTransfer(Model):
    """The transfer of a pipeline to another owner.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-transfer>.
    """

    new_owner: PipelineOwner
    """The new owner."""
    pipeline: Reference
    """The pipeline."""
    previous_owner: PipelineOwner
    """The previous owner."""


class PipelineTransfers(Resource):
    """Operations on transfers of pipelines.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-transfer>.
    """

    @POST("/pipeline-transfers")
    async def create(self, *, pipeline: PromotedId, new_owner: NewPipelineOwner) -> PipelineTransfer:
        """Transfer a pipeline to another account or team; returns the completed transfer.

        Args:
            pipeline: The pipeline: `{"id": ...}`.
            new_owner: The account or team: `{"id": ..., "type": "team"}`.
        """
        ...
