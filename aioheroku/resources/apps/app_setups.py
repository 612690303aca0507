"""App Setup: creates an app from a source with an app.json."""

from collections.abc import Mapping
from typing import Annotated, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, POST, Ref, Resource
from aioheroku._codec import OneOf, Timestamp
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import BuildOutcome, Identity

__all__ = ["AppSetup", "AppSetupApp", "AppSetupOverrides", "AppSetupPostdeploy", "AppSetupSource", "AppSetups"]


@frozen(kw_only=True)
class AppSetupPostdeploy:
    """Result of the postdeploy script."""

    exit_code: int
    """Exit code of the script."""
    output: str
    """Output of the script."""


@frozen(kw_only=True)
class AppSetup:
    """The creation of an app from a source with an app.json.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-setup>.
    """

    app: Identity
    """The app that is created."""
    build: BuildOutcome
    """The app's first build."""
    created_at: Timestamp
    """Time of creation."""
    failure_message: str | None = None
    """Reason of the failure."""
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


class AppSetupApp(TypedDict, total=False):
    """Properties of a new app."""

    name: str
    """Name of the app; Heroku generates one by default."""
    region: str | UUID
    """Region of the app."""
    stack: str | UUID
    """Stack of the app."""


class AppSetupOverrides(TypedDict, total=False):
    """Values that replace those of the app.json."""

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
        source_blob: AppSetupSource,
        app: AppSetupApp | Unset = UNSET,
        overrides: AppSetupOverrides | Unset = UNSET,
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
