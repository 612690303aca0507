"""App Setup: an app made from a source and its app.json, in one go."""

from collections.abc import Mapping
from typing import Annotated, TypedDict
from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, POST, Resource
from aioheroku._codec import OneOf, Timestamp
from aioheroku._unset import UNSET, Unset
from aioheroku.resources._refs import BuildOutcome, Identity

__all__ = ["AppSetup", "AppSetupApp", "AppSetupOverrides", "AppSetupPostdeploy", "AppSetupSource", "AppSetups"]


@frozen(kw_only=True)
class AppSetupPostdeploy:
    """What the script said that runs after the first deploy."""

    exit_code: int
    """The exit code of the script."""
    output: str
    """What the script wrote."""


@frozen(kw_only=True)
class AppSetup:
    """An app in the making: created, configured and built from a source with an app.json.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-setup>.
    """

    app: Identity
    """The app that is made."""
    build: BuildOutcome
    """Its first build."""
    created_at: Timestamp
    """When it was created."""
    failure_message: str | None = None
    """Why it failed."""
    id: UUID
    """Its id."""
    manifest_errors: list[str]
    """What is wrong with the app.json."""
    postdeploy: AppSetupPostdeploy | None = None
    """The script that runs after the deploy, once it has run."""
    resolved_success_url: str | None = None
    """Where to send the user when all is done."""
    status: Annotated[str, OneOf("failed", "pending", "succeeded")]
    """How it stands."""
    updated_at: Timestamp
    """When it was last changed."""


class AppSetupSource(TypedDict):
    """Where the source of a new app is."""

    url: str
    """The address of a tarball, which Heroku can read without a login."""


class AppSetupApp(TypedDict, total=False):
    """What is settled beforehand of a new app."""

    name: str
    """Its name; without one Heroku invents it."""
    region: str | UUID
    """Where it is to run."""
    stack: str | UUID
    """What it is to run on."""


class AppSetupOverrides(TypedDict, total=False):
    """What is to differ from the app.json."""

    env: Mapping[str, str]
    """Values of config vars."""


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
        """Begin to make an app from a source; the setup comes back at once, still pending.

        Read it again until its `status` is no longer pending.
        """
        ...

    @GET("/app-setups/{app_setup}")
    async def info(self, app_setup: str | UUID, /) -> AppSetup:
        """One setup, by its id; a setup is remembered, but cannot be listed."""
        ...
