"""Credit."""

from aioheroku.testing._dates import stamp
from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("Credit")


@routes.list("/account/credits", "id")
def listing(context: RequestContext) -> Table[Row]:
    """What the account was given."""
    return context.account.credits


@routes.post("/account/credits", optional={"code1": str, "code2": str})
def create(context: RequestContext) -> Row:
    """Redeem the codes of a voucher; 422 without any."""
    taken = context.parameters()
    if not any(taken.values()):
        raise invalid("Require params: code1.")
    expires = stamp(context.state.now() + 365 * 86400)
    amounts = {"amount": 5000, "balance": 5000, "expires_at": expires, "title": "voucher"}
    return context.account.credits.add({**amounts, **context.dated()})


@routes.get("/account/credits/{credit}")
def info(context: RequestContext) -> Row:
    """One credit."""
    return context.find(context.account.credits, "credit", "credit")
