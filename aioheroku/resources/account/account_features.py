"""Account Feature: a feature that can be enabled for an account."""

from uuid import UUID

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Model, Timestamp, frozen
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["AccountFeature", "AccountFeatures"]


@frozen(kw_only=True)
class AccountFeature(Model):
    """A feature of Heroku that can be enabled for an account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-feature>.
    """

    created_at: Timestamp
    """Time of creation."""
    description: str
    """Description of the feature."""
    display_name: str | None = None
    """Name of the feature as people see it. Always there today."""
    doc_url: str
    """URL of the documentation."""
    enabled: bool
    """Whether the feature is enabled."""
    feedback_email: str | None = None
    """E-mail address for feedback on the feature. Always there today."""
    id: UUID
    """Id of the account feature."""
    name: str
    """Name of the feature, unique among features."""
    state: str
    """Release state, such as `beta`, `general` or `public`."""
    updated_at: Timestamp
    """Time of the last change."""


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
            range: Which part of the list, in which order; all of it by default.
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
