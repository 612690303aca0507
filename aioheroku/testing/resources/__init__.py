"""One file per resource of the reference; a new one is imported here and named in `ALL`."""

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
