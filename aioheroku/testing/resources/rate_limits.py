"""Rate Limit."""

from aioheroku.testing.call import Call
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row

routes = Routes("Rate Limit")


@routes.get("/account/rate-limits", free=True)
def info(call: Call) -> Row:
    """The tokens left; asking takes none."""
    return {"remaining": call.account.bucket.remaining(call.state.clock())}
