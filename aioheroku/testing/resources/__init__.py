"""One file per resource of the reference; a new one is imported here and named in `ALL`.

A file declares a `routes = Routes("Its Name")` and handlers under its decorators, which name the parameters too:
`/schema` is made of them, and `call.take()` reads by them. A handler takes the `Call` and gives the row to show, which
is the JSON itself; one under `routes.list` gives the `Table` to page through. What happens later is handed to
`call.later`. An app in the path is spelled `{app}` and read as `call.app` and `call.parts`; what an app newly has is a
field of `state.Parts`, filled for the fleet in `interior`, what an account has is one of `state.Account`. Rows that
change are edited in place, followed by `table.changed()` where an order or a human key of theirs changed, and
`call.app.touch(call.now)`.
"""

from aioheroku.testing.routing import Route

from . import (
    account_credits,
    accounts,
    addons,
    app_setups,
    app_transfers,
    apps,
    builds,
    catalogues,
    collaborators,
    config_vars,
    domains,
    dynos,
    features,
    formation,
    keys,
    log_drains,
    log_sessions,
    oauth_authorizations,
    oauth_clients,
    oauth_tokens,
    organization_app_collaborators,
    organization_apps,
    organizations,
    rate_limits,
    releases,
    schema,
    slugs,
    ssl_endpoints,
)

_SERVED: tuple[Route, ...] = tuple(
    route
    for resource in (
        account_credits,
        accounts,
        addons,
        app_setups,
        app_transfers,
        apps,
        builds,
        catalogues,
        collaborators,
        config_vars,
        domains,
        dynos,
        features,
        formation,
        keys,
        log_drains,
        log_sessions,
        oauth_authorizations,
        oauth_clients,
        oauth_tokens,
        organization_app_collaborators,
        organization_apps,
        organizations,
        rate_limits,
        releases,
        slugs,
        ssl_endpoints,
    )
    for route in resource.routes.all
)
ALL: tuple[Route, ...] = (*_SERVED, *schema.serving(_SERVED))
