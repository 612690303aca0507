"""Pipeline: apps with the same code in different stages."""

from typing import Annotated, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Identity

__all__ = ["NewPipelineOwner", "Pipeline", "PipelineGeneration", "PipelineOwner", "Pipelines"]


@frozen(kw_only=True)
class PipelineOwner(Model):
    """The account or team that owns a pipeline."""

    id: UUID
    """Id of the owner."""
    type: str
    """Kind of owner: `user` or `team`."""


@frozen(kw_only=True)
class Pipeline(Model):
    """Apps with the same code in different stages.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline>.
    """

    created_at: Timestamp
    """Time of creation."""
    generation: Identity
    """Generation of the platform that the pipeline's apps run on."""
    id: UUID
    """Id of the pipeline, which stays when the pipeline is renamed."""
    name: str
    """Name of the pipeline."""
    owner: PipelineOwner | None = None
    """Owner of the pipeline."""
    updated_at: Timestamp
    """Time of the last change."""


class NewPipelineOwner(TypedDict):
    """The future owner of a pipeline."""

    id: str | UUID
    """Id of the account or team."""
    type: Annotated[str, OneOf("user", "team")]
    """Kind of owner."""


class PipelineGeneration(TypedDict):
    """Generation of the platform."""

    name: str
    """Name of the generation: `cedar` or `fir`."""


class Pipelines(Resource):
    """Operations on pipelines.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline>.
    """

    @POST("/pipelines")
    async def create(
        self,
        *,
        name: str,
        owner: NewPipelineOwner | Unset | None = UNSET,
        generation: PipelineGeneration | Unset = UNSET,
    ) -> Pipeline:
        """Create a pipeline; returns it. `heroku.pipeline_couplings.create` adds apps to it.

        Args:
            name: Name of the pipeline.
            owner: The account or team that is to own it.
            generation: Generation of the platform that its apps run on.
        """
        ...

    @GET("/pipelines/{pipeline}")
    async def info(self, pipeline: Ref, /) -> Pipeline:
        """One pipeline.

        Args:
            pipeline: Id or name of the pipeline.
        """
        ...

    @DELETE("/pipelines/{pipeline}")
    async def delete(self, pipeline: Ref, /) -> Pipeline | None:
        """Delete a pipeline; its apps stay.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            pipeline: Id of the pipeline.
        """
        ...

    @PATCH("/pipelines/{pipeline}", idempotent=True)
    async def update(self, pipeline: Ref, /, *, name: str | Unset = UNSET) -> Pipeline:
        """Rename a pipeline; returns the updated pipeline.

        Args:
            pipeline: Id of the pipeline.
            name: New name of the pipeline.
        """
        ...

    @GET("/pipelines")
    def list(self, *, range: Range = FULL) -> Pages[Pipeline]:
        """The pipelines that the account can see.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
