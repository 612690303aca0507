"""What the documentation says of the tests is true of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NAMED = sorted(
    {
        (page.name, file, test)
        for page in (ROOT / "docs").rglob("*.md")
        for file, test in re.findall(r"`([\w/]+/test_\w+\.py)::(\w+)`", page.read_text())
    }
)


@pytest.mark.parametrize(("page", "file", "test"), NAMED)
def test_a_test_that_a_page_names_exists(page: str, file: str, test: str) -> None:
    """A reader who looks for the proof of a promise finds it."""
    path = ROOT / "tests" / file
    assert path.is_file(), f"{page} names {file}"
    names = re.findall(r"^\s*(?:async )?def (\w+)\(", path.read_text(), re.MULTILINE)
    assert test in names, f"{page} names {test}"


def test_the_table_of_faults_is_read() -> None:
    """The check above would notice: it has found the table's tests."""
    assert len({test for page, _, test in NAMED if page == "failures.md"}) > 40
