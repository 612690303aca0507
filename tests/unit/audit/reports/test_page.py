"""The HTML report without a browser: what is in the file, what is held in memory, what it needs."""

import re
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from aioheroku.audit import FINDINGS, write_html
from aioheroku.audit._reports import html_report
from aioheroku.audit._reports.kinds import _KINDS, kind_of
from aioheroku.errors import InvalidRequest
from tests._support.fleet import AT, HOSTILE, app, apps, hostile
from tests._support.secrets import raises


class Elements(HTMLParser):
    """The elements of a page, and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def read(file: Path) -> str:
    return file.read_text("utf-8")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def parsed(records: Any, file: Path) -> Elements:
    await write_html(records, file, at=AT)
    elements = Elements()
    elements.feed(read(file))
    return elements


async def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    """No address, no style in attributes, no handler; the policy allows nothing but what the page itself has."""
    elements = await parsed([hostile(text, number) for number, text in enumerate(HOSTILE)], tmp_path / "report.html")
    assert elements.tags.count("script") == elements.tags.count("style") == 1
    names = {name for name, _ in elements.attributes}
    assert not [name for name in names if name.startswith("on") or name in {"src", "style", "action", "srcset"}]
    assert {value for name, value in elements.attributes if name == "href"} == {"data:,", "#unread"}
    (policy,) = (value for name, value in elements.attributes if name == "content" and "default-src" in str(value))
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in str(policy)


async def test_lines_of_json_are_records(tmp_path: Path) -> None:
    """Records, their JSON, an asynchronous stream of either: one page."""

    async def stream() -> AsyncIterator[dict[str, Any]]:
        for record in apps(5):
            yield record

    one, other = tmp_path / "one.html", tmp_path / "other.html"
    await write_html(apps(5), one, at=AT)
    await write_html(stream(), str(other), at=AT)
    assert read(one) == read(other)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"name": None, "parts": None, "findings": None, "errors": None},
        {"name": 5, "parts": {"dynos": 5, "releases": [None, 5, {}], "formation": {"size": []}, "new": [{"b": [1]}]}},
        {"created_at": "soon", "released_at": 12, "parts": {"sni-endpoints": [{"expires_at": "?"}]}, "findings": [{}]},
        {"created_at": "2026-01-01T00:00:00", "extra": {"a": True}, "errors": [{}]},
    ],
)
async def test_odd_records_are_shown(record: dict[str, Any], tmp_path: Path) -> None:
    """What an older or a later version wrote, or somebody's own program, costs no report."""
    elements = await parsed([record, app(1)], tmp_path / "report.html")
    assert elements.tags.count("tbody") == 2


async def test_unknown_parts_are_shown(tmp_path: Path) -> None:
    """A part that is not known here is listed with the app's, by its name."""
    record = app(1, team="acme")
    record["parts"]["pipeline-couplings"] = [{"pipeline": "shop", "stage": "production"}]
    await write_html([record], tmp_path / "report.html")
    page = read(tmp_path / "report.html")
    for text in ("Pipeline couplings", "pipeline shop, stage production", "<dt>Team</dt><dd><bdi>acme</bdi>"):
        assert text in page


def test_every_finding_has_a_remedy() -> None:
    """Each kind that comes with the audit says how to fix it."""
    assert [kind for kind in FINDINGS if not kind_of(kind).remedy] == [], "add it to aioheroku/audit/_reports/kinds.py"
    assert _KINDS.keys() == FINDINGS.keys()


@pytest.mark.slow
def test_memory_does_not_hold_rows() -> None:
    """Of an app, a name and a place in a temporary file are kept: less than half a kilobyte, whatever its row."""

    class Nowhere(StringIO):
        def write(self, text: str) -> int:
            return len(text)

    report = html_report(Nowhere(), AT)
    wide = {"config-vars": [f"VARIABLE_{number}" for number in range(200)]}
    for number in range(20):
        report.add(app(number, parts=wide))
    tracemalloc.start()
    for number in range(1500):
        report.add(app(number, parts=wide))
    kept, _ = tracemalloc.get_traced_memory()
    report.close()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept / 1500 < 512
    assert peak < 4_000_000  # the rows are 9 MB


async def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without jinja2 the error says what to install, and no file is left."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "aioheroku.audit._reports.html", raising=False)
    with raises(InvalidRequest, match=re.escape("pip install 'aioheroku[cli]'")):
        await write_html(apps(1), tmp_path / "report.html")
    assert names_in(tmp_path) == []


async def test_records_may_be_a_generator(tmp_path: Path) -> None:
    """They are taken one by one: the next one is requested when the last one is written."""
    taken: list[int] = []

    def lazily() -> Iterator[dict[str, Any]]:
        for number in range(3):
            taken.append(number)
            yield app(number)

    await write_html(lazily(), tmp_path / "report.html")
    assert taken == [0, 1, 2]
