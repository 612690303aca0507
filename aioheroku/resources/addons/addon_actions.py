"""Add-on Action: reports by the provider of an add-on."""

from aioheroku._api.endpoint import POST, Ref, Resource
from aioheroku.resources.addons.addons import Addon

__all__ = ["AddonActions"]


class AddonActions(Resource):
    """Operations for the providers of add-ons, which report the state of an add-on.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-action>.
    """

    @POST("/addons/{addon}/actions/deprovision")
    async def deprovision(self, addon: Ref, /) -> Addon:
        """Mark an add-on as deprovisioned; returns the updated add-on.

        Args:
            addon: Id or name of the add-on.
        """
        ...

    @POST("/addons/{addon}/actions/provision")
    async def provision(self, addon: Ref, /) -> Addon:
        """Mark an add-on as provisioned; returns the updated add-on.

        Args:
            addon: Id or name of the add-on.
        """
        ...
