"""`verify` and writes that may be repeated: before they are made again, it checks whether they were executed."""

from pathlib import Path
from typing import Any

import pytest

from aioheroku import Done, Failed, Heroku, Journal
from aioheroku.testing import Platform
from aioheroku.testing.faults import Reset, ServerError

APPS, OPTIONS = 2, {"retry": None}
VARS = {"KEY": "s3cr3t"}


@pytest.fixture
async def app(heroku: Heroku) -> str:
    return (await heroku.apps.list())[0].name


def patches(platform: Platform) -> int:
    return sum(record.method == "PATCH" for record in platform.requests)


async def is_set(heroku: Heroku, app: str) -> bool | None:
    return True if (await heroku.config_vars.info(app)).get("KEY") == "s3cr3t" else None


async def broken(_: str) -> None:
    raise LookupError


async def update(heroku: Heroku, app: str, verify: Any, journal: Path | None = None) -> Any:
    made = None if journal is None else Journal(journal)
    async with heroku.each(heroku.config_vars.update, [app], VARS, journal=made, verify=verify) as outcomes:
        return await anext(outcomes)


@pytest.mark.parametrize("fault", [Reset(executed=True), ServerError()])
async def test_a_lost_response_is_looked_up(heroku: Heroku, platform: Platform, app: str, fault: Any) -> None:
    """It was executed: the item is done; without `verify` it has failed."""
    platform.fault(fault, times=2, method="PATCH")
    assert type(await update(heroku, app, lambda app: is_set(heroku, app))) is Done
    assert type(await update(heroku, app, None)) is Failed


@pytest.mark.parametrize("verify", [None, broken])
async def test_what_was_not_made_has_failed(heroku: Heroku, platform: Platform, app: str, verify: Any) -> None:
    """Nor is it ever unknown, if `verify` says that it is not done or fails itself: it may just be repeated."""
    platform.fault(Reset(), method="PATCH")
    assert type(await update(heroku, app, verify or (lambda app: is_set(heroku, app)))) is Failed


@pytest.mark.parametrize("looks", ["done", "not done", "broken", "not asked"])
async def test_a_killed_write_is_looked_up(
    heroku: Heroku, platform: Platform, *, app: str, tmp_path: Path, looks: str
) -> None:
    """Killed before the response came: where `verify` finds it, it is not made again; else it is."""

    async def not_done(_: str) -> None:
        return None

    verify = {"done": lambda app: is_set(heroku, app), "not done": not_done, "broken": broken, "not asked": None}[looks]
    journal = tmp_path / "journal"
    await update(heroku, app, verify, journal)
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == (2 if verify is None else 3)
    journal.write_bytes(b"".join(lines[:-1]))
    found = await update(heroku, app, verify, journal)
    assert (type(found), found.resumed) == (Done, looks == "done")
    assert patches(platform) == (1 if looks == "done" else 2)
    assert (await update(heroku, app, verify, journal)).resumed
    assert b"s3cr3t" not in journal.read_bytes()


async def test_a_unique_write_after_it_is_unknown(heroku: Heroku, app: str, tmp_path: Path) -> None:
    """An item that makes both kinds: the journal records it as one that must not be repeated."""

    async def both(app: str) -> None:
        await heroku.config_vars.update(app, VARS)
        await heroku.dynos.create(app, command="date")

    journal = tmp_path / "journal"
    async with heroku.each(both, [app], journal=Journal(journal), verify=broken) as outcomes:
        await anext(outcomes)
    lines = journal.read_bytes().splitlines(keepends=True)
    assert [b"idempotent" in line for line in lines] == [False, True, False, False]
    journal.write_bytes(b"".join(lines[:-1]))
    async with heroku.each(both, [app], journal=Journal(journal), verify=broken) as outcomes:
        assert type(await anext(outcomes)).__name__ == "Unknown"
