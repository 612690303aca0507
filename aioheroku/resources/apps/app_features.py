"""App Feature: something of Heroku that is switched on or off for one app."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["AppFeature", "AppFeatures"]


@frozen(kw_only=True)
class AppFeature:
    """Something of Heroku that can be switched on or off for one app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-feature>.
    """

    created_at: Timestamp
    """When it was created."""
    description: str
    """What it does."""
    doc_url: str
    """The address of its documentation."""
    enabled: bool
    """Whether it is switched on."""
    id: UUID
    """Its id."""
    name: str
    """Its name, unique among features."""
    state: str
    """How far it has come: `beta`, `general`, `public` and the like."""
    updated_at: Timestamp
    """When it was last changed."""


class AppFeatures(Resource):
    """Operations on the features of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-feature>.
    """

    @GET("/apps/{app}/features/{feature}")
    async def info(self, app: str | UUID, feature: str | UUID, /) -> AppFeature:
        """One feature of the app, by its id or name."""
        ...

    @GET("/apps/{app}/features", order_fields=("id", "name"))
    def list(self, app: str | UUID, /, *, range: Range = FULL) -> Pages[AppFeature]:
        """Every feature, switched on for the app or not."""
        ...

    @PATCH("/apps/{app}/features/{feature}")
    async def update(self, app: str | UUID, feature: str | UUID, /, *, enabled: bool) -> AppFeature:
        """Switch a feature on or off for the app; the feature as it is now comes back."""
        ...
