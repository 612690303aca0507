"""Log Session."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addresses
from aioheroku.testing._state.table import Row

routes = Routes("Log Session")


@routes.post(
    "/apps/{app}/log-sessions",
    optional={"dyno": str, "lines": int, "source": str, "tail": bool},
    undocumented={"dyno_name": str, "type": str},
)
def create(context: RequestContext) -> Row:
    """An address of this platform to read the app's logs from; 422 for less than one line."""
    taken = context.parameters()
    if taken.get("lines", 1) < 1:
        raise invalid("Lines must be greater than or equal to 1.")
    given = {
        "dyno": taken.get("dyno") or taken.get("dyno_name") or taken.get("type"),
        "lines": taken.get("lines", 100),
        "source": taken.get("source"),
        "tail": taken.get("tail", False),
    }
    return {"logplex_url": _addresses.log_session(context, context.app, given), **context.dated()}
