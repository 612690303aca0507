"""Pre-authorization of an app: what clients ask for once they know the code of a second factor."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row

routes = Routes("Pre-authorization")


@routes.put("/apps/{app}/pre-authorizations", listed=False)
def create(context: RequestContext) -> Row:
    """Granted for every app that the account may see (404): accounts of the platform have no second factor."""
    context.state.app(context.account, context.params["app"])
    return {}
