"""Rate Limit: number of tokens left in the account's rate limit."""

from aioheroku._api.endpoint import GET, Resource
from aioheroku._codec import Model, frozen
from aioheroku._http import RATE_LIMITS

__all__ = ["RateLimit", "RateLimits"]


@frozen(kw_only=True)
class RateLimit(Model):
    """Number of tokens left in the account's rate limit.

    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
    """

    remaining: int
    """Number of requests that can be sent right now."""


class RateLimits(Resource):
    """Operations on the account's rate limit.

    See <https://devcenter.heroku.com/articles/platform-api-reference#rate-limit>.
    """

    @GET(RATE_LIMITS, metered=False)
    async def info(self) -> RateLimit:
        """The number of tokens left in the account's rate limit; the request itself costs no token."""
        ...
