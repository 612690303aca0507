"""A command on a one-off dyno of each of many apps: a campaign, whose rows have output and exit status."""

import json
from typing import Any, NoReturn

from aioheroku._client.session import Heroku
from aioheroku.cli import _fleet
from aioheroku.cli._campaign import carry_out
from aioheroku.cli._captured import Outputs, run_captured
from aioheroku.cli._journals import check_journals
from aioheroku.cli._run import Job
from aioheroku.cli._task import Target, Task


def run_many(job: Job, given: dict[str, Any], *, everything: bool) -> NoReturn:
    """Run the command in each app, and end the process with the exit status."""
    _fleet.checked_choice(job.choice, everything=everything)
    campaign = _fleet.Job(choice=job.choice, where=job.where, **given)
    check_journals(campaign.journals, resume=campaign.resume)
    outputs = Outputs(campaign.as_lines)

    async def run_command(heroku: Heroku, app: Target, *arguments: object) -> dict[str, Any]:
        del arguments  # the journal identifies the campaign by them
        return await run_captured(job, heroku, app, outputs.begin(app))

    about = [job.size, job.type, job.time_to_live, job.launcher, job.exit_status, job.detach, job.tail]
    task = Task(
        label="run",
        does="Run the command on a one-off dyno of {apps}",
        call=run_command,
        arguments=(job.command, json.dumps(job.env, sort_keys=True), *about),
        idempotent=False,
        calls=2 if job.launcher is None else 1,
        reported=outputs.reported,
    )
    carry_out(task, campaign)
