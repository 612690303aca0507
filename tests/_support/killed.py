"""Campaigns that are run in processes of their own, to be killed: what each does with an item, and what it tells."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from aioheroku import Done, Heroku, Journal
from aioheroku.errors import NotFound
from tests._support.forks import CONTEXT

CONCURRENCY: Final = 4
SECRET: Final = "hunter-2-"
"""What each config value begins with."""


async def rotate(heroku: Heroku, app: str) -> int:
    """A read, an idempotent write, and a look at the release."""
    await heroku.apps.info(app)
    await heroku.config_vars.update(app, {"KEY": SECRET + secrets.token_hex(8)})
    return (await heroku.wait.release(app)).version


async def move(heroku: Heroku, app: str) -> str:
    """Three writes that must not be made twice, and a wait."""
    domain = await heroku.domains.create(app, hostname=f"{app}.example.com", sni_endpoint=None)
    await heroku.dynos.create(app, command="rake", env={"KEY": SECRET})
    await heroku.wait.release(app)
    await heroku.apps.update(app, maintenance=True)
    return domain.hostname


async def go_on(heroku: Heroku, app: str) -> str:
    """The same as `move`, written so that it goes on where an earlier run was: `nothing` below says so."""
    try:
        domain = await heroku.domains.info(app, f"{app}.example.com")
    except NotFound:
        domain = await heroku.domains.create(app, hostname=f"{app}.example.com", sni_endpoint=None)
    if not any([dyno.command == "rake" async for dyno in heroku.dynos.list(app)]):
        await heroku.dynos.create(app, command="rake", env={"KEY": SECRET})
    await heroku.wait.release(app)
    if not (await heroku.apps.info(app)).maintenance:
        await heroku.apps.update(app, maintenance=True)
    return domain.hostname


async def nothing(_app: str) -> None:
    """Verifies nothing: the item is gone on with."""


CALLS: Final[dict[str, Callable[[Heroku, str], Awaitable[Any]]]] = {"rotate": rotate, "move": move, "go on": go_on}


async def _campaign(call: str, url: str, token: str, folder: Path, apps: list[str]) -> None:
    async with Heroku(token, base_url=url) as heroku:

        async def work(app: str) -> Any:
            return await CALLS[call](heroku, app)

        verify = nothing if call == "go on" else None
        journal = Journal(folder / "journal")
        with (folder / "told").open("w", encoding="utf-8") as told:
            async with heroku.each(work, apps, concurrency=CONCURRENCY, journal=journal, verify=verify) as outcomes:
                async for outcome in outcomes:
                    kind = type(outcome).__name__
                    resumed = isinstance(outcome, Done) and outcome.resumed
                    print(json.dumps([outcome.item, kind, resumed, str(getattr(outcome, "error", ""))]), file=told)


def _run(*arguments: Any) -> None:
    asyncio.run(_campaign(*arguments))


def begun(call: str, url: str, token: str, folder: Path, apps: list[str]) -> BaseProcess:
    """A process that runs a campaign."""
    process = CONTEXT.Process(target=_run, args=(call, url, token, folder, apps))
    process.start()
    return process


def kill_when(process: BaseProcess, reached: Callable[[], bool], later: float) -> bool:
    """Kill it by SIGKILL some seconds after a moment; returns whether it was still running."""
    while not reached():
        if wait([process.sentinel], 0.0005):
            break
    ended = bool(wait([process.sentinel], later))
    process.kill()
    process.join()
    return not ended
