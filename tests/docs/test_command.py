"""The page about the command: it lists every command, and its examples run as they stand."""

import asyncio
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner

from aioheroku import Heroku
from aioheroku.cli import _status
from aioheroku.cli._commands import cli, load
from aioheroku.testing import Platform

PAGE = (Path(__file__).parent.parent.parent / "docs" / "guides" / "command.md").read_text()


def commands() -> Iterator[str]:
    """All commands, by their words; what there is to wait for is on a page of its own."""
    for name in cli.commands:
        command = load(name)
        if isinstance(command, click.Group) and name != "wait":
            yield from (f"{name} {sub}" for sub in command.commands)
        else:
            yield name


def table(head: str) -> list[str]:
    """The first cells of a table."""
    rows = PAGE.partition(f"\n| {head} |")[2].splitlines()[2:]
    return [row.split(" | ")[0] for row in rows[: rows.index("")]]


def test_the_page_lists_every_command() -> None:
    """Each has a row in the first table, and no row is of a command that is gone."""
    known = set(commands())
    listed = {next(name for name in [*known, cell] if cell.startswith(f"| `{name}")) for cell in table("command")}
    assert listed == known, "edit docs/guides/command.md"


def test_the_page_has_every_exit_status() -> None:
    """Those of the commands that change apps; 3 is the audit's."""
    values = {value for name, value in vars(_status).items() if name.isupper()}
    assert {int(cell.strip("| ")) for cell in table("exit status")} == values - {_status.FOUND}


async def prepare(platform: Platform, folder: Path) -> None:
    """The apps and files that the page speaks of."""
    async with Heroku(platform.token, base_url=platform.url) as heroku:
        for name in ("shop-web", "shop-api"):
            await heroku.apps.create(name=name)
        await heroku.team_apps.create(name="acme-jobs", team="acme")
    row = next(row for app in platform.state.apps.values() for row in app.parts.formation)
    for app in platform.state.apps.values():
        for kind in {"web", "worker"} - {row["type"] for row in app.parts.formation}:
            app.parts.formation.add({**row, "id": str(uuid4()), "type": kind, "app": app.ref})
    (folder / "apps.txt").write_text("shop-web\nshop-api  # behind the shop\n")
    (folder / "cache-url.txt").write_text("redis://user:pass@example.com\n")


def test_the_examples_of_the_page_run(
    heroku_platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A reader who types in what the page shows, from its top to its end, gets status 0 each time."""
    monkeypatch.setenv("HEROKU_API_KEY", heroku_platform.token)
    monkeypatch.chdir(tmp_path)
    asyncio.run(prepare(heroku_platform, tmp_path))
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "aioheroku"
        base = [] if "--simulate" in arguments else ["--base-url", heroku_platform.url]
        result = CliRunner().invoke(cli, [*arguments, *base])
        assert result.exit_code == 0, f"{line}\n{result.output}"
