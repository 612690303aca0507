"""`aioheroku audit --format html` and `--format sqlite`."""

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aioheroku.audit import DEFAULT_PARTS, Record
from aioheroku.cli._commands import cli
from aioheroku.cli._status import FAILED, INTERRUPTED, WRONG
from aioheroku.cli._summary import Summary
from aioheroku.testing import Platform, faults
from tests._support.commands import start

Run = Callable[..., Result]
KINDS = {"html": "report.html", "sqlite": "audit.db"}


def ask(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as base:
        return base.execute(query).fetchall()


def stop_after(monkeypatch: pytest.MonkeyPatch, apps: int) -> None:
    """Press Ctrl-C when this number of apps has been read."""
    add = Summary.add

    def add_and_stop(summary: Summary, record: Record) -> None:
        add(summary, record)
        if summary.apps == apps:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Summary, "add", add_and_stop)


def test_the_page_has_every_app(run: Run, platform: Platform, tmp_path: Path) -> None:
    """The file is a page with all apps, the summary is on standard error, and standard output is empty."""
    file = tmp_path / "report.html"
    result = run("audit", "--format", "html", "--output", file)
    assert (result.exit_code, result.stdout) == (0, "")
    page = file.read_text()
    assert page.startswith("<!doctype html>")
    assert page.count("<tbody") == 25
    assert all(app.row["name"] in page for app in platform.state.apps.values())
    assert "This report is not complete" not in page
    assert "Where to look" in result.stderr


def test_the_page_can_be_piped(run: Run) -> None:
    """Without `--output` the page is on standard output, and nothing else is."""
    page = run("audit", "--format", "html", "--include", "dynos").stdout
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


def test_a_piped_page_is_in_utf_8(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the page itself says, whatever the encoding of the terminal is."""
    next(iter(platform.state.apps.values())).row["name"] = "m\u00fcller"
    monkeypatch.setenv("HEROKU_API_KEY", platform.token)
    arguments = ["audit", "--format", "html", "--include", "dynos", "--base-url", platform.url]
    result = CliRunner(charset="latin-1").invoke(cli, arguments)
    assert "m\u00fcller".encode() in result.stdout_bytes


def test_the_database_has_every_app(run: Run, platform: Platform, tmp_path: Path) -> None:
    """Each app is a row, and each part that was read is noted."""
    file = tmp_path / "audit.db"
    assert run("audit", "--format", "sqlite", "--output", file).exit_code == 0
    assert {id for (id,) in ask(file, "SELECT id FROM apps")} == set(platform.state.apps)
    assert {part for (part,) in ask(file, "SELECT part FROM parts")} == set(DEFAULT_PARTS)
    assert ask(file, "SELECT complete, apps FROM audit") == [(1, 25)]
    assert list(tmp_path.iterdir()) == [file]


def test_no_secret_is_in_the_database(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A search of its bytes finds no config value, no drain's token or address, no token of the API."""
    file = tmp_path / "audit.db"
    run("audit", "--format", "sqlite", "--output", file)
    hidden = {platform.token}
    for app in platform.state.apps.values():
        hidden |= {value for value in app.parts.config.values() if len(value) > 16}
        for drain in app.parts.log_drains.sorted_by("id").rows:
            hidden |= {drain["token"], *([drain["url"]] if "@" in drain["url"] else [])}
    data = file.read_bytes()
    assert len(hidden) > 50
    assert [value for value in hidden if value.encode() in data] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--output audit.db"),
        (["--output", "-"], "standard output"),
        (["--output", "/dev/stdout"], "give the name of a file"),
        (["--output", "/dev/full"], "give the name of a file"),
    ],
)
def test_a_database_needs_a_file(run: Run, platform: Platform, options: list[str], words: str) -> None:
    """Standard output and devices are refused with the remedy, before anything is sent."""
    result = run("audit", "--format", "sqlite", *options)
    assert (result.exit_code, result.stdout) == (WRONG, "")
    assert words in result.stderr
    assert platform.requests_total == 0


def test_a_database_in_use_is_refused(run: Run, platform: Platform, tmp_path: Path) -> None:
    """Where another program has it open, nothing is sent, and the file is as it was."""
    file = tmp_path / "audit.db"
    with closing(sqlite3.connect(file)) as base:
        base.executescript("PRAGMA journal_mode = WAL; CREATE TABLE mine (x); INSERT INTO mine VALUES (1);")
        result = run("audit", "--format", "sqlite", "--output", file)
        assert result.exit_code == WRONG
        assert "is in use" in result.stderr
        assert platform.requests_total == 0
    assert ask(file, "SELECT x FROM mine") == [(1,)]


@pytest.mark.parametrize("format", KINDS)
def test_a_stop_is_shown_on_top(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    """Ctrl-C: status 130, and a complete file with what was read, which says how much is missing."""
    stop_after(monkeypatch, 5)
    file = tmp_path / KINDS[format]
    result = run("audit", "--format", format, "--output", file, "--concurrency", 1)
    assert result.exit_code == INTERRUPTED
    number = int(result.stderr.partition("Not finished: ")[2].split()[0])
    said = f"It was interrupted. The report has {number} of 25 apps."
    if format == "html":
        assert said in file.read_text().partition("<dl")[0]
        assert file.read_text().count("<tbody") == number
    else:
        assert ask(file, "SELECT complete, unfinished, apps FROM audit") == [(0, said, number)]
        assert ask(file, "SELECT count(*) FROM apps") == [(number,)]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("format", KINDS)
def test_a_revoked_token_is_shown_on_top(run: Run, platform: Platform, tmp_path: Path, format: str) -> None:
    """What the platform said is in the report, with what came before."""
    revoked = faults.Answer(401, {"id": "unauthorized", "message": "Invalid."})
    platform.fault(revoked, times=None, path="/apps/*", after=100)
    file = tmp_path / KINDS[format]
    assert run("audit", "--format", format, "--output", file, "--concurrency", 2).exit_code == FAILED
    said = file.read_text() if format == "html" else str(ask(file, "SELECT unfinished FROM audit"))
    assert "401 unauthorized" in said
    assert "The report has 11 of 25 apps." in said


@pytest.mark.parametrize("format", KINDS)
def test_a_good_report_stays(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    """An audit that reads nothing leaves yesterday's."""
    file = tmp_path / KINDS[format]
    assert run("audit", "--format", format, "--output", file, "--include", "dynos").exit_code == 0
    before = file.read_bytes()
    monkeypatch.setenv("HEROKU_API_KEY", "wrong")
    assert run("audit", "--format", format, "--output", file).exit_code == FAILED
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_killed_audit_replaces_nothing(platform: Platform, tmp_path: Path) -> None:
    """After kill -9 in the middle yesterday's report is what it was."""
    file = tmp_path / "audit.db"
    file.write_bytes(b"yesterday's")
    platform.fault(faults.Latency(60), times=None, path="/apps/*", after=60)
    with start(platform, "audit", "--concurrency", 1, "--format", "sqlite", "--output", file) as process:
        assert process.stderr is not None
        assert b"25 apps" in process.stderr.readline()
        process.kill()
    assert file.read_bytes() == b"yesterday's"


@pytest.mark.parametrize("format", KINDS)
def test_no_apps_are_a_report(
    run: Run, platform: Platform, heroku_platform_factory: Callable[..., Platform], tmp_path: Path, format: str
) -> None:
    """An account without apps has a report that says so."""
    file = tmp_path / KINDS[format]
    url = heroku_platform_factory(token=platform.token).url
    assert run("audit", "--format", format, "--output", file, "--base-url", url, here=False).exit_code == 0
    if format == "html":
        assert "<h1>No apps</h1>" in file.read_text()
    else:
        assert ask(file, "SELECT complete, apps FROM audit") == [(1, 0)]


@pytest.mark.parametrize("format", KINDS)
def test_changes_are_in_the_report(run: Run, platform: Platform, tmp_path: Path, format: str) -> None:
    """With --since the report says what changed since the earlier one, and which findings are new."""
    options = ("audit", "--include", "dynos,domains")
    monday, file = tmp_path / "monday.jsonl", tmp_path / KINDS[format]
    assert run(*options, "--format", "jsonl", "--output", monday).exit_code == 0
    app = next(app for app in platform.state.apps.values() if not app.row["maintenance"])
    app.row["maintenance"] = True
    app.row["updated_at"] = "2099-01-01T00:00:00Z"
    assert run(*options, "--since", monday, "--format", format, "--output", file).exit_code == 0
    if format == "sqlite":
        changes = ask(file, "SELECT kind, name, changed, found FROM changes")
        assert changes == [("changed", app.row["name"], '["maintenance"]', '["maintenance"]')]
    else:
        changed = file.read_text().partition("Since the earlier audit")[2].partition("</section>")[0]
        assert changed.count("<li>") == 1
        assert app.row["name"] in changed
        assert "new: maintenance" in changed


@pytest.mark.parametrize("format", KINDS)
def test_a_spent_budget_is_shown_on_top(run: Run, tmp_path: Path, format: str) -> None:
    """A report that a budget ended says so, and how many of the apps it has."""
    file = tmp_path / KINDS[format]
    assert run("audit", "--budget", 100, "--format", format, "--output", file).exit_code == FAILED
    said = file.read_text() if format == "html" else str(ask(file, "SELECT unfinished FROM audit"))
    assert "The budget of tokens is spent. The report has " in said
    assert " of 25 apps." in said
