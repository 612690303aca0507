"""Pipeline Coupling: an app in a stage of a pipeline."""

from typing import Annotated, TypeAlias
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Reference

__all__ = ["PipelineCoupling", "PipelineCouplings"]

Stage: TypeAlias = Annotated[str, OneOf("test", "review", "development", "staging", "production")]
"""A stage of a pipeline."""


@frozen(kw_only=True)
class PipelineCoupling(Model):
    """An app in a stage of a pipeline.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-coupling>.
    """

    app: Reference
    """The app."""
    created_at: Timestamp
    """Time of creation."""
    id: UUID
    """Id of the coupling."""
    pipeline: Reference
    """The pipeline."""
    stage: Stage
    """The stage that the app is in."""
    updated_at: Timestamp
    """Time of the last change."""


class PipelineCouplings(Resource):
    """Operations on the couplings of apps to pipelines; an app is in one pipeline at most.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-coupling>.
    """

    @GET("/pipelines/{pipeline}/pipeline-couplings")
    def list_by_pipeline(self, pipeline: Ref, /, *, range: Range = FULL) -> Pages[PipelineCoupling]:
        """The apps of a pipeline.

        Args:
            pipeline: Id of the pipeline.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/users/~/pipeline-couplings")
    def list_by_current_user(self, *, range: Range = FULL) -> Pages[PipelineCoupling]:
        """The couplings of the account's own apps.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/pipeline-couplings")
    def list(self, *, range: Range = FULL) -> Pages[PipelineCoupling]:
        """The couplings of all apps that the account can see.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/teams/{team}/pipeline-couplings")
    def list_by_team(self, team: Ref, /, *, range: Range = FULL) -> Pages[PipelineCoupling]:
        """The couplings of a team's apps.

        Args:
            team: Id or name of the team.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @POST("/pipeline-couplings")
    async def create(self, *, app: str | UUID, pipeline: str | UUID, stage: Stage) -> PipelineCoupling:
        """Add an app to a stage of a pipeline; returns the coupling.

        Args:
            app: Id or name of the app.
            pipeline: Id of the pipeline.
            stage: The stage: `test`, `review`, `development`, `staging` or `production`.
        """
        ...

    @GET("/pipeline-couplings/{coupling}")
    async def info(self, coupling: Ref, /) -> PipelineCoupling:
        """One coupling.

        Args:
            coupling: Id of the coupling.
        """
        ...

    @DELETE("/pipeline-couplings/{coupling}")
    async def delete(self, coupling: Ref, /) -> PipelineCoupling | None:
        """Remove an app from its pipeline.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            coupling: Id of the coupling.
        """
        ...

    @PATCH("/pipeline-couplings/{coupling}", idempotent=True)
    async def update(self, coupling: Ref, /, *, stage: Stage | Unset = UNSET) -> PipelineCoupling:
        """Move an app to another stage of its pipeline; returns the updated coupling.

        Args:
            coupling: Id of the coupling.
            stage: The stage: `test`, `review`, `development`, `staging` or `production`.
        """
        ...

    @GET("/apps/{app}/pipeline-couplings")
    async def info_by_app(self, app: Ref, /) -> PipelineCoupling:
        """The coupling of an app; `NotFound` is raised if the app is not in a pipeline.

        Args:
            app: Id or name of the app.
        """
        ...
