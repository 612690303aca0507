"""App Setup: creates an app from a source with an app.json."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import GET, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen, optional_secret
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import BuildOutcome, Identity

__all__ = [
    "AppSetup",
    "AppSetupApp",
    "AppSetupBuild",
    "AppSetupBuildpack",
    "AppSetupOverrides",
    "AppSetupPostdeploy",
    "AppSetupSource",
    "AppSetups",
]


@frozen(kw_only=True)
class AppSetupPostdeploy(Model):
    """Result of the postdeploy script."""

    exit_code: int
    """Exit code of the script."""
    output: str
    """Output of the script."""


@frozen(kw_only=True)
class AppSetupBuild(BuildOutcome):
    """The first build of a new app."""

    output_stream_url: str | None = optional_secret()
    """URL of the build's output; anyone who knows it may read it. Always there today."""


@frozen(kw_only=True)
class AppSetup(Model):
    """The creation of an app from a source with an app.json.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-setup>.
    """

    app: Identity
    """The app that is created."""
    build: AppSetupBuild | None = None
    """The app's first build; null before it begins."""
    created_at: Timestamp
    """Time of creation."""
    failure_message: str | None = None
    """Reason for the failure."""
    id: UUID
    """Id of the app setup."""
    manifest_errors: list[str]
    """Errors in the app.json."""
    postdeploy: AppSetupPostdeploy | None = None
    """Result of the postdeploy script, once it has run."""
    resolved_success_url: str | None = None
    """URL to send the user to after success."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """Current status."""
    updated_at: Timestamp
    """Time of the last change."""


class AppSetupSource(TypedDict):
    """Source of a new app."""

    url: str
    """URL of a tarball that Heroku can download without credentials."""
    checksum: NotRequired[str | None]
    """SHA256 of the tarball, such as `SHA256:e3b0...`, for Heroku to check."""
    version: NotRequired[str | None]
    """Version of the source, such as a commit hash."""


class AppSetupApp(TypedDict, total=False):
    """Properties of a new app."""

    locked: bool
    """Whether members of the team must be invited to the app."""
    name: str
    """Name of the app; Heroku generates one by default."""
    organization: str
    """Name of the team that is to own the app."""
    personal: bool
    """Whether the account owns the app, although it has a default team."""
    region: str | UUID
    """Region of the app."""
    space: str | UUID
    """Private space to create the app in."""
    stack: str | UUID
    """Stack of the app."""


class AppSetupBuildpack(TypedDict):
    """A buildpack of a new app."""

    url: str
    """Location of the buildpack."""


class AppSetupOverrides(TypedDict, total=False):
    """Values that replace those of the app.json."""

    buildpacks: Sequence[AppSetupBuildpack]
    """Buildpacks, in the order in which they run."""
    env: Mapping[str, str]
    """Values of config vars by name."""


class AppSetups(Resource):
    """Operations on app setups.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-setup>.
    """

    @POST("/app-setups")
    async def create(
        self,
        *,
        source_blob: Annotated[AppSetupSource, Secret()],
        app: AppSetupApp | Unset = UNSET,
        overrides: Annotated[AppSetupOverrides, Secret()] | Unset = UNSET,
    ) -> AppSetup:
        """Start to create an app from a source with an app.json; returns the pending setup at once.

        Poll `info` until `status` is no longer `pending`.

        Args:
            source_blob: Where to download the source, a tarball with an app.json.
            app: Properties of the app to create, such as its name and region.
            overrides: Values that replace those of the app.json, such as config vars.
        """
        ...

    @GET("/app-setups/{app_setup}")
    async def info(self, app_setup: Ref, /) -> AppSetup:
        """One app setup; setups cannot be listed.

        Args:
            app_setup: Id of the app setup.
        """
        ...
