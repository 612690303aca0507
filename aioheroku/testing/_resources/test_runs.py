"""Test Run, with its node and its cases: pending, creating, building, running, and then `Behavior` says how it ends.

It also fails if the source's address has "fail" in it.
"""

from aioheroku.testing._errors import invalid, not_found
from aioheroku.testing._http.body_schema import Nullable, OneOf
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _addresses, _pipeline_access as access, _source
from aioheroku.testing._state.delivery import RUNS_END
from aioheroku.testing._state.table import Row, Table, table_of

routes = Routes("Test Run")

_STATES = ("pending", "cancelled", "creating", "building", "running", "succeeded", "failed", "errored", "debugging")
_STEPS = ("creating", "building", "running")
_TESTS = ("shows the front page", "lets a visitor log in", "sends an invoice")
# What an account shows today besides what it showed in 2015.
_USER: Row = {
    "country_of_residence": None,
    "default_team": None,
    "delinquent_at": None,
    "federated": False,
    "identity_provider": None,
}


@routes.post(
    "/test-runs",
    {"commit_branch": str, "commit_message": str, "commit_sha": str, "pipeline": str, "source_blob_url": str},
    {"debug": bool, "organization": str},
)
def create(context: RequestContext) -> Row:
    """Begin to run the tests of a commit; 422 for an invalid address and for an unknown team."""
    taken = context.parameters()
    pipeline, url = access.pipeline(context, taken["pipeline"]), taken["source_blob_url"]
    _source.check_address(url)
    team = context.state.known_team(taken["organization"]) if "organization" in taken else None
    if team is None and "organization" in taken:
        raise invalid("Couldn't find that team.")
    numbers = (row["number"] for row in _of(context, pipeline["id"]))
    row: Row = {
        "actor_email": context.account.ref["email"],
        "app_setup": None,
        "clear_cache": False,
        "commit_branch": taken["commit_branch"],
        "commit_message": taken["commit_message"],
        "commit_sha": taken["commit_sha"],
        "debug": taken.get("debug", False),
        "dyno": {"size": "standard-1X"},
        "message": None,
        "number": max(numbers, default=0) + 1,
        "organization": {"name": team.name} if team else None,
        "pipeline": {"id": pipeline["id"]},
        "source_blob_url": url,
        "status": "pending",
        "user": {**_USER, **context.account.row},
        "warning_message": None,
        **context.dated(),
    }
    _add_node(context, row)
    context.state.delivery.cases[row["id"]] = Table[Row]()
    behavior = context.state.behavior
    fails = behavior.test_run_fails or "fail" in url
    _proceed(context, row, (*_STEPS, "failed" if fails else "succeeded"), behavior.test_run_seconds / 4)
    return context.state.delivery.test_runs.add(row)


@routes.get("/test-runs/{test_run}")
def info(context: RequestContext) -> Row:
    """One test run, by id."""
    row = context.find(context.state.delivery.test_runs, "test_run", "test_run")
    access.pipeline(context, row["pipeline"]["id"])
    return row


@routes.patch("/test-runs/{test_run}", {"status": OneOf(_STATES), "message": Nullable(str)})
def update(context: RequestContext) -> Row:
    """Set the status and message, by id, or by number if only one pipeline has a test run of that number.

    A test run that is set to its end goes no further.
    """
    text = context.params["test_run"]
    if text.isdecimal():
        found = [row for row in context.state.delivery.test_runs if str(row["number"]) == text and _sees(context, row)]
        if len(found) != 1:
            raise not_found("test_run")
        row = found[0]
    else:
        row = info(context)
    taken = context.parameters()
    _set(context, row, taken["status"])
    row["message"] = taken["message"]
    return row


@routes.list("/pipelines/{pipeline}/test-runs")
def listing(context: RequestContext) -> Table[Row]:
    """The test runs of a pipeline."""
    return _of(context, access.named(context)["id"])


@routes.get("/pipelines/{pipeline}/test-runs/{number}", title="Info By Pipeline")
def of_pipeline(context: RequestContext) -> Row:
    """One test run of a pipeline, by number."""
    return context.find(_of(context, access.named(context)["id"]), "number", "test_run")


@routes.list("/test-runs/{test_run}/test-nodes", of="Test Node")
def nodes(context: RequestContext) -> Table[Row]:
    """The one dyno of a test run."""
    return context.state.delivery.nodes[info(context)["id"]]


@routes.list("/test-runs/{test_run}/test-cases", of="Test Case")
def cases(context: RequestContext) -> Table[Row]:
    """The tests that have run."""
    return context.state.delivery.cases[info(context)["id"]]


def _of(context: RequestContext, pipeline: str) -> Table[Row]:
    return table_of((row for row in context.state.delivery.test_runs if row["pipeline"]["id"] == pipeline), "number")


def _sees(context: RequestContext, row: Row) -> bool:
    pipeline = context.state.delivery.pipelines.find(row["pipeline"]["id"])
    return pipeline is not None and access.may_see_pipeline(context, pipeline)


def _add_node(context: RequestContext, row: Row) -> None:
    node: Row = {
        "dyno": None,
        "error_status": None,
        "exit_code": None,
        "index": 0,
        "message": None,
        "pipeline": row["pipeline"],
        "status": "pending",
        "test_run": {"id": row["id"]},
        **context.dated(),
    }
    node["setup_stream_url"] = _addresses.stream(context, "setup", node["id"])
    node["output_stream_url"] = _addresses.stream(context, "tests", node["id"])
    context.state.delivery.nodes[row["id"]] = table_of([node])


def _proceed(context: RequestContext, row: Row, steps: tuple[str, ...], seconds: float) -> None:
    """Take the first step after this time, and the others after it."""

    def step(later: RequestContext) -> None:
        if row["status"] in RUNS_END:
            return
        status = "debugging" if row["debug"] and steps[0] == "running" else steps[0]
        _set(later, row, status)
        if status not in RUNS_END:
            _proceed(later, row, steps[1:], seconds)

    context.call_later(seconds, step)


def _set(context: RequestContext, row: Row, status: str) -> None:
    """The status of a test run and of its node; tests that ran leave cases and an exit code."""
    row.update({"status": status, "updated_at": context.now})
    (node,) = context.state.delivery.nodes[row["id"]]
    node.update({"status": status, "updated_at": context.now})
    if status in {"running", "debugging"}:
        node["dyno"] = {"id": context.state.uuid(), "attach_url": None}
    if status in {"succeeded", "failed"}:
        node["exit_code"] = 0 if status == "succeeded" else 1
        for number, text in enumerate(_TESTS, 1):
            passed = status == "succeeded" or number < len(_TESTS)
            context.state.delivery.cases[row["id"]].add(
                {
                    "description": text,
                    "diagnostic": "" if passed else "expected 1, got 2",
                    "directive": "",
                    "number": number,
                    "passed": passed,
                    "test_node": {"id": node["id"]},
                    "test_run": {"id": row["id"]},
                    **context.dated(),
                }
            )
