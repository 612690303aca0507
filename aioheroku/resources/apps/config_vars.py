"""Config Vars: the environment of an app's processes."""

from collections.abc import Mapping

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Secrets

__all__ = ["ConfigVars"]


class ConfigVars(Resource):
    """Operations on the config vars of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#config-vars>.
    """

    @GET("/apps/{app}/config-vars")
    async def info(self, app: Ref, /) -> Secrets:
        """All config vars of an app by name: a `dict[str, str]` whose repr masks the values.

        Args:
            app: Id or name of the app.
        """
        ...

    @GET("/apps/{app}/releases/{release}/config-vars")
    async def info_for_release(self, app: Ref, release: Ref, /) -> Secrets:
        """The config vars of an app as a release has them: a `dict[str, str]` whose repr masks the values.

        Args:
            app: Id or name of the app.
            release: Id or version of the release.
        """
        ...

    @PATCH("/apps/{app}/config-vars", idempotent=True)
    async def update(self, app: Ref, vars: Mapping[str, str | None], /) -> Secrets:
        """Set and remove config vars; returns all config vars of the app.

        Each call creates a release and restarts the app, so make all changes in one call. Config vars that are
        not named stay as they are.

        Args:
            app: Id or name of the app.
            vars: New values by name; `None` removes the config var.
        """
        ...
