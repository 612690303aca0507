"""Build: makes a slug from a source."""

from collections.abc import Sequence
from typing import Annotated, Any, NotRequired, TypedDict

from aioheroku._api.endpoint import DELETE, GET, POST, Ref, Resource, Secret
from aioheroku._codec import Model, frozen, optional_secret, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._bases import AnyBuild
from aioheroku.resources._refs import Reference
from aioheroku.resources.builds.buildpack_installations import Buildpack

__all__ = ["Build", "BuildSource", "BuildpackSource", "Builds", "SourceBlob"]


@frozen(kw_only=True)
class BuildSource(Model):
    """The source that was built."""

    checksum: str | None = None
    """SHA256 of the source, such as `SHA256:e3b0...`."""
    url: str = secret()
    """URL of the source; anyone who knows it may download the source."""
    version: str | None = None
    """Version of the source, as its sender named it."""
    version_description: str | None = None
    """Description of the version."""


@frozen(kw_only=True)
class Build(AnyBuild):
    """A build of a slug from a source.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build>.
    """

    app: Reference | None = None
    """The app that was built."""
    buildpacks: list[Buildpack] | None = None
    """The buildpacks of the build, in the order in which they run; null if they were detected."""
    generation: str | None = None
    """Generation of the platform that the build was made on."""
    labs: dict[str, Any] | None = None
    """Features of the app that the build used; only with `using(accept="3.sdk")`."""
    output_stream_url: str | None = optional_secret()
    """URL of the build's output; anyone who knows it may read it."""
    source_blob: BuildSource
    """The source that was built."""
    stack: str | None = None
    """Stack of the build."""


class SourceBlob(TypedDict):
    """The source of a build."""

    url: str
    """HTTPS URL of a tarball that Heroku can download without credentials."""
    version: NotRequired[str | None]
    """Version of the source, such as a commit hash."""
    checksum: NotRequired[str | None]
    """SHA256 of the tarball, such as `SHA256:e3b0...`, for Heroku to check."""
    version_description: NotRequired[str | None]
    """Description of the version."""


class BuildpackSource(TypedDict):
    """A buildpack of a build, by URL or by name."""

    url: NotRequired[str]
    """URL of the buildpack."""
    name: NotRequired[str]
    """Name in the registry, or a shorthand such as `heroku/ruby`."""


class Builds(Resource):
    """Operations on the builds of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build>.
    """

    @POST("/apps/{app}/builds")
    async def create(
        self,
        app: Ref,
        /,
        *,
        source_blob: Annotated[SourceBlob, Secret()],
        buildpacks: Sequence[BuildpackSource] | Unset | None = UNSET,
    ) -> Build:
        """Start a build; returns the pending build at once.

        Poll `info` until `status` is no longer `pending`. A build that succeeds creates a release.

        Args:
            app: Id or name of the app.
            source_blob: Where to download the source, and its version and checksum if you have them.
            buildpacks: Buildpacks to run, in this order; the app's own by default.
        """
        ...

    @GET("/apps/{app}/builds/{build}")
    async def info(self, app: Ref, build: Ref, /) -> Build:
        """One build of an app.

        Args:
            app: Id or name of the app.
            build: Id of the build.
        """
        ...

    @DELETE("/apps/{app}/build-cache")
    async def delete_cache(self, app: Ref, /) -> None:
        """Delete the app's build cache; the next build starts without one.

        Args:
            app: Id or name of the app.
        """
        ...

    @DELETE("/apps/{app}/builds/{build}", accept="3.cancel-build")
    async def cancel(self, app: Ref, build: Ref, /) -> Build | None:
        """Cancel a pending build, which ends as failed.

        Returns the build, or `None` if the response has no body.

        Args:
            app: Id or name of the app.
            build: Id of the build.
        """
        ...

    @GET("/apps/{app}/builds", order_fields=("id", "started_at"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[Build]:
        """The app's builds.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...
