"""What the documentation says of the tests is true of them."""

import re
from pathlib import Path

from tests._support.tables import every

ROOT = Path(__file__).parent.parent.parent
NAMED = sorted(
    {
        (page.name, file, test)
        for page in (ROOT / "docs").rglob("*.md")
        for file, test in re.findall(r"`([\w/]+/test_\w+\.py)::(\w+)`", page.read_text())
    }
)


@every(NAMED)
def test_a_test_that_a_page_names_exists(named: tuple[str, str, str]) -> None:
    """A reader who looks for the proof of a promise finds it."""
    page, file, test = named
    path = ROOT / "tests" / file
    assert path.is_file(), f"{page} names {file}"
    names = re.findall(r"^\s*(?:async )?def (\w+)\(", path.read_text(), re.MULTILINE)
    assert test in names, f"{page} names {test}"


def test_the_table_of_faults_is_read() -> None:
    """The check above would notice: it has found the table's tests."""
    assert len({test for page, _, test in NAMED if page == "failures.md"}) > 40
