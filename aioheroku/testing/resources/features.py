"""App Feature and Account Feature."""

from aioheroku.testing.call import Call
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row, Table

routes = Routes("App Feature")


@routes.list("/apps/{app}/features", "name", "id")
def app_features(call: Call) -> Table:
    """What can be switched on for the app."""
    return call.parts.features


@routes.get("/apps/{app}/features/{feature}")
def app_feature(call: Call) -> Row:
    """One of them."""
    return call.find(call.parts.features, "feature", "feature")


@routes.patch("/apps/{app}/features/{feature}", {"enabled": bool})
def switch_app_feature(call: Call) -> Row:
    """Switch it on or off."""
    return _switch(call, app_feature(call))


@routes.list("/account/features", "name", "id", of="Account Feature")
def account_features(call: Call) -> Table:
    """What can be switched on for the account."""
    return call.account.features


@routes.get("/account/features/{feature}", of="Account Feature")
def account_feature(call: Call) -> Row:
    """One of them."""
    return call.find(call.account.features, "feature", "feature")


@routes.patch("/account/features/{feature}", {"enabled": bool}, of="Account Feature")
def switch_account_feature(call: Call) -> Row:
    """Switch it on or off."""
    return _switch(call, account_feature(call))


def _switch(call: Call, row: Row) -> Row:
    row.update(call.take(), updated_at=call.now)
    return row
