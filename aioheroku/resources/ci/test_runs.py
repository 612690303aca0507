"""Test Run: a run of a pipeline's tests."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources.account.account import Account

__all__ = ["TestRun", "TestRunDyno", "TestRunOrganization", "TestRunPipeline", "TestRuns"]

TestStatus: TypeAlias = Annotated[
    str,
    OneOf("pending", "cancelled", "creating", "building", "running", "succeeded", "failed", "errored", "debugging"),
]
"""The status of a test run or of one of its nodes."""


@frozen(kw_only=True)
class TestRunDyno(Model):
    """The dyno that tests run on."""

    __test__ = False  # pytest takes a class of this name for one with tests

    size: str
    """Dyno size, such as `standard-1X`."""


@frozen(kw_only=True)
class TestRunOrganization(Model):
    """The team that pays for a test run."""

    __test__ = False

    name: str
    """Name of the team."""


@frozen(kw_only=True)
class TestRunPipeline(Model):
    """The pipeline of a test run."""

    __test__ = False

    id: str
    """Id of the pipeline."""


@frozen(kw_only=True)
class TestRun(Model):
    """A run of a pipeline's tests for one commit.

    See <https://devcenter.heroku.com/articles/platform-api-reference#test-run>.
    """

    __test__ = False

    actor_email: str
    """E-mail address of the account that started it."""
    app_setup: dict[str, Any] | None = None
    """The app setup that creates the app for the tests."""
    clear_cache: bool | None = None
    """Whether the build cache is cleared first."""
    commit_branch: str
    """Branch of the commit."""
    commit_message: str
    """Message of the commit."""
    commit_sha: str
    """Hash of the commit."""
    created_at: Timestamp
    """Time of creation."""
    debug: bool
    """Whether the dyno is kept for debugging instead of running the tests."""
    dyno: TestRunDyno | None = None
    """The dyno that the tests run on."""
    id: UUID
    """Id of the test run."""
    message: str | None = None
    """Human-friendly message of the status."""
    number: int
    """Number of the test run, from 1 in each pipeline."""
    organization: TestRunOrganization | None = None
    """The team that pays for it."""
    pipeline: TestRunPipeline
    """The pipeline."""
    source_blob_url: str = secret()
    """URL of the source; anyone who knows it may download the source."""
    status: TestStatus
    """Current status."""
    updated_at: Timestamp
    """Time of the last change."""
    user: Account
    """The account that started it."""
    warning_message: str | None = None
    """Warning about the test run."""


class TestRuns(Resource):
    """Operations on the test runs of Heroku CI.

    See <https://devcenter.heroku.com/articles/platform-api-reference#test-run>.
    """

    __test__ = False

    @POST("/test-runs")
    async def create(
        self,
        *,
        commit_branch: str,
        commit_message: str,
        commit_sha: str,
        pipeline: str | UUID,
        source_blob_url: Annotated[str, Secret()],
        debug: bool | Unset = UNSET,
        organization: str | UUID | Unset = UNSET,
    ) -> TestRun:
        """Start a test run; returns it at once, while it is `pending`.

        Poll `info` with a pause between the calls until `status` is `succeeded`, `failed`, `errored` or `cancelled`.

        Args:
            commit_branch: Branch of the commit.
            commit_message: Message of the commit.
            commit_sha: Hash of the commit.
            pipeline: Id or name of the pipeline.
            source_blob_url: URL of a tarball that Heroku can download without credentials.
            debug: Whether to keep the dyno for debugging instead of running the tests.
            organization: Id or name of the team that pays for it.
        """
        ...

    @GET("/test-runs/{test_run}")
    async def info(self, test_run: Ref, /) -> TestRun:
        """One test run.

        Args:
            test_run: Id of the test run.
        """
        ...

    @GET("/pipelines/{pipeline}/test-runs")
    def list(self, pipeline: Ref, /, *, range: Range = FULL) -> Pages[TestRun]:
        """The test runs of a pipeline.

        Args:
            pipeline: Id of the pipeline.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/pipelines/{pipeline}/test-runs/{number}")
    async def info_by_pipeline(self, pipeline: Ref, number: Ref, /) -> TestRun:
        """The test run of a pipeline with this number.

        Args:
            pipeline: Id of the pipeline.
            number: Number of the test run.
        """
        ...

    @PATCH("/test-runs/{test_run}", idempotent=True)
    async def update(self, test_run: Ref, /, *, status: TestStatus, message: str | None) -> TestRun:
        """Change the status of a test run, for instance to cancel it; returns the updated test run.

        Args:
            test_run: Id of the test run (Heroku's documentation calls it the number).
            status: The new status, such as `cancelled`.
            message: Human-friendly message of the status; `None` for none.
        """
        ...
