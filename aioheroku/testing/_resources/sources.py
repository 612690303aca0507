"""Source."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addresses
from aioheroku.testing._state.table import Row

routes = Routes("Source")


@routes.post("/sources")
def create(context: RequestContext) -> Row:
    """A place to upload an archive to, and to download it from."""
    id = context.state.uuid()
    return {
        "source_blob": {
            "get_url": _addresses.blob(context, "sources", id, "get"),
            "put_url": _addresses.blob(context, "sources", id, "put"),
        }
    }


@routes.post("/apps/{app}/sources", title="Create For App")
def create_for_app(context: RequestContext) -> Row:
    """The same below an app that the account may see."""
    context.state.app(context.account, context.params["app"])
    return create(context)
