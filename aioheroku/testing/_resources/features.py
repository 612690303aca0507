"""App Feature and Account Feature."""

from aioheroku.testing._http.body_schema import OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("App Feature")

_SWITCH = {"enabled": OneOf((True, False, 0, 1))}  # heroku3 sends 0


@routes.list("/apps/{app}/features", "name", "id")
def app_features(context: RequestContext) -> Table[Row]:
    """The app's features, on or off."""
    return context.parts.features


@routes.get("/apps/{app}/features/{feature}")
def app_feature(context: RequestContext) -> Row:
    """One of them."""
    return context.find(context.parts.features, "feature", "feature")


@routes.patch("/apps/{app}/features/{feature}", {"enabled": bool}, undocumented=_SWITCH)
def switch_app_feature(context: RequestContext) -> Row:
    """Switch it on or off."""
    return _switch(context, app_feature(context))


@routes.list("/account/features", "name", "id", of="Account Feature")
def account_features(context: RequestContext) -> Table[Row]:
    """The account's features, on or off."""
    return context.account.features


@routes.get("/account/features/{feature}", of="Account Feature")
def account_feature(context: RequestContext) -> Row:
    """One of them."""
    return context.find(context.account.features, "feature", "feature")


@routes.patch("/account/features/{feature}", {"enabled": bool}, undocumented=_SWITCH, of="Account Feature")
def switch_account_feature(context: RequestContext) -> Row:
    """Switch it on or off."""
    return _switch(context, account_feature(context))


def _switch(context: RequestContext, row: Row) -> Row:
    row.update({"enabled": bool(context.parameters()["enabled"]), "updated_at": context.now})
    return row
