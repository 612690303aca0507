"""The tables of the guides have a row for everything of their kind: what is added to the code is added to its table."""

import inspect
import re
from pathlib import Path

import attrs
import pytest

from aioheroku import Credentials, Heroku, events
from aioheroku._client.attributes import RESOURCES
from aioheroku._middleware.retry import _RETRYABLE
from aioheroku._streams.lines import _INFOS, _WARNINGS, Grammar
from aioheroku.audit import FINDINGS, PARTS
from aioheroku.cli._audit_options import FORMATS
from aioheroku.cli._commands import cli, load
from aioheroku.errors._successors import SUCCESSORS
from aioheroku.testing import Platform, faults
from aioheroku.testing.behavior import Behavior
from benchmarks.__main__ import PARTS as BENCHMARKS

GUIDES = Path(__file__).parent.parent.parent / "docs" / "guides"


def first_cells(page: str, head: str) -> list[str]:
    """The first cells of the rows of a page's first table whose own first cell is `head`."""
    lines = iter((GUIDES / page).read_text().splitlines())
    assert any(line.startswith(f"| {head} |") for line in lines), f"docs/guides/{page} has no table of {head}"
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(line.split(" | ")[0])
    return rows


def named(page: str, head: str) -> set[str]:
    """The names in code in the first column, without arguments and dashes."""
    return {name for cell in first_cells(page, head) for name in re.findall(r"`(?:--|Credentials\.)?([\w-]+)", cell)}


def parameters(function: object) -> set[str]:
    assert callable(function)
    return set(inspect.signature(function).parameters) - {"self", "cls"}


def public(kind: type) -> set[str]:
    """The names of a class's own classmethods."""
    return {name for name, value in vars(kind).items() if isinstance(value, classmethod) and name[0] != "_"}


TABLES = {
    ("sessions.md", "option"): parameters(Heroku.using),
    ("observability.md", "event"): set(events.__all__) - {"Event", "Listener"},
    ("audit.md", "finding"): {*FINDINGS, "error"},
    ("audit.md", "option"): {option.opts[0].removeprefix("--") for option in load("audit").params},
    ("command.md", "option"): {option.opts[0].removeprefix("--") for option in load("restart").params},
    ("reports.md", "format"): set(FORMATS),
    ("testing.md", "fault"): set(faults.__all__) - {"Fault", "RawRequest", "Response", "Service"},
    ("testing.md", "argument"): parameters(Platform),
    ("testing.md", "attribute"): {field.name for field in attrs.fields(Behavior)},
    ("authentication.md", "credentials"): public(Credentials),
}
"""By page and by the head of the first column: what the code has."""


MORE = {("audit.md", "option"), ("command.md", "option"), ("authentication.md", "credentials")}
"""Tables that have rows for other things too."""


@pytest.mark.parametrize(("page", "head"), list(TABLES))
def test_a_table_has_a_row_for_each(page: str, head: str) -> None:
    """Nothing of the code is missing in the table."""
    assert TABLES[page, head] - named(page, head) == set(), f"add a row to docs/guides/{page}"


@pytest.mark.parametrize(("page", "head"), [key for key in TABLES if key not in MORE])
def test_a_table_has_nothing_else(page: str, head: str) -> None:
    """What is gone from the code is gone from its table."""
    edit = f"remove it from docs/guides/{page}, or add it to the `__all__` of its module"
    assert named(page, head) - TABLES[page, head] == set(), edit


def test_every_command_is_in_a_guide() -> None:
    """Each subcommand is shown, and so is each part that an audit can read."""
    text = "\n".join(page.read_text() for page in GUIDES.glob("*.md"))
    assert [name for name in cli.commands if f"aioheroku {name}" not in text] == [], "show it in docs/guides"
    assert [part for part in PARTS if f"`{part}`" not in text] == [], "add it to docs/guides/audit.md"


def test_every_status_that_is_retried_is_in_the_guide() -> None:
    """The table of retries names the statuses that the middleware retries."""
    cells = " ".join(first_cells("retries.md", "situation"))
    assert {str(status) for status in _RETRYABLE} == set(re.findall(r"\b(?:429|5\d\d)\b|\b408\b", cells)), (
        "edit docs/guides/retries.md"
    )


def test_the_levels_of_codes_are_those_of_the_code() -> None:
    """Each row of docs/reference/codes.md has the level of a line with its code; no code with another level lacks."""
    page = (GUIDES.parent / "reference" / "codes.md").read_text()
    levels = dict(re.findall(r"^\| `([HRL]\d+)` .*\| (\w+) \|$", page, re.MULTILINE))
    assert levels.keys() >= _WARNINGS | _INFOS
    for code, level in levels.items():
        line = Grammar().parse(f"2026-01-01T00:00:00+00:00 heroku[web.1]: Error {code} (x)".encode())
        assert (line.code, line.level) == (code, level)


def test_every_benchmark_is_run_and_shown() -> None:
    """Each module with a `main` is a part of the whole, and its table is on a page of the documentation."""
    root = GUIDES.parent.parent
    found = {file.stem for file in (root / "benchmarks").glob("[a-z]*.py") if "\ndef main(" in file.read_text()}
    assert found == set(BENCHMARKS), "edit PARTS in benchmarks/__main__.py"
    internals = root / "docs" / "internals"
    pages = (root / "benchmarks" / "README.md", internals / "benchmarks.md", internals / "rate-limiting.md")
    readme, included, own = (page.read_text() for page in pages)
    for mark in (f"<!-- {part} -->" for part in BENCHMARKS):
        if mark not in own:
            assert mark in readme, f"put {mark} and its end into benchmarks/README.md"
            assert mark in included, f"include what is between {mark} and its end in docs/internals/benchmarks.md"


def test_every_resource_has_its_family() -> None:
    """The page of families names each resource once, and each successor."""
    cells = [line.split(" | ") for line in (GUIDES / "families.md").read_text().splitlines() if line.startswith("| ")]
    named = [name for row in cells if len(row) == 3 for name in re.findall(r"(?<!\.)`(\w+)`", row[1])]
    named = [name for name in named if name in RESOURCES]
    assert sorted(named) == sorted(RESOURCES), "add it to docs/guides/families.md"
    renamed = {old.strip("| `"): new.strip("| `") for old, new in (row for row in cells if len(row) == 2)}
    assert renamed | {"2014": "today"} == dict(SUCCESSORS) | {"2014": "today", "---": "---"}
