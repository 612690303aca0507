"""A command on a one-off dyno of one app, reported as a line of JSON; the exit status is the command's."""

import asyncio
import json
import sys
from typing import Any

from aioheroku._campaigns.outcomes import Done, Failed
from aioheroku._client.session import Heroku
from aioheroku._middleware.meter import Meter, current
from aioheroku.cli._attached import Keys
from aioheroku.cli._captured import Outputs, run_captured
from aioheroku.cli._report_outcomes import Row
from aioheroku.cli._run import NOT_RUN, UNKNOWN, Job
from aioheroku.cli._session import opened
from aioheroku.cli._status import DONE
from aioheroku.cli._streams import print_problem, write
from aioheroku.cli._task import Target
from aioheroku.errors import HerokuError, InvalidRequest


async def run_as_json(job: Job) -> int:
    """Run the command, write the line, and return the exit status."""
    (name,) = job.choice.apps
    meter = Meter()
    current.set(meter)
    async with opened(job.where, "run", names=[name]) as heroku:
        found = await heroku.apps.info(name)
        row = await _row(heroku, Target(found.id, found.name), job, meter)
    write(sys.stdout, json.dumps(row.as_json()))
    if row.message and row.error != "ProcessFailed":
        print_problem(row.message)
    if row.status == "unknown":
        return UNKNOWN
    return NOT_RUN if row.result is None else row.result.get("exit_status") or DONE


async def _row(heroku: Heroku, app: Target, job: Job, meter: Meter) -> Row:
    """Its outcome: like the row of an app in a campaign."""
    clock = asyncio.get_running_loop().time
    began = clock()
    outputs = Outputs(as_lines=True)
    outcome: Done[Target, Any] | Failed[Target]
    try:
        result = await run_captured(
            job, heroku, app, outputs.begin(app), lambda process: Keys(process, on_terminal=False).feed(job.input)
        )
        outcome = Done(app, result, meter.tokens, clock() - began)
    except InvalidRequest:
        raise
    except HerokuError as error:
        outcome = Failed(app, error, meter.tokens, clock() - began)
    return outputs.reported(Row.of(outcome))
