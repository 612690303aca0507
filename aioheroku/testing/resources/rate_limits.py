"""Rate Limit."""

from ..call import Call
from ..routing import Routes
from ..table import Row

routes = Routes()


@routes.get("/account/rate-limits", free=True)
def info(call: Call) -> Row:
    """The tokens left; asking takes none."""
    return {"remaining": call.account.bucket.remaining(call.state.clock())}
