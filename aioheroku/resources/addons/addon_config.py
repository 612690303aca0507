"""Add-on Config: the values that an add-on sets in the apps it is attached to."""

from collections.abc import Sequence
from typing import Annotated, TypedDict

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource, Secret
from aioheroku._codec import Model, frozen, optional_secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = ["AddonConfig", "AddonConfigUpdate", "AddonConfigs"]


@frozen(kw_only=True)
class AddonConfig(Model):
    """A value that an add-on sets in the apps it is attached to.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-config>.
    """

    name: str
    """Name of the value."""
    value: str | None = optional_secret()
    """The value."""


class AddonConfigUpdate(TypedDict):
    """A value to set."""

    name: str
    """Name of the value."""
    value: str | None
    """The new value; `None` removes it."""


AddonConfigList = list[AddonConfig]


class AddonConfigs(Resource):
    """Operations for the providers of add-ons: the values that an add-on sets in its apps.

    See <https://devcenter.heroku.com/articles/platform-api-reference#add-on-config>.
    """

    @GET("/addons/{addon}/config")
    def list(self, addon: Ref, /, *, range: Range = FULL) -> Pages[AddonConfig]:
        """The values that an add-on sets in its apps.

        Args:
            addon: Id or name of the add-on.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/addons/{addon}/config", idempotent=True)
    async def update(
        self, addon: Ref, /, *, config: Annotated[Sequence[AddonConfigUpdate], Secret()] | Unset = UNSET
    ) -> AddonConfigList:
        """Change the values that an add-on sets in its apps; returns all of them.

        Args:
            addon: Id or name of the add-on.
            config: One mapping for each value to set or remove.
        """
        ...
