"""Build Result: how a build went, with all that it wrote."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku.resources._refs import BuildOutcome

__all__ = ["BuildLine", "BuildResult", "BuildResults"]


@frozen(kw_only=True)
class BuildLine:
    """Some output of a build."""

    line: str
    """The text with its line feed."""
    stream: str
    """Where it was written: `STDOUT` or `STDERR`."""


@frozen(kw_only=True)
class BuildResult:
    """How a build went, with all that it wrote.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build-result>.
    """

    build: BuildOutcome
    """The build."""
    exit_code: int | float
    """The exit code of the build."""
    lines: list[BuildLine]
    """What it wrote, line by line."""


class BuildResults(Resource):
    """Operations on the results of builds.

    Today's API no longer lists this resource: `NotFound` or `Gone` may be all there is.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build-result>.
    """

    @GET("/apps/{app}/builds/{build}/result")
    async def info(self, app: str | UUID, build: str | UUID, /) -> BuildResult:
        """The result of one of the app's builds."""
        ...
