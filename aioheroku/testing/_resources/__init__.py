"""One file per resource of the reference; each is found here by itself.

A file declares a `routes = Routes("Its Name")` and handlers under its decorators, which name the parameters too:
`/schema` is generated from them, and `context.parameters()` reads by them. A handler takes the `RequestContext` and
returns the row to show, which is the JSON itself; one under `routes.list` returns the `Table` to page through. What
happens later is handed to `context.call_later`. An app in the path is spelled `{app}` and read as `context.app` and
`context.parts`; what an app newly has is a field of `AppParts`, filled for a fleet in `app_contents`, what an account
has is one of `Account`. Rows that change are edited in place, followed by `table.changed()` if an order or a human
key of theirs changed, and `context.app.touch(context.now)`.
"""

from importlib import import_module
from pkgutil import iter_modules

from aioheroku.testing._http.routing import Route, Routes
from aioheroku.testing._http.schema import schema_routes


def _declared(name: str) -> list[Route]:
    """The routes of one file."""
    routes: Routes = import_module(f"{__name__}.{name}").routes
    return routes.all


_NAMES = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
_SERVED = tuple(route for name in _NAMES for route in _declared(name))
ROUTES: tuple[Route, ...] = (*_SERVED, *schema_routes(_SERVED))
