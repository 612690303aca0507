"""Build: from source to slug."""

from collections.abc import Sequence
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, POST, Resource
from aioheroku._codec import OneOf, Timestamp, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import Person, Reference

__all__ = ["Build", "BuildSource", "BuildpackSource", "Builds", "SourceBlob"]


@frozen(kw_only=True)
class BuildSource:
    """What was built."""

    url: str = secret()
    """Where the source was read; who knows the address may read it."""
    version: str | None = None
    """What its sender calls the version."""


@frozen(kw_only=True)
class Build:
    """The way from a source to a slug.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build>.
    """

    created_at: Timestamp
    """When it was created."""
    id: UUID
    """Its id."""
    slug: Reference | None = None
    """What came of it; null while it is pending and when it failed."""
    source_blob: BuildSource
    """What was built."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """How it stands."""
    updated_at: Timestamp
    """When it was last changed."""
    user: Person
    """Who began it."""


class SourceBlob(TypedDict):
    """The source of a build."""

    url: str
    """The https address of a tarball, which Heroku can read without a login."""
    version: str | None
    """What you call the version, a commit's hash for instance."""
    checksum: NotRequired[str | None]
    """The SHA256 of the tarball, such as `SHA256:e3b0...`: Heroku then checks it."""
    version_description: NotRequired[str | None]
    """What you say of the version."""


class BuildpackSource(TypedDict):
    """A buildpack that a build shall use: by its address or by its name."""

    url: NotRequired[str]
    """Where it is."""
    name: NotRequired[str]
    """Its name in the registry, or a shorthand such as `heroku/ruby`."""


class Builds(Resource):
    """Operations on the builds of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#build>.
    """

    @POST("/apps/{app}/builds")
    async def create(
        self,
        app: str | UUID,
        /,
        *,
        source_blob: SourceBlob,
        buildpacks: Sequence[BuildpackSource] | Unset | None = UNSET,
    ) -> Build:
        """Begin to build a source; the build comes back at once, still pending.

        `buildpacks` are used in this order, by default those of the app. If the build succeeds, a release
        follows. Read it again until its `status` is no longer pending.
        """
        ...

    @GET("/apps/{app}/builds/{build}")
    async def info(self, app: str | UUID, build: str | UUID, /) -> Build:
        """One of the app's builds, by its id."""
        ...

    @GET("/apps/{app}/builds", order_fields=("id", "started_at"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[Build]:
        """The app's builds."""
        ...
