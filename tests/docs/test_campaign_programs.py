"""The three programs of the page on campaigns: rotation with resume, night shift of a team, transfers."""

import asyncio
import os
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aioheroku import Done, Failed, Heroku, Journal, Unknown
from aioheroku.testing import Platform
from aioheroku.testing.faults import Answer, Reset

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "cookbook"
PROGRAMS = ("rotate_config.py", "night_shift.py", "transfer_apps.py")
TEAM = "acme"


def program(file: str) -> Any:
    """The names that a program defines."""
    return SimpleNamespace(**runpy.run_path(str(FOLDER / file)))


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    return heroku_platform_factory(apps=40, seed=1)


def session(platform: Platform) -> Heroku:
    return Heroku(platform.token, base_url=platform.url)


async def apps_of(platform: Platform) -> list[str]:
    async with session(platform) as heroku:
        return [app.name async for app in heroku.team_apps.list_by_team(TEAM)]


def text(path: Path) -> str:
    return path.read_text()


def writes(platform: Platform, method: str, end: str) -> Counter[str]:
    return Counter(
        record.path for record in [*platform.requests] if record.method == method and record.path.endswith(end)
    )


def test_each_has_25_lines_at_most() -> None:
    """As short as that, and shown on the page."""
    page = (ROOT / "docs" / "guides" / "campaigns.md").read_text()
    for name in PROGRAMS:
        assert len((FOLDER / name).read_text().splitlines()) <= 25
        assert f"cookbook/{name}" in page


async def test_rotation_goes_on(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each app gets another key once; an app that failed is tried again by the same command, which tells the price."""
    monkeypatch.chdir(tmp_path)
    apps = await apps_of(platform)
    rotate = program("rotate_config.py").rotate
    platform.fault(Answer(422, {"id": "invalid_params"}), path=f"/apps/{apps[0]}/config-vars", method="PATCH")
    assert not await rotate(TEAM, session(platform))
    assert await rotate(TEAM, session(platform))
    assert await rotate(TEAM, session(platform))
    changed = writes(platform, "PATCH", "/config-vars")
    assert len(changed) == len(apps)
    assert changed.total() == len(apps) + 1
    async with session(platform) as heroku:
        keys = {str((await heroku.config_vars.info(name))["SESSION_KEY"]) for name in apps}
    assert len(keys) == len(apps)
    told, recorded = capsys.readouterr().out, text(tmp_path / f"rotate-{TEAM}.jsonl")
    assert not [key for key in keys if key in told or key in recorded]
    assert f"{len(apps)} items, {3 * len(apps)} calls" in told


async def test_rotation_as_a_command(platform: Platform, tmp_path: Path) -> None:
    """Run as a program it needs a token in the environment, and says by its status whether all is done."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(FOLDER / "rotate_config.py"),
        TEAM,
        cwd=tmp_path,
        env={**os.environ, "HEROKU_API_KEY": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    _, told = await process.communicate()
    assert process.returncode == 1
    assert b"HEROKU_API_KEY" in told
    assert not platform.requests_total


async def test_night_shift(platform: Platform) -> None:
    """The workers of the team's apps are as many as they should be, scaled once; others are left alone."""
    apps = await apps_of(platform)
    shift = program("night_shift.py").shift
    for quantity in (3, 3, 1):
        assert await shift(TEAM, quantity, session(platform)) == []
    changed = writes(platform, "PATCH", "/formation/worker")
    assert changed
    assert set(changed.values()) == {2} | {count for count in changed.values() if count == 1}
    async with session(platform) as heroku:
        for name in apps:
            workers = [
                formation.quantity for formation in await heroku.formation.list(name) if formation.type == "worker"
            ]
            assert workers in ([], [1])
    assert {path.split("/")[2] for path in changed} <= set(apps)


async def test_transfers_go_on(platform: Platform, tmp_path: Path) -> None:
    """All apps are the other account's, each was offered once, and one that was cut off is looked up."""
    other = platform.account("new-owner@example.com")
    transfer = program("transfer_apps.py").transfer
    journal = Journal(tmp_path / "transfers.jsonl")
    async with session(platform) as giver, Heroku(other, base_url=platform.url) as taker:
        email = (await giver.account.info()).email
        apps = [app.name async for app in giver.apps.list() if app.owner.email == email and app.team is None]
        platform.fault(Reset(executed=True), path="/account/app-transfers", method="POST")
        platform.fault(Reset(executed=True), path="/account/app-transfers/*", method="PATCH", after=3)
        first = await transfer(giver, taker, apps, journal)
        assert {type(outcome) for outcome in first} <= {Done, Failed, Unknown}
        assert sum(isinstance(outcome, Done) for outcome in first) >= len(apps) - 2
        second = await transfer(giver, taker, apps, journal)
        assert [type(outcome) for outcome in second] == [Done] * len(apps)
        assert {app.name async for app in taker.apps.list() if app.owner.email == "new-owner@example.com"} == set(apps)
    assert len(apps) > 3
    assert writes(platform, "POST", "/app-transfers").total() == len(apps)
