"""Pipeline Promotion: copies the code of one app to other apps of its pipeline."""

from collections.abc import Sequence
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku.resources._refs import Reference

__all__ = [
    "PipelinePromotion",
    "PipelinePromotions",
    "PromotedApp",
    "PromotedId",
    "PromotionSource",
    "PromotionSourceApp",
]


@frozen(kw_only=True)
class PromotionSourceApp(Model):
    """The app and release that are promoted."""

    app: Reference
    """The app."""
    release: Reference
    """The release."""


@frozen(kw_only=True)
class PipelinePromotion(Model):
    """A promotion of one app's code to other apps of its pipeline.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-promotion>.
    """

    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the promotion."""
    pipeline: Reference
    """The pipeline."""
    source: PromotionSourceApp
    """What is promoted."""
    status: Annotated[str, OneOf("pending", "completed")]
    """Current status. A completed promotion may have failed: each target has a status of its own."""
    updated_at: Timestamp | None = None
    """Time of the last change."""


class PromotedId(TypedDict):
    """A pipeline, app or release by its id."""

    id: str | UUID
    """The id."""


class PromotionSource(TypedDict):
    """What to promote: the current release of an app, or another one."""

    app: PromotedId
    """The app."""
    release: NotRequired[PromotedId]
    """The release; the app's current one by default."""


class PromotedApp(TypedDict):
    """An app to promote to."""

    app: PromotedId
    """The app."""


class PipelinePromotions(Resource):
    """Operations on promotions.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-promotion>.
    """

    @POST("/pipeline-promotions")
    async def create(
        self, *, pipeline: PromotedId, source: PromotionSource, targets: Sequence[PromotedApp]
    ) -> PipelinePromotion:
        """Promote an app's code to other apps of its pipeline; returns the pending promotion at once.

        Poll `heroku.pipeline_promotion_targets.list` until no target is `pending`: each that succeeds has a new
        release with the same slug.

        Args:
            pipeline: The pipeline: `{"id": ...}`.
            source: The app whose code is promoted: `{"app": {"id": ...}}`.
            targets: The apps to promote to: `[{"app": {"id": ...}}]`.
        """
        ...

    @GET("/pipeline-promotions/{promotion}")
    async def info(self, promotion: Ref, /) -> PipelinePromotion:
        """One promotion.

        Args:
            promotion: Id of the promotion.
        """
        ...
