"""Test Case: one test of a test run."""

from uuid import UUID

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._refs import Reference

__all__ = ["TestCase", "TestCases"]


@frozen(kw_only=True)
class TestCase(Model):
    """One test of a test run, as reported by its output in TAP format.

    See <https://devcenter.heroku.com/articles/platform-api-reference#test-case>.
    """

    __test__ = False  # pytest takes a class of this name for one with tests

    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description of the test."""
    diagnostic: str
    """Further output of the test."""
    directive: str
    """Directive of the test: `SKIP`, `TODO` or nothing."""
    id: UUID
    """Id of the test case."""
    number: int
    """Number of the test."""
    passed: bool
    """Whether the test passed."""
    test_node: Reference
    """The node that ran it."""
    test_run: Reference
    """The test run."""
    updated_at: Timestamp
    """Time of the last change."""


class TestCases(Resource):
    """Operations on the test cases of a test run.

    See <https://devcenter.heroku.com/articles/platform-api-reference#test-case>.
    """

    __test__ = False

    @GET("/test-runs/{test_run}/test-cases")
    def list(self, test_run: Ref, /, *, range: Range = FULL) -> Pages[TestCase]:
        """The test cases of a test run.

        Args:
            test_run: Id of the test run.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
