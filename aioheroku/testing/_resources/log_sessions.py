"""Log Session."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row

routes = Routes("Log Session")


@routes.post(
    "/apps/{app}/log-sessions",
    optional={"dyno": str, "lines": int, "source": str, "tail": bool},
    undocumented={"dyno_name": str, "type": str},
)
def create(context: RequestContext) -> Row:
    """An address of this platform to read the app's logs from; 422 for less than one line."""
    if context.parameters().get("lines", 1) < 1:
        raise invalid("Lines must be greater than or equal to 1.")
    moment = int(context.state.now())
    return {
        "logplex_url": f"http://{context.host}/streams/{context.state.uuid()}?srv={moment}&app={context.app.row['name']}",
        **context.dated(),
    }
