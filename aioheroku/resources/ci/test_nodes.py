"""Test Node: a dyno of a test run."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen, optional_secret, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Reference
from aioheroku.resources.ci.test_runs import TestRunPipeline, TestStatus

__all__ = ["TestNode", "TestNodeDyno", "TestNodes"]


@frozen(kw_only=True)
class TestNodeDyno(Model):
    """The dyno of a test node."""

    __test__ = False  # pytest takes a class of this name for one with tests

    attach_url: str | None = optional_secret()
    """URL to attach to the dyno; anyone who knows it may use it."""
    id: str
    """Id of the dyno."""


@frozen(kw_only=True)
class TestNode(Model):
    """A dyno of a test run, which sets up the app and runs all or some of the tests.

    See <https://devcenter.heroku.com/articles/platform-api-reference#test-node>.
    """

    __test__ = False

    created_at: Timestamp
    """Time of creation."""
    dyno: TestNodeDyno | None = None
    """The dyno."""
    error_status: str | None = None
    """The status at the time of the failure."""
    exit_code: int | None = None
    """Exit code of the tests; null before they end."""
    id: UUID
    """Id of the node."""
    index: int
    """Number of the node, from 0."""
    message: str | None = None
    """Human-friendly message of the status."""
    output_stream_url: str = secret()
    """URL of the tests' output; anyone who knows it may read it."""
    pipeline: TestRunPipeline
    """The pipeline."""
    setup_stream_url: str = secret()
    """URL of the output of the setup; anyone who knows it may read it."""
    status: TestStatus
    """Current status."""
    test_run: Reference
    """The test run."""
    updated_at: Timestamp
    """Time of the last change."""


class TestNodes(Resource):
    """Operations on the nodes of a test run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#test-node>.
    """

    __test__ = False

    @GET("/test-runs/{test_run}/test-nodes")
    def list(self, test_run: Ref, /, *, range: Range = FULL) -> Pages[TestNode]:
        """The nodes of a test run.

        Args:
            test_run: Id of the test run.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
