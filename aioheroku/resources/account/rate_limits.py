"""Rate Limit: how many tokens the account has left."""

from attrs import frozen

from aioheroku._api.endpoint import GET, Resource
from aioheroku._http import RATE_LIMITS

__all__ = ["RateLimit", "RateLimits"]


@frozen(kw_only=True)
class RateLimit:
    """How many tokens the account has left.

    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
    """

    remaining: int
    """How many requests could be sent at once."""


class RateLimits(Resource):
    """Operations on the rate limit of the account.

    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
    """

    @GET(RATE_LIMITS, metered=False)
    async def info(self) -> RateLimit:
        """The tokens left in the pool; asking costs none."""
        ...
