"""Account Feature: something of Heroku that an account switches on or off for itself."""

from uuid import UUID

from attrs import frozen

from aioheroku._api.endpoint import GET, PATCH, Resource
from aioheroku._codec import Timestamp
from aioheroku._pagination import FULL, Pages, Range

__all__ = ["AccountFeature", "AccountFeatures"]


@frozen(kw_only=True)
class AccountFeature:
    """Something of Heroku that an account can switch on or off for itself.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-feature>.
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


class AccountFeatures(Resource):
    """Operations on the features of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#account-feature>.
    """

    @GET("/account/features/{feature}")
    async def info(self, feature: str | UUID, /) -> AccountFeature:
        """One feature, by its id or name."""
        ...

    @GET("/account/features", order_fields=("id", "name"))
    def list(self, *, range: Range = FULL) -> Pages[AccountFeature]:
        """Every feature, switched on or not."""
        ...

    @PATCH("/account/features/{feature}")
    async def update(self, feature: str | UUID, /, *, enabled: bool) -> AccountFeature:
        """Switch a feature on or off; the feature as it is now comes back."""
        ...
