"""Review App: a temporary app for a branch."""

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Reference

__all__ = ["ForkRepo", "ReviewApp", "ReviewAppSource", "ReviewApps"]


@frozen(kw_only=True)
class ForkRepo(Model):
    """The fork that a branch is in."""

    id: int | None = None
    """Id of the repository at GitHub."""


@frozen(kw_only=True)
class ReviewApp(Model):
    """A temporary app for a branch.

    See <https://devcenter.heroku.com/articles/platform-api-reference#review-app>.
    """

    app: Reference | None = None
    """The app; null until it exists."""
    app_setup: Reference | None = None
    """The app setup that creates the app."""
    branch: str
    """The branch."""
    created_at: Timestamp
    """Time of creation."""
    creator: Reference
    """The account that asked for the review app."""
    error_status: str | None = None
    """The status at the time of the failure."""
    fork_repo: ForkRepo | None = None
    """The fork that the branch is in."""
    id: UUID
    """Id of the review app."""
    message: str | None = None
    """Message about the creation or deletion, such as the reason for a failure."""
    pipeline: Reference
    """The pipeline."""
    pr_number: int | None = None
    """Number of the pull request."""
    status: Annotated[str, OneOf("pending", "creating", "created", "deleting", "deleted", "errored")]
    """Current status."""
    updated_at: Timestamp
    """Time of the last change."""
    wait_for_ci: bool
    """Whether the app waits for the test run to succeed."""


class ReviewAppSource(TypedDict):
    """The source of a review app."""

    url: str
    """URL of a tarball; `resolve` for the branch of the connected repository."""
    version: NotRequired[str | None]
    """Version of the source, such as a commit hash."""


class ReviewApps(Resource):
    """Operations on review apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#review-app>.
    """

    @POST("/review-apps")
    async def create(
        self,
        *,
        branch: str,
        pipeline: str | UUID,
        source_blob: Annotated[ReviewAppSource, Secret()],
        environment: Annotated[Mapping[str, str], Secret()] | Unset | None = UNSET,
        fork_repo_id: int | Unset | None = UNSET,
        pr_number: int | Unset | None = UNSET,
    ) -> ReviewApp:
        """Start to create a review app; returns it at once, while it is `pending` and has no app.

        Poll `info` until `status` is `created` or `errored`.

        Args:
            branch: The branch.
            pipeline: Id of the pipeline.
            source_blob: Where to download the source, and its version.
            environment: Config vars of the app in addition to those of the stage `review`.
            fork_repo_id: Id of the repository of the fork that the branch is in.
            pr_number: Number of the pull request.
        """
        ...

    @GET("/review-apps/{review_app}")
    async def info(self, review_app: Ref, /) -> ReviewApp:
        """One review app.

        Args:
            review_app: Id of the review app.
        """
        ...

    @DELETE("/review-apps/{review_app}")
    async def delete(self, review_app: Ref, /) -> ReviewApp | None:
        """Start to delete a review app with its app.

        Returns the review app, which is `deleting`, or `None` if the response has no body.

        Args:
            review_app: Id of the review app.
        """
        ...

    @GET("/apps/{app}/review-app")
    async def info_by_app(self, app: Ref, /) -> ReviewApp:
        """The review app that an app belongs to; `NotFound` is raised for any other app.

        Args:
            app: Id or name of the app.
        """
        ...

    @GET("/pipelines/{pipeline}/review-apps")
    def list(self, pipeline: Ref, /, *, range: Range = FULL) -> Pages[ReviewApp]:
        """The review apps of a pipeline.

        Args:
            pipeline: Id of the pipeline.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
