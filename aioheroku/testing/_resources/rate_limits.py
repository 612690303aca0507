"""Rate Limit."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row

routes = Routes("Rate Limit")


@routes.get("/account/rate-limits", free=True)
def info(context: RequestContext) -> Row:
    """The tokens left; the request costs none."""
    return {"remaining": context.account.bucket.remaining(context.state.clock())}
