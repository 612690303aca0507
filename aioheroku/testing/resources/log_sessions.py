"""Log Session."""

from aioheroku.testing.call import Call
from aioheroku.testing.replies import invalid
from aioheroku.testing.routing import Routes
from aioheroku.testing.table import Row

routes = Routes("Log Session")


@routes.post(
    "/apps/{app}/log-sessions",
    optional={"dyno": str, "lines": int, "source": str, "tail": bool},
    beyond={"dyno_name": str, "type": str},
)
def create(call: Call) -> Row:
    """An address to read the app's logs from, which is not this platform's; 422 for less than one line."""
    if call.take().get("lines", 1) < 1:
        raise invalid("Lines must be greater than or equal to 1.")
    moment = int(call.state.now())
    _ = call.app
    return call.new({"logplex_url": f"https://logs-api.heroku.com/sessions/{call.state.uuid()}?srv={moment}"})
