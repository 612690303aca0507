"""Credit."""

from aioheroku.testing.call import Call
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table

routes = Routes("Credit")


@routes.list("/account/credits", "id")
def listing(call: Call) -> Table:
    """What the account was given."""
    return call.account.credits


@routes.get("/account/credits/{credit}")
def info(call: Call) -> Row:
    """One credit."""
    return call.find(call.account.credits, "credit", "credit")
