"""Credit."""

from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("Credit")


@routes.list("/account/credits", "id")
def listing(context: RequestContext) -> Table[Row]:
    """What the account was given."""
    return context.account.credits


@routes.get("/account/credits/{credit}")
def info(context: RequestContext) -> Row:
    """One credit."""
    return context.find(context.account.credits, "credit", "credit")
