"""Pipeline Promotion Target: the result of a promotion for one app."""

from typing import Annotated
from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, OneOf, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Reference

__all__ = ["PipelinePromotionTarget", "PipelinePromotionTargets"]


@frozen(kw_only=True)
class PipelinePromotionTarget(Model):
    """An app that code is promoted to, with the result.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-promotion-target>.
    """

    app: Reference
    """The app."""
    error_message: str | None = None
    """Reason for the failure."""
    id: UUID
    """Id of the target."""
    pipeline_promotion: Reference
    """The promotion."""
    release: Reference | None = None
    """The release that the promotion created; null before that and after a failure."""
    status: Annotated[str, OneOf("pending", "succeeded", "failed")]
    """Current status."""


class PipelinePromotionTargets(Resource):
    """Operations on the targets of a promotion.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-promotion-target>.
    """

    @GET("/pipeline-promotions/{promotion}/promotion-targets")
    def list(self, promotion: Ref, /, *, range: Range = FULL) -> Pages[PipelinePromotionTarget]:
        """The targets of a promotion; each has a status of its own.

        Args:
            promotion: Id of the promotion.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
