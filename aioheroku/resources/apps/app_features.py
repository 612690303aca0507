"""App Feature: a feature that can be enabled for an app."""

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._bases import Feature

__all__ = ["AppFeature", "AppFeatures"]


@frozen(kw_only=True)
class AppFeature(Feature):
    """A feature of Heroku that can be enabled for an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-feature>.
    """

    display_name: str | None = None
    """Human-friendly name of the feature. Always there today."""
    feedback_email: str | None = None
    """E-mail address for feedback on the feature. Always there today."""


class AppFeatures(Resource):
    """Operations on the features of an app.

    See <https://devcenter.heroku.com/articles/platform-api-reference#app-feature>.
    """

    @GET("/apps/{app}/features/{feature}")
    async def info(self, app: Ref, feature: Ref, /) -> AppFeature:
        """One app feature.

        Args:
            app: Id or name of the app.
            feature: Id or name of the feature.
        """
        ...

    @GET("/apps/{app}/features", order_fields=("id", "name"))
    def list(self, app: Ref, /, *, range: Range = FULL) -> Pages[AppFeature]:
        """All features of an app, enabled or not.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/apps/{app}/features/{feature}")
    async def update(self, app: Ref, feature: Ref, /, *, enabled: bool) -> AppFeature:
        """Enable or disable an app feature; returns the updated feature.

        Args:
            app: Id or name of the app.
            feature: Id or name of the feature.
            enabled: Whether to enable the feature.
        """
        ...
