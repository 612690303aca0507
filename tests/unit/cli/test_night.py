"""`aioheroku audit` night after night: journals, budgets, earlier reports, several accounts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from aioheroku.cli._status import DONE, FAILED, FOUND, WRONG
from aioheroku.testing import Platform, faults

Run = Callable[..., Result]


def records(text: str) -> dict[str, Any]:
    return {record["id"]: record for record in map(json.loads, text.splitlines())}


def audit(run: Run, *options: Any) -> Result:
    return run("audit", "--format", "jsonl", "--include", "dynos,domains", *options)


def test_a_journal_is_never_started_again(run: Run, platform: Platform, tmp_path: Path) -> None:
    """Without --resume a journal that holds an audit is refused: nothing is sent, and it stays as it is."""
    journal = tmp_path / "night.jsonl"
    assert audit(run, "--journal", journal).exit_code == DONE
    before, sent = journal.read_bytes(), platform.requests_total
    result = audit(run, "--journal", journal)
    assert result.exit_code == WRONG
    assert "--resume" in result.stderr
    assert journal.read_bytes() == before
    assert platform.requests_total == sent


def test_resume_has_all_rows(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A budget ends the audit with a status and what is left; --resume has all rows, and reads nothing twice."""
    journal = tmp_path / "night.jsonl"
    whole = records(audit(run).stdout)
    platform.clear_requests()
    result = audit(run, "--journal", journal, "--budget", 30)
    assert result.exit_code == FAILED
    assert platform.requests_total - 1 <= 30  # the balance is free
    read = records(result.stdout)
    assert f"{25 - len(read)} apps are left: " in result.stderr
    assert "--resume" in result.stderr
    left = 50 - 2 * len(read)
    resumed = audit(run, "--journal", journal, "--resume")
    assert resumed.exit_code == DONE
    assert f"({2 * len(read)} parts in the journal): {left + 1} calls" in resumed.stderr  # and whose it is
    assert records(resumed.stdout) == whole
    paths = [request.path for request in platform.requests if request.path.count("/") > 2]
    assert len(paths) == len(set(paths)) == 50


@pytest.mark.parametrize(
    "content",
    [
        b"App,Stack\n",
        b"not a journal",
        b'{"journal": "aioheroku", "version": 99, "call": "audit"}\n',
        b'{"journal": "aioheroku", "version": 1, "call": "config set", "arguments": "00", "salt": "00"}\n',
    ],
)
@pytest.mark.parametrize("resume", [True, False])
def test_other_files_are_refused(content: bytes, resume: bool, run: Run, platform: Platform, tmp_path: Path) -> None:
    """Any other file is refused before anything is sent, and stays as it is."""
    journal = tmp_path / "night.jsonl"
    journal.write_bytes(content)
    assert audit(run, "--journal", journal, *["--resume"] * resume).exit_code == WRONG
    assert journal.read_bytes() == content
    assert platform.requests_total == 0


def test_the_journal_of_other_parts_is_refused(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A journal belongs to the parts that it was started with."""
    journal = tmp_path / "night.jsonl"
    audit(run, "--journal", journal)
    before, sent = journal.read_bytes(), platform.requests_total
    result = run("audit", "--include", "releases", "--journal", journal, "--resume")
    assert result.exit_code == WRONG
    assert (journal.read_bytes(), platform.requests_total) == (before, sent)


def test_another_accounts_journal_is_refused(
    run: Run, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner of a journal is checked before a part is read; a new token of the same account continues it."""
    journal = tmp_path / "night.jsonl"
    audit(run, "--journal", journal)
    before = journal.read_bytes()
    monkeypatch.setenv("HEROKU_API_KEY", platform.account("friend@example.org"))
    assert audit(run, "--journal", journal, "--resume").exit_code == WRONG
    assert journal.read_bytes() == before
    monkeypatch.setenv("HEROKU_API_KEY", platform.new_token())
    assert audit(run, "--journal", journal, "--resume").exit_code == DONE


def test_a_torn_line_is_tolerated(run: Run, tmp_path: Path) -> None:
    """A journal whose last line was cut off can be continued."""
    journal = tmp_path / "night.jsonl"
    whole = records(audit(run, "--journal", journal).stdout)
    journal.write_bytes(journal.read_bytes()[:-20])
    assert records(audit(run, "--journal", journal, "--resume").stdout) == whole


def test_a_spoilt_journal_is_refused(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A line that is not one of a journal is found before anything is sent, and the file stays as it is."""
    journal = tmp_path / "night.jsonl"
    audit(run, "--journal", journal)
    first, rest = journal.read_bytes().split(b"\n", 1)
    journal.write_bytes(spoilt := first + b"\nApp,Stack\n" + rest)
    sent = platform.requests_total
    result = audit(run, "--journal", journal, "--resume")
    assert result.exit_code == WRONG
    assert "line 2 is not one of a journal" in result.stderr
    assert (journal.read_bytes(), platform.requests_total) == (spoilt, sent)


def test_a_second_writer_is_refused(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A journal that another process writes to is refused, and nothing is sent."""
    fcntl = pytest.importorskip("fcntl")
    journal = tmp_path / "night.jsonl"
    audit(run, "--journal", journal)
    sent = platform.requests_total
    with journal.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        result = audit(run, "--journal", journal, "--resume")
    assert result.exit_code == WRONG
    assert "another campaign" in result.stderr
    assert platform.requests_total == sent


@pytest.mark.parametrize(
    "options",
    [
        ("--resume",),
        ("--journal", "night.jsonl", "--resume"),
        ("--journal", "no/folder/night.jsonl"),
        ("--journal", "same.jsonl", "--output", "same.jsonl"),
        ("--since", "missing.jsonl"),
        ("--reread", "dynos"),
        ("--budget", "0"),
        ("--accounts", "missing"),
    ],
)
def test_unusable_options(
    options: tuple[str, ...], run: Run, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad option ends with status 2, before anything is sent."""
    monkeypatch.chdir(tmp_path)
    assert audit(run, *options).exit_code == WRONG
    assert platform.requests_total == 0
    assert list(tmp_path.iterdir()) == []


def test_the_report_may_not_be_its_own_earlier_one(run: Run, tmp_path: Path) -> None:
    """An output that would destroy the report that it is compared with is refused."""
    report = tmp_path / "night.jsonl"
    audit(run, "--output", report)
    before = report.read_bytes()
    assert audit(run, "--since", report, "--output", report).exit_code == WRONG
    assert report.read_bytes() == before


def test_the_second_night(run: Run, platform: Platform, tmp_path: Path) -> None:
    """It says beforehand how many calls it takes, and afterwards what changed and what was saved; no row is missing."""
    first = tmp_path / "first.jsonl"
    run("audit", "--format", "jsonl", "--output", first)
    app, gone = list(platform.state.apps.values())[:2]
    app.row["maintenance"] = not app.row["maintenance"]
    app.touch("2030-01-01T00:00:00Z")
    platform.state.drop(gone)
    platform.clear_requests()
    result = run("audit", "--format", "jsonl", "--since", first)
    assert result.exit_code == DONE
    assert len(records(result.stdout)) == 24
    assert f"Since {first}: 1 gone, 1 changed; " in result.stderr
    assert f"{app.row['name']}: maintenance; " in result.stderr
    assert f"{gone.row['name']}: gone" in result.stderr
    assert platform.requests_total < 24 * 2 + 20


def test_a_table_ends_with_what_changed(run: Run, tmp_path: Path) -> None:
    """In a table the changes are below the findings."""
    first = tmp_path / "first.jsonl"
    audit(run, "--output", first)
    result = run("audit", "--include", "dynos,domains", "--since", first)
    assert f"Since {first}: nothing changed; 25 tokens saved." in result.stdout


@pytest.fixture
def accounts(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with three accounts, each with its token in another place."""
    monkeypatch.setenv("KEY_OF_WORK", platform.token)
    netrc, token, file = tmp_path / "netrc", tmp_path / "token", tmp_path / "accounts"
    netrc.write_text(f"machine client.example.com\n  password {platform.account('client@example.com')}\n")
    monkeypatch.setenv("NETRC", str(netrc))
    token.touch(0o600)
    token.write_text(platform.account("archive@example.com") + "\n")
    file.write_text(
        "# all of ours\nwork env:KEY_OF_WORK\nclient netrc:client.example.com  # theirs\narchive file:token\n"
    )
    return file


def test_several_accounts_one_report(run: Run, platform: Platform, accounts: Path, tmp_path: Path) -> None:
    """Each record names its account, and no token is anywhere."""
    result = audit(run, "--accounts", accounts, "--journal", tmp_path / "night.jsonl")
    assert result.exit_code == DONE, result.stderr
    assert [record["account"] for record in records(result.stdout).values()] == ["work"] * 25
    assert "work: 25 apps" in result.stderr
    assert "client: 0 apps" in result.stderr
    written = b"".join(file.read_bytes() for file in tmp_path.glob("night.*.jsonl"))
    tokens = [platform.token, (tmp_path / "token").read_text().strip()]
    assert [token for token in tokens if token in result.output or token.encode() in written] == []
    assert {file.name for file in tmp_path.glob("night.*")} == {
        f"night.{name}.jsonl" for name in ("work", "client", "archive")
    }


@pytest.mark.parametrize("format", ["table", "csv", "html", "sqlite"])
def test_every_format_names_the_account(format: str, run: Run, accounts: Path, tmp_path: Path) -> None:
    """Two accounts may have apps of the same name: each row says whose it is."""
    report = tmp_path / "report"
    result = run("audit", "--include", "dynos", "--accounts", accounts, "--format", format, "--output", report)
    assert result.exit_code == DONE, result.stderr
    written = report.read_bytes()
    assert written.count(b"work") >= 25
    assert format == "sqlite" or b"ccount" in written


def test_a_report_without_accounts(run: Run, accounts: Path, tmp_path: Path) -> None:
    """The report of one account serves for the first night of several."""
    report = tmp_path / "first.jsonl"
    audit(run, "--output", report)
    result = audit(run, "--accounts", accounts, "--since", report)
    assert f"Since {report}: nothing changed; 25 tokens saved." in result.stderr


def test_an_account_that_is_refused(run: Run, accounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are read, the error names the account, and the status is not 0."""
    token = accounts.with_name("token")
    token.write_text("0123456789-is-no-token-of-anybody")
    result = audit(run, "--accounts", accounts, "--fail-on", "error")
    assert result.exit_code == FAILED
    assert len(records(result.stdout)) == 25
    assert "archive: " in result.stderr
    assert "0123456789" not in result.output


def test_findings_of_a_part_that_failed(run: Run, platform: Platform, tmp_path: Path) -> None:
    """--fail-on and a journal go together: what failed is tried again, and then succeeds."""
    platform.fault(faults.Answer(403, {"id": "forbidden", "message": "No."}), times=1, path="/apps/*/dynos")
    journal = tmp_path / "night.jsonl"
    assert audit(run, "--journal", journal, "--fail-on", "error").exit_code == FOUND
    assert audit(run, "--journal", journal, "--resume", "--fail-on", "error").exit_code == DONE
