"""Config Vars: the environment of an app's processes."""

from collections.abc import Mapping
from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._codec import Secrets

__all__ = ["ConfigVars"]


class ConfigVars(Resource):
    """Operations on the config vars of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#config-vars>.
    """

    @GET("/apps/{app}/config-vars")
    async def info(self, app: str | UUID, /) -> Secrets:
        """Every config var by name: a `dict[str, str]` whose repr hides the values."""
        ...

    @PATCH("/apps/{app}/config-vars", idempotent=True)
    async def update(self, app: str | UUID, vars: Mapping[str, str | None], /) -> Secrets:
        """Set the given vars, remove those given as `None`, leave the others; all of them come back.

        A change makes a release and restarts the app: give all changes in one call.
        """
        ...
