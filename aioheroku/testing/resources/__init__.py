"""One file per resource of the reference; a new one is imported here and named in `ALL`.

A file declares a `routes = Routes()` and handlers under its decorators. A handler takes the `Call` and gives the row to
show, which is the JSON itself; one under `routes.list` gives the `Table` to page through. An app in the path is spelled
`{app}` and read as `call.app` and `call.parts`; what an app newly has is a field of `state.Parts`, filled for the fleet
in `interior`, what an account has is one of `state.Account`. Rows that change are edited in place, followed by
`table.changed()` where an order or a human key of theirs changed, and `call.app.touch(call.now)`.
"""

from aioheroku.testing.routing import Route

from . import (
    accounts,
    addons,
    apps,
    catalogues,
    collaborators,
    config_vars,
    domains,
    dynos,
    features,
    formation,
    log_drains,
    rate_limits,
    releases,
    ssl_endpoints,
)

ALL: tuple[Route, ...] = tuple(
    route
    for resource in (
        accounts,
        addons,
        apps,
        catalogues,
        collaborators,
        config_vars,
        domains,
        dynos,
        features,
        formation,
        log_drains,
        rate_limits,
        releases,
        ssl_endpoints,
    )
    for route in resource.routes.all
)
