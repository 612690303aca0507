"""Build Result: result and output of a build."""

from aioheroku._api.endpoint import GET, Ref, Resource
from aioheroku._codec import Model, frozen
from aioheroku.resources._refs import BuildOutcome

__all__ = ["BuildLine", "BuildResult", "BuildResults"]


@frozen(kw_only=True)
class BuildLine(Model):
    """A line of output."""

    line: str
    """Text of the line, with its line feed."""
    stream: str
    """Output stream: `STDOUT` or `STDERR`."""


@frozen(kw_only=True)
class BuildResult(Model):
    """Result and output of a build.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build-result>.
    """

    build: BuildOutcome
    """The build."""
    exit_code: int | float
    """Exit code of the build."""
    lines: list[BuildLine]
    """Output of the build, line by line."""


class BuildResults(Resource):
    """Operations on the results of builds.

    Today's API no longer lists this resource, so `NotFound` or `Gone` may be raised.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build-result>.
    """

    @GET("/apps/{app}/builds/{build}/result")
    async def info(self, app: Ref, build: Ref, /) -> BuildResult:
        """The result of a build, with its output.

        Args:
            app: Id or name of the app.
            build: Id of the build.
        """
        ...
