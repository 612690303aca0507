"""The table of docs/migrating-from-heroku3.md: each call of heroku3 exists, and each of this library works."""

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Heroku, Range
from aioheroku.testing import Platform

PAGE = (Path(__file__).parent.parent.parent / "docs" / "migrating-from-heroku3.md").read_text()
ROWS = re.findall(r"^\| (`.*) \| `(.*)` \|$", PAGE, re.MULTILINE)


def test_the_table_has_thirty_calls() -> None:
    """It is read, so that the tests below have something to check."""
    assert len(ROWS) >= 30


async def test_each_call_works(heroku_platform_factory: Callable[..., Platform]) -> None:
    """One after the other, against the simulated platform."""
    platform = heroku_platform_factory(apps=5, seed=1)
    async with Heroku(platform.token, base_url=platform.url) as heroku:
        app = "example"
        await heroku.apps.create(name=app)
        slug = await heroku.slugs.create(app, process_types={"web": "run"})
        await heroku.releases.create(app, slug=slug.id)
        platform.advance(10)
        names: dict[str, Any] = {"heroku": heroku, "Heroku": Heroku, "Range": Range, "app": app, "key": "token"}
        for _, line in ROWS[1:]:
            code = compile(line, "the page", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, names)  # noqa: S307 - the page's own lines
            if inspect.iscoroutine(result):
                await result
            else:
                async with result as log:  # one that is followed: a line comes
                    await anext(aiter(log))


def test_each_call_of_heroku3_exists() -> None:
    """The left column names methods that heroku3 has."""
    heroku3 = pytest.importorskip("heroku3")
    from heroku3.api import Heroku as Connection
    from heroku3.models.app import App

    for cell, _ in ROWS:
        for code in re.findall(r"`([^`]+)`", cell):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    owner = {"conn": Connection, "app": App, "heroku3": heroku3}[node.value.id]
                    assert hasattr(owner, node.attr), code
