"""Pipeline Config Vars."""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import mapping
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources._pipeline_access import named
from aioheroku.testing._state.delivery import STAGES

routes = Routes("Pipeline Config Vars")


@routes.get("/pipelines/{pipeline}/stage/{stage}/config-vars")
def info(context: RequestContext) -> dict[str, str]:
    """Those of a stage, a plain map; 404 for an unknown stage."""
    row, stage = named(context), context.params["stage"]
    if stage not in STAGES:
        raise not_found("pipeline_coupling_stage")
    return context.state.delivery.config.setdefault((row["id"], stage), {})


@routes.patch("/pipelines/{pipeline}/stage/{stage}/config-vars")
def update(context: RequestContext) -> dict[str, str]:
    """Set some and remove those given as null, without a release. Other values than strings are 422."""
    config, given = info(context), mapping(context.body)
    wrong = [name for name, value in given.items() if not isinstance(value, str | None) or not name]
    if wrong:
        raise invalid(f"Config vars must be strings or null: {', '.join(wrong)}.")
    for name, value in given.items():
        if value is None:
            config.pop(name, None)
        else:
            config[name] = value
    return config
