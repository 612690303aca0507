"""The SQLite report: what can be queried, and what never happens to the file."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku.audit import FINDINGS, PARTS, Audit, write_html, write_sqlite
from aioheroku.audit._reports.sqlite import _APP, _TABLES
from aioheroku.errors import InvalidRequest
from aioheroku.testing import Platform
from tests._support.fleet import AT, HOSTILE, app, apps, hostile
from tests._support.secrets import raises

GUIDE = (Path(__file__).parents[4] / "docs" / "guides" / "reports.md").read_text("utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


def ask(file: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query; the file is a sound database."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        return base.execute(query).fetchall()


def read(file: Path) -> bytes:
    return file.read_bytes()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def session(platform: Platform) -> Heroku:
    return Heroku(platform.token, base_url=platform.url, pool=Pool())


def failing(number: int) -> Iterator[Any]:
    yield from apps(number)
    raise ZeroDivisionError("a secret")


async def test_each_record_is_a_row_and_its_parts(file: Path) -> None:
    """What a record says is in the tables, in as many rows as it has items, and nothing else."""
    records = list(apps(30))
    await write_sqlite(records, file, at=AT)
    assert ask(file, "SELECT id, name, stack FROM apps ORDER BY app") == [
        (record["id"], record["name"], record["stack"]) for record in records
    ]
    for part in records[0]["parts"]:
        expected = [sum(len(record["parts"][part]) for record in records)]
        table = part.replace("-", "_")
        assert [row[0] for row in ask(file, f"SELECT count(*) FROM {table}")] == expected  # noqa: S608
    assert ask(file, "SELECT name, kind, detail FROM findings JOIN apps USING (app) ORDER BY app") == [
        (record["name"], finding["kind"], finding["detail"]) for record in records for finding in record["findings"]
    ]
    assert ask(
        file, "SELECT endpoint, domain FROM certificate_domains JOIN apps USING (app) WHERE name = 'app-0001'"
    ) == [("tokyo-1", "www-1.example.com")]
    assert ask(file, "SELECT position, name FROM buildpacks WHERE app = 1") == [(1, "heroku/python")]


async def test_columns_have_one_type(file: Path) -> None:
    """Numbers are integers, times are text that SQLite's own functions take, truths are 0 and 1."""
    await write_sqlite(apps(30), file, at=AT)
    schema = ask(
        file, "SELECT m.name, p.name, p.type FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table'"
    )
    assert len(schema) > 60
    for table, column, type in schema:
        found = ask(file, f"SELECT DISTINCT typeof({column}) FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
        assert found in ([], [(type.lower(),)]), (table, column)
    for table, column in (("apps", "created_at"), ("releases", "created_at"), ("sni_endpoints", "expires_at")):
        assert ask(file, f"SELECT count(*) FROM {table} WHERE julianday({column}) IS NULL") == [(0,)]  # noqa: S608
    assert ask(file, "SELECT DISTINCT maintenance FROM apps") == [(0,)]


async def test_the_views_count(file: Path) -> None:
    """Findings by kind, apps with their counts, certificates with the days that they have left."""
    await write_sqlite(apps(30), file, at=AT)
    kinds = ask(file, "SELECT kind, apps FROM findings_by_kind")
    assert kinds == [("deprecated-stack", 10), ("crashed-dynos", 6)]
    counts = "findings, errors, dynos, scaled_dynos, domains, addons, log_drains"
    row = ask(file, f"SELECT {counts} FROM overview WHERE name = 'app-0005'")  # noqa: S608
    assert row == [(2, 0, 1, 1, 2, 2, 1)]
    ends = ask(file, "SELECT app_name, days_left FROM certificates")
    assert len(ends) == 15
    assert [left for _, left in ends] == sorted(left for _, left in ends)
    assert all(left == round(left) for _, left in ends)


async def test_what_was_not_read_is_null(file: Path) -> None:
    """None and not read are different things: 0 and NULL, and the error says why."""
    error = {"part": "domains", "error": "Forbidden", "message": "403 forbidden: no.", "request_id": "1-2-3"}
    broken = app(1, errors=[error])
    del broken["parts"]["domains"]
    await write_sqlite([broken, app(3)], file)
    assert ask(file, "SELECT domains, addons FROM overview ORDER BY app") == [(None, 1), (2, 0)]
    assert ask(file, "SELECT * FROM errors") == [(1, "domains", "Forbidden", "403 forbidden: no.", "1-2-3")]


async def test_parts_without_a_table_are_json(file: Path) -> None:
    """A part of a later version is stored, though nothing is known of it; so is a finding of a user."""
    record = app(1, account="work", findings=[{"kind": "no-worker", "detail": "none"}])
    record["parts"]["pipeline"] = {"name": "shop", "stage": "production"}
    await write_sqlite([record], file)
    assert ask(file, "SELECT value ->> 'stage' FROM parts WHERE part = 'pipeline'") == [("production",)]
    assert ask(file, "SELECT account, kind, meaning FROM apps JOIN findings USING (app) JOIN kinds USING (kind)") == [
        ("work", "no-worker", "")
    ]


async def test_changes_are_rows(file: Path) -> None:
    """What changed since an earlier audit can be queried, by app and by finding; it is read when the records end."""
    changes: list[dict[str, Any]] = []

    def records() -> Iterator[dict[str, Any]]:
        yield app(1)
        changes.append({"kind": "changed", "id": "1", "name": "one", "changed": ["stack"], "found": ["maintenance"]})
        changes.append({"kind": "gone", "id": "9", "name": "two", "account": "work"})

    await write_sqlite(records(), file, changes=changes)
    assert ask(file, "SELECT kind, name, account FROM changes") == [("changed", "one", None), ("gone", "two", "work")]
    assert ask(file, "SELECT name, value FROM changes, json_each(found)") == [("one", "maintenance")]


async def test_metadata_says_what_it_is(file: Path) -> None:
    """Versions, times, counts; the kinds of findings with their meaning and remedy; complete or not."""
    await write_sqlite(apps(30), file, at=AT)
    assert ask(
        file, "SELECT schema_version, started_at, ended_at, complete, unfinished, apps, findings, errors FROM audit"
    ) == [(1, "2026-11-28T07:30:00Z", "2026-11-28T07:30:00Z", 1, None, 30, 16, 0)]
    assert dict(ask(file, "SELECT kind, meaning FROM kinds")) == dict(FINDINGS)
    assert ask(file, "PRAGMA user_version") == [(1,)]


async def test_an_unfinished_audit_is_marked(file: Path) -> None:
    """What was read is stored, and the file says that there is more; nothing foreign is quoted."""
    with raises(ZeroDivisionError):
        await write_sqlite(failing(3), file)
    assert ask(file, "SELECT complete, unfinished, apps FROM audit") == [(0, "It failed: ZeroDivisionError.", 3)]


@pytest.mark.parametrize("write", [write_html, write_sqlite])
async def test_a_good_file_stays(file: Path, write: Any) -> None:
    """Without a record nothing is replaced; with some, by what was read, which says so; no other file is left."""
    await write(apps(3), file)
    before = read(file)
    with raises(ZeroDivisionError):
        await write(failing(0), file)
    assert read(file) == before
    with raises(ZeroDivisionError):
        await write(failing(2), file)
    assert b"It failed: ZeroDivisionError." in read(file)
    assert b"a secret" not in read(file)
    assert names_in(file.parent) == [file.name]


@pytest.mark.parametrize("at", ["while rows come", "at the end"])
async def test_a_full_disk_replaces_nothing(file: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    """The former database is as it was, no other file is left, and the error is that of any file."""
    await write_sqlite(apps(3), file)
    before = read(file)
    await write_sqlite(apps(100), larger := file.with_suffix(".larger"))
    pages = {"while rows come": 60, "at the end": ask(larger, "PRAGMA page_count")[0][0] - 1}[at]
    larger.unlink()
    monkeypatch.setattr("aioheroku.audit._reports.sqlite._FIRST", f"PRAGMA max_page_count = {pages}")
    with raises(OSError, match="No space left on device"):
        await write_sqlite(apps(100), file)
    assert read(file) == before
    assert names_in(file.parent) == [file.name]


async def test_hostile_texts_are_values(file: Path) -> None:
    """A name is data whatever it says; what SQLite cannot hold is replaced, and huge numbers are NULL."""
    records = [hostile(text, number) for number, text in enumerate(HOSTILE)]
    records[0]["parts"]["formation"] = [{"type": "web", "quantity": 2**70, "size": None}, {"type": "x"}, "odd", 5]
    await write_sqlite(records, file)
    assert [name for (name,) in ask(file, "SELECT name FROM apps ORDER BY app")] == [
        text.replace("\0", "\ufffd").replace("\ud800", "?") for text in HOSTILE
    ]
    assert ask(file, "SELECT quantity FROM formation WHERE app = 1") == [(None,)] * 4


@pytest.mark.parametrize("path", ["-", "/dev/stdout", "/dev/null"])
async def test_a_database_needs_a_file(path: str) -> None:
    """Anything else is refused, with what to give instead."""
    with raises(InvalidRequest, match=r"give the name of a file, such as audit\.db"):
        await write_sqlite([], path)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
async def test_a_database_in_use_is_left_alone(file: Path, ending: str) -> None:
    """Changes that another program has not yet written into the old file would spoil the new one."""
    file.with_name(file.name + ending).write_bytes(b"changes")
    with raises(InvalidRequest, match="is in use"):
        await write_sqlite(apps(1), file)
    assert names_in(file.parent) == [file.name + ending]


async def test_every_part_has_its_columns(file: Path) -> None:
    """What the audit reads of each part has a column of its own: nothing that is read is lost."""
    async with (
        Platform(apps=20, capacity=50_000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        records = [record.as_json() async for record in Audit(heroku, include=list(PARTS)).records()]
    seen: dict[str, set[str]] = {}
    for record in records:
        for part, items in record["parts"].items():
            for item in items if isinstance(items, list) else [items]:
                if isinstance(item, dict):
                    seen.setdefault(part, set()).update(item)
    assert PARTS.keys() - _TABLES.keys() == set(), "give the part a table: schema.sql, _TABLES"
    more = {part: names - _TABLES[part].keys() - {"domains"} for part, names in seen.items()}
    assert {part: names for part, names in more.items() if names} == {}, "give it a column: schema.sql, _TABLES"
    await write_sqlite(map(json.loads, map(json.dumps, records)), file)
    assert ask(file, "SELECT count(*) FROM apps") == [(20,)]


@pytest.mark.parametrize("kind", ["table", "view"])
async def test_the_guide_has_the_schema(file: Path, kind: str) -> None:
    """Each table and view of docs/guides/reports.md exists, with the columns that it names; none is left out."""
    page = GUIDE.partition(f"| {kind} |")[2].partition("\n\n")[0]
    rows = [re.findall(r"`(\w+)`", line) for line in page.splitlines() if line.startswith("| `")]
    await write_sqlite([], file)
    exist = [name for name, type in ask(file, "SELECT name, type FROM sqlite_schema") if type == kind]
    assert sorted(row[0] for row in rows) == sorted(exist)
    for name, *columns in rows:
        found = [column for (column,) in ask(file, f"SELECT name FROM pragma_table_info('{name}')")]  # noqa: S608
        inherited = ["app", *_APP] if name == "overview" else []
        assert [*inherited, *[one for one in columns if one != "apps" or name != "overview"]] == found
