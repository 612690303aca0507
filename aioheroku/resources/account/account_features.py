"""Account Feature: a feature that can be enabled for an account."""

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import frozen
from aioheroku._pagination import FULL, Pages, Range
from aioheroku.resources._bases import Feature

__all__ = ["AccountFeature", "AccountFeatures"]


@frozen(kw_only=True)
class AccountFeature(Feature):
    """A feature of Heroku that can be enabled for an account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-feature>.
    """

    display_name: str | None = None
    """Human-friendly name of the feature. Always there today."""
    feedback_email: str | None = None
    """E-mail address for feedback on the feature. Always there today."""


class AccountFeatures(Resource):
    """Operations on the account's features.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-feature>.
    """

    @GET("/account/features/{feature}")
    async def info(self, feature: Ref, /) -> AccountFeature:
        """One account feature.

        Args:
            feature: Id or name of the feature.
        """
        ...

    @GET("/account/features", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AccountFeature]:
        """All account features, enabled or not.

        Args:
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/account/features/{feature}")
    async def update(self, feature: Ref, /, *, enabled: bool) -> AccountFeature:
        """Enable or disable an account feature; returns the updated feature.

        Args:
            feature: Id or name of the feature.
            enabled: Whether to enable the feature.
        """
        ...
