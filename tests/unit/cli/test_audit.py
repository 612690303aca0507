"""`aioheroku audit` against the simulated platform."""

import csv
import io
import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from aioheroku.audit import DEFAULT_PARTS, Record
from aioheroku.cli._status import FAILED, FOUND, INTERRUPTED, WRONG
from aioheroku.cli._summary import Summary
from aioheroku.testing import Platform, faults
from tests._support.thorough import some

Run = Callable[..., Result]


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_table_names_every_app(run: Run, platform: Platform) -> None:
    """The table has each app in full, nothing beyond 100 columns, and ends with the findings."""
    result = run("audit")
    assert result.exit_code == 0
    table, _, summary = result.stdout.partition("Where to look")
    assert {app.row["name"] for app in platform.state.apps.values()} <= set(table.split())
    assert max(len(line) for line in lines(result.stdout)) <= 100
    assert "crashed-dynos: " in summary
    assert "(a dyno has crashed)" in summary


@pytest.mark.parametrize("width", [80, 120, 160])
def test_the_table_fits_the_terminal(run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """From 80 columns on no name is cut, and no line is longer than the terminal is wide."""
    monkeypatch.setenv("COLUMNS", str(width))
    table = run("audit").stdout.partition("Where to look")[0]
    assert {app.row["name"] for app in platform.state.apps.values()} <= set(table.split())
    assert max(len(line) for line in lines(table)) <= width


def test_the_apps_with_most_findings_come_first(run: Run) -> None:
    """A reader of the top rows has seen the worst, and the order is the same each time."""
    first, second = run("audit", "--include", "dynos"), run("audit", "--include", "dynos", "--concurrency", 3)
    assert first.stdout == second.stdout
    rows = [line for line in lines(first.stdout.partition("Where to look")[0])[2:] if line]
    fine = [row.endswith(" -") for row in rows]
    assert fine == sorted(fine)


def test_json_lines_parse(run: Run, platform: Platform) -> None:
    """Each line of jsonl is an object with the app's name and all its parts; nothing else is on standard output."""
    result = run("audit", "--format", "jsonl")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert {record["id"] for record in records} == set(platform.state.apps)
    assert all(record["parts"].keys() == set(DEFAULT_PARTS) for record in records)
    assert "Where to look" in result.stderr


def test_csv_parses(run: Run, platform: Platform) -> None:
    """The CSV has a header, a row for each app and a column for each part that was chosen."""
    result = run("audit", "--format", "csv", "--include", "dynos", "--include", "config-vars,domains")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["id"] for row in rows} == set(platform.state.apps)
    assert all(row.keys() >= {"dynos", "config-vars", "domains", "findings", "errors"} for row in rows)
    assert "releases" not in rows[0]
    assert any("SECRET_KEY_BASE" in row["config-vars"].split() for row in rows)


@pytest.mark.parametrize("format", ["table", "jsonl", "csv", "html"])
def test_no_secret_is_printed(run: Run, platform: Platform, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No config value, drain token, drain URL or API token is in what any format prints."""
    monkeypatch.setenv("COLUMNS", "400")
    result = run("audit", "--format", format)
    hidden = {platform.token}
    for app in platform.state.apps.values():
        hidden |= {value for value in app.parts.config.values() if len(value) > 16}
        hidden |= {drain["token"] for drain in app.parts.log_drains.sorted_by("id").rows}
        hidden |= {drain["url"] for drain in app.parts.log_drains.sorted_by("id").rows if "@" in drain["url"]}
    assert len(hidden) > 50
    assert [value for value in hidden if value in result.output] == []


def test_the_price_comes_first(run: Run, platform: Platform) -> None:
    """Calls, tokens, time and the state of the pool are printed before the first app is read, and they hold."""
    result = run("audit")
    told = re.match(r"25 apps, 13 parts each: (\d+) calls, \1 tokens, about ", lines(result.stderr)[0])
    assert told is not None
    assert "(49,998 tokens left: no waiting)" in result.stderr  # after the lists of stacks and apps
    assert platform.requests_total == pytest.approx(int(told[1]), rel=0.1)
    assert f"{platform.requests_total} calls, none refused (429)" in result.stderr


def test_the_calls_that_were_saved_are_printed(run: Run, platform: Platform) -> None:
    """After the audit a line says how many calls account-wide lists have saved, by part."""
    told = next(line for line in lines(run("audit").stderr) if "calls saved" in line)
    assert "addons 25" in told
    assert "pipelines" in told


def test_the_price_knows_the_waits(run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer tokens than calls the expected time is that of the refill, which is today's until it was measured."""
    platform.remaining = 150
    told: list[str] = []

    def stop(text: str) -> None:
        told.append(text)
        if "tokens" in text:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("aioheroku.cli._audit_end.echo", stop)
    assert run("audit").exit_code == INTERRUPTED
    assert re.search(r"about 2 min \(148 tokens left, 4,500 more an hour assumed\)", told[0])


def test_concurrency_bounds_what_is_under_way(run: Run, platform: Platform) -> None:
    """Never more calls at once than --concurrency says."""
    assert run("audit", "--concurrency", 4).exit_code == 0
    assert platform.peak_in_flight <= 4


def test_a_failing_app_is_a_row(run: Run, platform: Platform) -> None:
    """An app whose parts cannot be read is in the report with its errors, and the audit continues."""
    broken = next(iter(platform.state.apps.values()))
    gone = {"id": "forbidden", "message": "You do not have access.", "resource": "app"}
    platform.fault(faults.Answer(403, gone), times=None, path=f"/apps/{broken.row['id']}/*")
    result = run("audit", "--format", "csv")
    assert result.exit_code == 0
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert len(rows) == 25
    assert "403 forbidden: You do not have access." in rows[broken.row["id"]]["errors"]
    assert "error: 1 app (a part could not be read)" in result.stderr
    table = run("audit").stdout
    assert next(line for line in lines(table) if line.startswith(broken.row["name"])).split()[1] == "?"


@pytest.mark.parametrize(
    ("options", "status"),
    some(
        [
            (["--fail-on", "crashed-dynos"], FOUND),
            (["--fail-on", "error"], 0),
            (["--fail-on", "error,maintenance"], FOUND),
            (["--fail-on", "outside-collaborators", "--domain", "example.com"], FOUND),
            (["--fail-on", "outside-collaborators", "--domain", "example.com", "--domain", "example.org"], FOUND),
        ],
        2,
    ),
)
def test_fail_on_sets_the_exit_status(run: Run, options: list[str], status: int) -> None:
    """Status 3 if a requested finding was made, and 0 if none was."""
    result = run("audit", *options)
    assert result.exit_code == status
    assert ("Failed on" in result.stderr) == (status == FOUND)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--include", "dynos,nonsense"], ["--include", "nonsense", "formation, dynos"]),
        (["--include", ""], ["--include"]),
        (["--fail-on", "nonsense"], ["--fail-on", "crashed-dynos"]),
        (["--include", "dynos", "--fail-on", "no-log-drain"], ["no-log-drain", "add it to --include"]),
        (["--fail-on", "outside-collaborators"], ["--domain"]),
        (["--domain", "a@example.com"], ["--domain", "example.com"]),
        (["--domain", "@"], ["--domain"]),
        (["--concurrency", "0"], ["--concurrency", "1<=x<=100"]),
        (["--concurrency", "101"], ["--concurrency"]),
        (["--format", "pdf"], ["--format", "jsonl"]),
        (["--format", "json"], ["--format", "Did you mean 'jsonl'?"]),
        (["--include", "dyno"], ["--include", "Did you mean 'dynos'?"]),
        (["--fail-on", "crashed-dyno"], ["--fail-on", "Did you mean 'crashed-dynos'?"]),
        (["--output", "/nowhere/at/all.csv"], ["--output", "not a folder"]),
        (["--output", "/"], ["--output"]),
        (["--simulate", "-1"], ["--simulate"]),
        (["--simulate", "5"], ["--base-url"]),
        (["--ca-file", __file__], ["--ca-file", "PEM"]),
    ],
)
def test_bad_options_fail_before_any_request(
    run: Run, platform: Platform, options: list[str], words: list[str]
) -> None:
    """A bad option is status 2; the message names it and the remedy, and no request is sent."""
    result = run("audit", *options)
    assert result.exit_code == WRONG
    assert [word for word in words if word not in result.stderr] == []
    assert platform.requests_total == 0


def test_without_credentials_it_says_what_to_do(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a token: status 2, and a line that names the ways to give one and the way to do without."""
    monkeypatch.delenv("HEROKU_API_KEY")
    monkeypatch.setenv("NETRC", str(tmp_path / "absent"))
    result = run("audit")
    assert result.exit_code == WRONG
    assert [word for word in ("HEROKU_API_KEY", "heroku login", "--simulate") if word not in result.stderr] == []
    assert len(lines(result.stderr)) == 1
    assert platform.requests_total == 0


def test_errors_are_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is refused is one line with the remedy and status 1: no traceback."""
    monkeypatch.setenv("HEROKU_API_KEY", "wrong")
    result = run("audit")
    assert result.exit_code == FAILED
    assert len(lines(result.stderr)) == 1
    assert "401 unauthorized" in result.stderr
    assert "HEROKU_API_KEY" in result.stderr


def test_broken_list_keeps_earlier_records(run: Run, platform: Platform, tmp_path: Path) -> None:
    """When the token is revoked midway, the report holds what came before, and the status is 1."""
    revoked = faults.Answer(401, {"id": "unauthorized", "message": "Invalid."})
    platform.fault(revoked, times=None, path="/apps/*", after=100)
    result = run("audit", "--format", "csv", "--output", tmp_path / "report.csv", "--concurrency", 2)
    assert result.exit_code == FAILED
    assert "Not finished: 11 apps had been read" in result.stderr
    assert len((tmp_path / "report.csv").read_text().splitlines()) == 12


@pytest.mark.parametrize("format", ["table", "jsonl", "csv"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_what_was_gathered(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, number: signal.Signals
) -> None:
    """Ctrl-C ends it with status 130; the report holds all that was read, and no other file is left."""
    add = Summary.add

    def add_and_stop(summary: Summary, record: Record) -> None:
        add(summary, record)
        if summary.apps == 5:
            signal.raise_signal(number)

    monkeypatch.setattr(Summary, "add", add_and_stop)
    file = tmp_path / "report"
    result = run("audit", "--format", format, "--output", file, "--concurrency", 1)
    assert result.exit_code == INTERRUPTED
    assert "Traceback" not in result.output
    told = int(result.stderr.partition("Not finished: ")[2].split()[0])
    assert 5 <= told < 25
    if format != "table":
        assert len(file.read_text().splitlines()) == told + (format == "csv")
    assert list(tmp_path.iterdir()) == [file]


def test_output_is_replaced_at_the_end(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that could not be started leaves the earlier one alone; one that ends replaces it."""
    file = tmp_path / "report.txt"
    file.write_text("yesterday's")
    with monkeypatch.context() as patch:
        patch.setenv("HEROKU_API_KEY", "wrong")
        assert run("audit", "--output", file).exit_code == FAILED
    assert file.read_text() == "yesterday's"
    result = run("audit", "--output", file)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "Where to look" in file.read_text()
    assert "Where to look" in result.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_an_account_without_apps(
    heroku_platform_factory: Callable[..., Platform], platform: Platform, run: Run
) -> None:
    """An account without apps is not an error: two calls, and nothing to print."""
    result = run("audit", "--base-url", heroku_platform_factory(token=platform.token).url, here=False)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "0 apps in" in result.stderr


def test_a_file_names_the_apps(run: Run, platform: Platform, tmp_path: Path) -> None:
    """Only the apps of the file and of --app are read; the plan counts them, empty lines and comments are skipped."""
    first, second, third, *_ = (app.row["name"] for app in platform.state.apps.values())
    file = tmp_path / "apps.txt"
    file.write_text(f"# ours\n{first}\n\n{second}  # the second\n")
    options = ["--include", "domains", "--format", "jsonl"]
    result = run("audit", "--apps-from", file, "--app", third, *options)
    assert {json.loads(line)["name"] for line in result.stdout.splitlines()} == {first, second, third}
    assert "3 apps, 1 part each" in result.stderr


def test_an_empty_file_is_not_every_app(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A file that names no app ends the command with status 2, before anything is sent."""
    file = tmp_path / "apps.txt"
    file.write_text("# none\n")
    result = run("audit", "--apps-from", file)
    assert result.exit_code == WRONG
    assert "names no app" in result.stderr
    assert platform.requests_total == 0


@pytest.mark.parametrize("option", ["--app", "--match", "--team"])
def test_options_choose_apps(run: Run, option: str) -> None:
    """A missing app is an error of status 1; a pattern or a team that matches nothing leaves no app."""
    result = run("audit", option, "no-such-thing", "--include", "domains")
    assert (result.exit_code, result.stdout) == (FAILED if option == "--app" else 0, "")


@pytest.mark.parametrize("format", ["table", "csv", "jsonl", "html"])
def test_parts_of_today_are_read(run: Run, format: str) -> None:
    """Certificates, buildpacks and attachments can be chosen, in every format."""
    result = run("audit", "--include", "sni-endpoints,buildpacks,addon-attachments", "--format", format)
    assert result.exit_code == 0
    assert "a part could not be read" not in result.output
