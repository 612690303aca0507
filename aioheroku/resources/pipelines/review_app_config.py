"""Review App Config: how a pipeline creates review apps."""

from typing import Annotated, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource
from aioheroku._codec import Model, OneOf, frozen
from aioheroku._unset import UNSET, Unset

__all__ = [
    "NewReviewAppTarget",
    "ReviewAppConfig",
    "ReviewAppConfigs",
    "ReviewAppRepo",
    "ReviewAppTarget",
]


@frozen(kw_only=True)
class ReviewAppRepo(Model):
    """The repository of a pipeline."""

    id: int
    """Id of the repository at GitHub."""


@frozen(kw_only=True)
class ReviewAppTarget(Model):
    """Where review apps run."""

    id: str
    """Id of the private space, or name of the region."""
    type: str
    """What `id` refers to: `space` or `region`."""


@frozen(kw_only=True)
class ReviewAppConfig(Model):
    """How a pipeline creates review apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#review-app-configuration>.
    """

    automatic_review_apps: bool
    """Whether a review app is created for each pull request."""
    base_name: str | None = None
    """Prefix of the apps' names."""
    deploy_target: ReviewAppTarget | None = None
    """Where the apps run."""
    destroy_stale_apps: bool
    """Whether stale apps are deleted."""
    pipeline_id: UUID
    """Id of the pipeline."""
    repo: ReviewAppRepo
    """The connected repository."""
    stale_days: int
    """Days without a deploy after which an app is stale."""
    wait_for_ci: bool
    """Whether apps wait for the test run to succeed."""


class NewReviewAppTarget(TypedDict):
    """Where review apps are to run."""

    id: str | UUID
    """Id of the private space, or name of the region."""
    type: Annotated[str, OneOf("space", "region")]
    """What `id` refers to."""


class ReviewAppConfigs(Resource):
    """Operations on the review app config of a pipeline.

    See <https://devcenter.heroku.com/articles/platform-api-reference#review-app-configuration>.
    """

    @POST("/pipelines/{pipeline}/review-app-config")
    async def enable(
        self,
        pipeline: Ref,
        /,
        *,
        repo: str,
        automatic_review_apps: bool | Unset = UNSET,
        base_name: str | Unset | None = UNSET,
        deploy_target: NewReviewAppTarget | Unset | None = UNSET,
        destroy_stale_apps: bool | Unset = UNSET,
        stale_days: int | Unset = UNSET,
        wait_for_ci: bool | Unset = UNSET,
    ) -> ReviewAppConfig:
        """Enable review apps for a pipeline; returns the new config.

        Args:
            pipeline: Id of the pipeline.
            repo: Full name of the repository, such as `heroku/homebrew-brew`.
            automatic_review_apps: Whether a review app is created for each pull request.
            base_name: Prefix of the apps' names.
            deploy_target: Where the apps run: `{"id": "us", "type": "region"}`.
            destroy_stale_apps: Whether stale apps are deleted.
            stale_days: Days without a deploy after which an app is stale.
            wait_for_ci: Whether apps wait for the test run to succeed.
        """
        ...

    @GET("/pipelines/{pipeline}/review-app-config")
    async def info(self, pipeline: Ref, /) -> ReviewAppConfig:
        """The config of a pipeline; `NotFound` is raised if review apps are not enabled.

        Args:
            pipeline: Id of the pipeline.
        """
        ...

    @PATCH("/pipelines/{pipeline}/review-app-config", idempotent=True)
    async def update(
        self,
        pipeline: Ref,
        /,
        *,
        automatic_review_apps: bool | Unset = UNSET,
        base_name: str | Unset | None = UNSET,
        deploy_target: NewReviewAppTarget | Unset | None = UNSET,
        destroy_stale_apps: bool | Unset = UNSET,
        stale_days: int | Unset = UNSET,
        wait_for_ci: bool | Unset = UNSET,
    ) -> ReviewAppConfig:
        """Change the config of a pipeline; returns the updated config.

        Args:
            pipeline: Id of the pipeline.
            automatic_review_apps: Whether a review app is created for each pull request.
            base_name: Prefix of the apps' names.
            deploy_target: Where the apps run: `{"id": "us", "type": "region"}`.
            destroy_stale_apps: Whether stale apps are deleted.
            stale_days: Days without a deploy after which an app is stale.
            wait_for_ci: Whether apps wait for the test run to succeed.
        """
        ...

    @DELETE("/pipelines/{pipeline}/review-app-config")
    async def delete(self, pipeline: Ref, /) -> ReviewAppConfig | None:
        """Disable review apps for a pipeline.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            pipeline: Id of the pipeline.
        """
        ...
